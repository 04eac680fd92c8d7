//! The rows of the table: each a function that measures and gives its figures.

mod cost;
mod history;
mod lists;
mod live;
mod loads;
mod moves;
mod opening;
mod search_values;
mod server;

use crate::bench::filling::{BROAD, FLAT, FULL, Size, node_name, service_name};
use crate::bench::ground::Ground;
use crate::bench::report::Figure;
use crate::command::Outcome;

/// A row: its name, what it measures, and how.
pub(crate) struct Row {
    /// What `--only` takes.
    pub(crate) name: &'static str,
    /// One line for people.
    pub(crate) about: &'static str,
    measure: fn(&mut Ground, &str) -> Outcome<Vec<Figure>>,
}

/// The rows in the order of the table.
pub(crate) const ROWS: [Row; 25] = [
    row("cold-services", "cold browser: services", |ground, row| {
        loads::cold(ground, row, &FULL, List::Services, 10.0)
    }),
    row(
        "cold-services-20000",
        "cold browser: 20,000 services",
        |ground, row| loads::cold(ground, row, &BROAD, List::Services, 10.0),
    ),
    row("cold-nodes", "cold browser: 5,000 nodes", |ground, row| {
        loads::cold(ground, row, &FULL, List::Nodes, 30.0)
    }),
    row(
        "cold-kv",
        "cold browser: a folder of 25,000 keys",
        |ground, row| loads::cold(ground, row, &FULL, List::Keys, 15.0),
    ),
    row(
        "slow-services",
        "cold browser, slow link: services",
        |ground, row| loads::slow(ground, row, &FULL, List::Services, 25.0),
    ),
    row(
        "slow-nodes",
        "cold browser, slow link: 5,000 nodes",
        |ground, row| loads::slow(ground, row, &FULL, List::Nodes, 40.0),
    ),
    row(
        "typing",
        "slow link: until typing into the filter works",
        loads::typing,
    ),
    row("bytes", "bytes of a first load", loads::bytes),
    row(
        "filter-services",
        "a key press in the filter: services",
        |ground, row| lists::filter(ground, row, List::Services),
    ),
    row(
        "filter-nodes",
        "a key press in the filter: nodes",
        |ground, row| lists::filter(ground, row, List::Nodes),
    ),
    row(
        "open-500k",
        "opening a YAML of 500 KiB, and typing in it",
        opening::open_500k,
    ),
    row(
        "dom",
        "DOM nodes and heap of the lists at two sizes",
        lists::dom,
    ),
    row(
        "queries",
        "200 streams against 1: queries that the agent sees",
        live::queries,
    ),
    row("told", "a change until 200 streams are told", live::told),
    row(
        "streams",
        "500 streams, 50 deaf, 1,000 reconnecting",
        live::streams,
    ),
    row(
        "window",
        "one window out of 20,000 instances",
        server::window,
    ),
    row(
        "window-nodes",
        "one window out of 5,000 nodes",
        server::window_of_nodes,
    ),
    row(
        "instances",
        "the list of all instances, at two sizes",
        server::instances,
    ),
    row(
        "search",
        "search over 100,000 names of keys",
        server::search,
    ),
    row(
        "search-values",
        "search of 100,000 keys by value",
        search_values::search_values,
    ),
    row(
        "history",
        "10,000 writes at 500/s until they are recorded",
        history::writes,
    ),
    row(
        "history-million",
        "the first page of 1,000,000 recorded changes",
        history::million,
    ),
    row("move", "a move of 5,000 keys", moves::folder),
    row("cpu", "processor time of a change at two sizes", cost::cpu),
    row(
        "memory",
        "memory with all watched, under churn",
        cost::memory,
    ),
];

const fn row(
    name: &'static str,
    about: &'static str,
    measure: fn(&mut Ground, &str) -> Outcome<Vec<Figure>>,
) -> Row {
    Row {
        name,
        about,
        measure,
    }
}

impl Row {
    /// Measures it; what went wrong is a figure, too, so that the other rows still run.
    pub(crate) fn run(&self, ground: &mut Ground) -> Outcome<Vec<Figure>> {
        let figures = (self.measure)(ground, self.name);
        ground.check_stop()?;
        Ok(figures
            .unwrap_or_else(|error| vec![Figure::none(self.name, format!("failed: {error}"))]))
    }
}

/// The lists that pages show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Services.
    Services,
    /// Nodes.
    Nodes,
    /// The folder with many keys.
    Keys,
}

impl List {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Services, Self::Nodes, Self::Keys];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Nodes => "nodes",
            Self::Keys => "keys",
        }
    }

    /// The page that shows it: the same in waggle and in Consul's UI.
    pub(crate) fn path(self) -> String {
        match self {
            Self::Services => "/ui/dc1/services".to_owned(),
            Self::Nodes => "/ui/dc1/nodes".to_owned(),
            Self::Keys => format!("/ui/dc1/kv/{FLAT}"),
        }
    }

    /// How its rows are known in any page: the pattern of a link's address, whose group is the
    /// text that the link shows.
    pub(crate) const fn links(self) -> &'static str {
        match self {
            Self::Services => "/services/(bench-service-[0-9]+)",
            Self::Nodes => "/nodes/(bench-node-[0-9]+)",
            Self::Keys => "/kv/bench/flat/(key-[0-9]+)",
        }
    }

    /// The link of one row, and what it shows.
    pub(crate) fn row(self, size: &Size, number: usize) -> (String, String) {
        match self {
            Self::Services => {
                let name = service_name(number);
                (format!("/ui/dc1/services/{name}"), name)
            }
            Self::Nodes => {
                let name = node_name(number);
                (format!("/ui/dc1/nodes/{name}"), name)
            }
            Self::Keys => {
                let key = size.key(number);
                let name = key.strip_prefix(FLAT).unwrap_or(&key).to_owned();
                (format!("/ui/dc1/kv/{key}/edit"), name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn rows_have_names_of_their_own() {
        let names: BTreeSet<_> = ROWS.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), ROWS.len());
        assert!(ROWS.iter().all(|row| !row.about.is_empty()));
    }
}

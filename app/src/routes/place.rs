//! Where the page is, and the way from a raw path to there.

use wire::datacenters::ALL;

use super::{base, decode};

/// Where the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The local datacenter's services.
    Home,
    /// The list of services.
    Services {
        /// Datacenter.
        dc: String,
    },
    /// One service.
    Service {
        /// Datacenter.
        dc: String,
        /// Its name.
        name: String,
    },
    /// One instance.
    Instance {
        /// Datacenter.
        dc: String,
        /// The service's name.
        name: String,
        /// Its node.
        node: String,
        /// Its ID.
        id: String,
    },
    /// The list of nodes.
    Nodes {
        /// Datacenter.
        dc: String,
    },
    /// One node.
    Node {
        /// Datacenter.
        dc: String,
        /// Its name.
        name: String,
    },
    /// Keys and values.
    Kv {
        /// Datacenter.
        dc: String,
        /// What follows `/kv/`, still encoded.
        rest: String,
    },
    /// A tool of the configuration centre.
    Tool {
        /// Datacenter.
        dc: String,
        /// Which.
        tool: Tool,
    },
    /// How datacenters fare.
    Overview {
        /// Datacenter, or all.
        dc: String,
    },
    /// No such page.
    Unknown {
        /// The datacenter, where the path names one.
        dc: Option<String>,
    },
}

/// What is done with many keys. What exactly is asked stands in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// What was changed, by whom: `key=`, or `prefix=`.
    History,
    /// Search in keys and values below `prefix=`.
    Search,
    /// Two folders or datacenters side by side: `prefix=`, `with=`, `with-prefix=`.
    Compare,
    /// Import into `prefix=`.
    Import,
    /// The sessions, which hold locks.
    Sessions,
}

impl Tool {
    pub(super) const ALL: [Self; 5] = [
        Self::History,
        Self::Search,
        Self::Compare,
        Self::Import,
        Self::Sessions,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Search => "search",
            Self::Compare => "compare",
            Self::Import => "import",
            Self::Sessions => "sessions",
        }
    }
}

impl Place {
    /// The datacenter that the place is in.
    #[must_use]
    pub fn dc(&self) -> Option<&str> {
        match self {
            Self::Home => None,
            Self::Services { dc }
            | Self::Service { dc, .. }
            | Self::Instance { dc, .. }
            | Self::Nodes { dc }
            | Self::Node { dc, .. }
            | Self::Kv { dc, .. }
            | Self::Tool { dc, .. }
            | Self::Overview { dc } => Some(dc),
            Self::Unknown { dc } => dc.as_deref(),
        }
    }
}

/// The place and the tab (empty for the first) that a raw path leads to.
#[must_use]
pub fn parse(path: &str) -> (Place, String) {
    parse_under(&base(), path)
}

/// The same, under another base path than the page's own.
#[must_use]
pub fn parse_under(base: &str, path: &str) -> (Place, String) {
    let (place, tab) = parse_any(base, path);
    match place {
        // all datacenters have lists, an overview and a history, and nothing else
        Place::Services { .. }
        | Place::Nodes { .. }
        | Place::Overview { .. }
        | Place::Tool {
            tool: Tool::History,
            ..
        } => (place, tab),
        _ if place.dc() == Some(ALL) => {
            let dc = Some(ALL.to_owned());
            (Place::Unknown { dc }, String::new())
        }
        _ => (place, tab),
    }
}

fn parse_any(base: &str, path: &str) -> (Place, String) {
    let unknown = |dc: Option<String>| (Place::Unknown { dc }, String::new());
    let Some(rest) = path.strip_prefix(base) else {
        return unknown(None);
    };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    if rest.is_empty() || rest == "ui" || rest == "ui/" {
        return (Place::Home, String::new());
    }
    let Some(rest) = rest.strip_prefix("ui/") else {
        return unknown(None);
    };
    let (dc, rest) = rest.split_once('/').unwrap_or((rest, "services"));
    let dc = decode(dc);
    if let Some(keys) = rest.strip_prefix("kv")
        && (keys.is_empty() || keys.starts_with('/'))
    {
        let rest = keys.strip_prefix('/').unwrap_or(keys).to_owned();
        return (Place::Kv { dc, rest }, String::new());
    }
    let parts: Vec<&str> = rest.strip_suffix('/').unwrap_or(rest).split('/').collect();
    let name = |index: usize| parts.get(index).map(|raw| decode(raw)).unwrap_or_default();
    let tab = |index: usize| match parts.get(index) {
        None => Some(String::new()),
        Some(raw) => ["instances", "tags", "endpoints", "metadata", "checks"]
            .contains(raw)
            .then(|| (*raw).to_owned()),
    };
    match (parts[0], parts.len()) {
        ("", 1) | ("services", 1) => (Place::Services { dc }, String::new()),
        ("services", 2 | 3) => match tab(2) {
            Some(tab) => (Place::Service { dc, name: name(1) }, tab),
            None => unknown(Some(dc)),
        },
        ("services", 5) if parts[2] == "instances" => (
            Place::Instance {
                dc,
                name: name(1),
                node: name(3),
                id: name(4),
            },
            String::new(),
        ),
        ("overview", 1) => (Place::Overview { dc }, String::new()),
        ("nodes", 1) => (Place::Nodes { dc }, String::new()),
        ("nodes", 2 | 3) => match tab(2) {
            Some(tab) => (Place::Node { dc, name: name(1) }, tab),
            None => unknown(Some(dc)),
        },
        (word, 1) => match Tool::ALL.into_iter().find(|tool| tool.word() == word) {
            Some(tool) => (Place::Tool { dc, tool }, String::new()),
            None => unknown(Some(dc)),
        },
        _ => unknown(Some(dc)),
    }
}

//! Windows of lists: which rows of a snapshot an address asks for. What was sorted once is not
//! sorted again while the snapshot is the same: a further window of it costs a slice.

mod orders;

use axum::{
    extract::{FromRequestParts, Query},
    response::Response,
};
use http::{Uri, request::Parts};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::IntoParams;
use wire::{
    health::Health,
    live::Topic,
    rows::Rows,
    search::{Search, SearchError, values_of},
    window::{LIMIT_DEFAULT, LIMIT_MAX, Listed, Wanted, default_sort, survey},
};

pub(crate) use orders::Orders;

use super::etag::IfNoneMatch;
use crate::{error::Error, watch::Snapshot};
use orders::Key;

/// Which rows of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct WindowParams {
    /// Terms that must all match: words, `-word` to exclude, `tag:x`, `status:critical`,
    /// `meta.key:value`; quotes keep blanks.
    pub(super) q: String,
    /// The one state that rows must be in: critical, warning, maintenance, passing or none.
    pub(super) status: String,
    /// A column, with `-` before it backwards.
    pub(super) sort: String,
    /// How many rows are left out before the first.
    pub(super) offset: usize,
    /// How many rows at most: 100 if left out, 500 at most.
    pub(super) limit: Option<usize>,
}

impl WindowParams {
    const NAMES: [&str; 5] = ["q", "status", "sort", "offset", "limit"];

    fn limit(&self) -> Result<usize, Error> {
        match self.limit {
            None => Ok(LIMIT_DEFAULT),
            Some(limit) if limit <= LIMIT_MAX => Ok(limit),
            Some(limit) => Err(Error::BadRequest(format!(
                "limit is at most {LIMIT_MAX}, not {limit}"
            ))),
        }
    }

    /// Whether rows of this kind can be asked for so: who has them already is told it, too.
    ///
    /// # Errors
    /// A parameter that cannot be read, with words.
    pub(super) fn check<T: Listed>(&self) -> Result<(), Error> {
        self.limit()?;
        self.wanted::<T>().map(drop)
    }

    fn wanted<T: Listed>(&self) -> Result<Wanted, Error> {
        let search = Search::parse(&self.q, T::FIELDS)
            .map_err(|error| Error::BadRequest(format!("q: {}", words(&error, T::FIELDS))))?;
        let status = match self.status.as_str() {
            "" => None,
            word => Some(Health::from_word(word).ok_or_else(|| {
                let known = Health::WORST_FIRST.map(Health::word).join(", ");
                Error::BadRequest(format!("status is one of {known}"))
            })?),
        };
        let sort = match self.sort.as_str() {
            "" => default_sort::<T>(),
            sort if T::COLUMNS.contains(&sort.strip_prefix('-').unwrap_or(sort)) => sort,
            _ => {
                let known = T::COLUMNS.join(", ");
                return Err(Error::BadRequest(format!(
                    "sort is one of {known}, with - before it backwards"
                )));
            }
        };
        Ok(Wanted {
            search,
            status,
            sort: sort.to_owned(),
        })
    }
}

fn words(error: &SearchError, fields: &[&str]) -> String {
    match error {
        SearchError::UnknownField(field) => {
            let known: Vec<String> = fields.iter().map(|field| format!("{field}:")).collect();
            format!("rows have no {field}:, only {}", known.join(" "))
        }
        SearchError::MissingValue(field) => format!("{field}: lacks what to look for"),
        SearchError::UnknownValue { field, value } => {
            let known = values_of(field).unwrap_or_default().join(", ");
            format!("{field}: is one of {known}, not {value}")
        }
        SearchError::OpenQuote => "a quote is not closed".to_owned(),
    }
}

/// The query of a list: what it is a list of, and the window.
pub(super) struct Windowed<T>(pub(super) T, pub(super) WindowParams);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Windowed<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let (window, rest): (Vec<&str>, Vec<&str>) = parts
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .partition(|pair| {
                let name = pair.split('=').next().unwrap_or_default();
                WindowParams::NAMES.contains(&name)
            });
        Ok(Self(read(&rest)?, read(&window)?))
    }
}

fn read<T: DeserializeOwned>(pairs: &[&str]) -> Result<T, Error> {
    let uri: Uri = format!("/?{}", pairs.join("&"))
        .parse()
        .map_err(|_| Error::BadRequest("the query cannot be read".to_owned()))?;
    match Query::try_from_uri(&uri) {
        Ok(Query(params)) => Ok(params),
        Err(error) => Err(Error::BadRequest(error.body_text())),
    }
}

/// Answers with a window of a snapshot, made only where the browser lacks it.
///
/// # Errors
/// As [`window`].
pub(super) fn answer<T, S>(
    has: &IfNoneMatch,
    found: &Snapshot<S>,
    rows: &Rows<T>,
    topic: &Topic,
    wanted: &WindowParams,
    orders: &Orders,
) -> Result<Response, Error>
where
    T: Listed + Clone + Serialize,
{
    wanted.check::<T>()?;
    has.try_answer(&found.version, || {
        let version = found.version.as_str();
        window(rows, &topic.to_string(), version, wanted, orders)
    })
}

/// The window of `rows` that `params` ask for. `topic` and `version` name the snapshot that the
/// rows are; without a version their order is not kept.
///
/// # Errors
/// A parameter that cannot be read, with words.
pub(super) fn window<T: Listed + Clone>(
    rows: &Rows<T>,
    topic: &str,
    version: &str,
    params: &WindowParams,
    orders: &Orders,
) -> Result<Rows<T>, Error> {
    let limit = params.limit()?;
    let wanted = params.wanted::<T>()?;
    let key = (!version.is_empty()).then(|| Key {
        topic: topic.to_owned(),
        version: version.to_owned(),
        q: params.q.clone(),
        status: params.status.clone(),
        sort: params.sort.clone(),
    });
    let order = orders.get(key, || survey(&rows.items, &wanted));
    let row = |place: &u32| rows.items.get(*place as usize);
    let before = order.places.iter().take(params.offset);
    let trouble_before = before
        .filter_map(row)
        .filter(|row| row.health().is_trouble())
        .count();
    let items = order
        .places
        .iter()
        .skip(params.offset)
        .take(limit)
        .filter_map(row)
        .cloned()
        .collect();
    Ok(Rows {
        items,
        total: order.places.len(),
        offset: params.offset,
        trouble_before,
        all: rows.items.len(),
        health: order.health,
        instances: order.instances,
        filtered_by_acl: rows.filtered_by_acl,
        failed: rows.failed.clone(),
        datacenters: rows.datacenters.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use http::Request;
    use proptest::prelude::*;
    use wire::{kv::KvEntry, nodes::NodeRow, services::ServiceRow, window::arrange};

    use super::*;
    use crate::api::request::InDatacenter;

    fn of_query<T: DeserializeOwned>(query: &str) -> Result<Windowed<T>, String> {
        let request = Request::get(format!("/services?{query}")).body(()).unwrap();
        let (mut parts, ()) = request.into_parts();
        let found = Windowed::<T>::from_request_parts(&mut parts, &());
        futures::executor::block_on(found).map_err(|error| error.problem().detail)
    }

    fn params(query: &str) -> WindowParams {
        of_query::<InDatacenter>(query).unwrap().1
    }

    fn error<T: Listed + Clone>(query: &str) -> String {
        let rows = Rows::<T>::whole(Vec::new());
        match window(&rows, "t", "1", &params(query), &Orders::default()) {
            Err(error) => {
                let problem = error.problem();
                assert_eq!(problem.status, 400, "{query}");
                problem.detail
            }
            Ok(_) => panic!("{query}"),
        }
    }

    #[test]
    fn the_query_is_taken_apart() {
        let Windowed(place, window) =
            of_query::<InDatacenter>("dc=dc1&limit=7&q=a%20tag%3Ab+c&offset=3&sort=-name")
                .ok()
                .unwrap();
        assert_eq!(place.dc.as_deref(), Some("dc1"));
        assert_eq!(
            window,
            WindowParams {
                q: "a tag:b c".to_owned(),
                status: String::new(),
                sort: "-name".to_owned(),
                offset: 3,
                limit: Some(7),
            }
        );
        let Windowed(place, window) = of_query::<InDatacenter>("").ok().unwrap();
        assert_eq!((place.dc, window), (None, WindowParams::default()));
    }

    #[test]
    fn wrong_queries_are_told_in_words() {
        for (query, word) in [
            ("limit=many", "limit"),
            ("limit=-1", "limit"),
            ("offset=1.5", "offset"),
            ("limit=1&limit=2", "limit"),
            ("colour=red", "colour"),
            ("dc=a&dc=b", "dc"),
        ] {
            let words = of_query::<InDatacenter>(query).err().unwrap();
            assert!(words.contains(word), "{query}: {words}");
        }
        for (query, words) in [
            ("limit=501", "limit is at most 500, not 501"),
            (
                "status=ill",
                "status is one of critical, warning, maintenance, passing, none",
            ),
            (
                "sort=colour",
                "sort is one of health, name, instances, version, dc, with - before it backwards",
            ),
            (
                "q=colour:red",
                "q: rows have no colour:, only status: tag: kind: version: dc:",
            ),
            ("q=tag:", "q: tag: lacks what to look for"),
            ("q=%22a", "q: a quote is not closed"),
        ] {
            assert_eq!(error::<ServiceRow>(query), words);
        }
        assert!(error::<NodeRow>("q=tag:a").contains("role:"));
        assert!(error::<KvEntry>("sort=health").contains("name"));
    }

    fn row(name: &str, health: Health, instances: u32) -> ServiceRow {
        let mut row = ServiceRow {
            name: name.to_owned(),
            health,
            ..ServiceRow::default()
        };
        row.instances.passing = instances;
        row
    }

    #[test]
    fn counts_are_of_what_matches() {
        let rows = Rows {
            filtered_by_acl: true,
            ..Rows::whole(vec![
                row("a1", Health::Passing, 1),
                row("a2", Health::Critical, 2),
                row("a3", Health::Critical, 4),
                row("b", Health::Critical, 8),
            ])
        };
        let found = window(
            &rows,
            "t",
            "1",
            &params("q=a&status=critical&limit=1"),
            &Orders::default(),
        )
        .unwrap();
        assert_eq!(found.items, [row("a2", Health::Critical, 2)]);
        assert_eq!((found.total, found.all, found.instances), (2, 4, 6));
        assert_eq!((found.health.critical, found.health.passing), (2, 1));
        assert!(found.filtered_by_acl);
        let later = params("sort=name&offset=3");
        let later = window(&rows, "t", "1", &later, &Orders::default()).unwrap();
        assert_eq!((found.trouble_before, later.trouble_before), (0, 2));
        let none = window(&rows, "t", "1", &params("limit=0"), &Orders::default()).unwrap();
        assert_eq!((none.items.len(), none.total), (0, 4));
    }

    #[test]
    fn the_first_hundred_in_the_usual_order_where_nothing_is_said() {
        let items = (0..150).rev();
        let items = items.map(|number| row(&format!("s{number:03}"), Health::Passing, 1));
        let rows = Rows::whole(items.collect());
        let found = window(&rows, "t", "1", &params(""), &Orders::default()).unwrap();
        assert_eq!(
            (found.items.len(), found.total, found.offset),
            (100, 150, 0)
        );
        assert!(
            found
                .items
                .is_sorted_by(|a, b| a.name.cmp(&b.name) == Ordering::Less)
        );
        let past = window(&rows, "t", "1", &params("offset=999"), &Orders::default()).unwrap();
        assert_eq!((past.items.len(), past.total, past.offset), (0, 150, 999));
    }

    proptest! {
        #[test]
        fn a_window_is_a_slice_of_the_whole(
            rows in prop::collection::vec(("[ab]{0,2}", 0..5_usize, 0..3_u32), 0..30),
            windows in prop::collection::vec((0..35_usize, 0..35_usize), 1..4),
            q in prop::sample::select(vec!["", "a", "-b", "a status:critical"]),
            status in prop::sample::select(vec!["", "critical", "passing"]),
            sort in prop::sample::select(vec!["", "name", "-name", "-instances", "health"]),
        ) {
            let items: Vec<ServiceRow> = rows
                .iter()
                .enumerate()
                .map(|(place, (name, health, instances))| {
                    row(&format!("{name}{place}"), Health::WORST_FIRST[*health], *instances)
                })
                .collect();
            let wanted = Wanted {
                search: Search::parse(q, &["status"]).unwrap(),
                status: Health::from_word(status),
                sort: if sort.is_empty() { "-health" } else { sort }.to_owned(),
            };
            let whole = arrange(&items, &wanted);
            let rows = Rows::whole(items);
            // the second is cut from the order that the first left behind
            let orders = Orders::default();
            for (offset, limit) in windows {
                let params = WindowParams {
                    q: q.to_owned(),
                    status: status.to_owned(),
                    sort: sort.to_owned(),
                    offset,
                    limit: Some(limit),
                };
                let expected: Vec<ServiceRow> = whole
                    .iter()
                    .skip(offset)
                    .take(limit)
                    .map(|place| rows.items[*place].clone())
                    .collect();
                for version in ["1", ""] {
                    let found = window(&rows, "t", version, &params, &orders).unwrap();
                    prop_assert_eq!(&found.items, &expected);
                    prop_assert_eq!(found.total, whole.len());
                }
            }
        }
    }
}

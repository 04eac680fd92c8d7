//! Cold browsers: until rows are seen, until typing works, and how much is loaded.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::bench::figures::Samples;
use crate::bench::filling::{FULL, Size, node_name, service_name};
use crate::bench::ground::{Ground, Waggle};
use crate::bench::plain_page::PlainPage;
use crate::bench::report::{Figure, Must};
use crate::bench::rows::List;
use crate::command::Outcome;

/// How many rows must be seen: what a page of 900 pixels shows in all of them.
const ROWS: usize = 8;
/// No more than this times a static file's time.
const OF_A_FILE: f64 = 1.5;
/// What a first load may bring, in kB.
const BYTES: f64 = 300.0;
const CONSUL: &str = "Consul's UI";
const FILE: &str = "a static file";

/// The loads of one page.
#[derive(Debug, Deserialize)]
struct Loads {
    name: String,
    ms: Vec<f64>,
    #[serde(default)]
    bytes: Vec<f64>,
    /// The bytes until the page answers.
    #[serde(default)]
    early: Vec<f64>,
    #[serde(default)]
    notes: Vec<String>,
}

/// On loopback, nothing throttled.
pub(super) fn cold(
    ground: &mut Ground,
    row: &str,
    size: &Size,
    list: List,
    sooner: f64,
) -> Outcome<Vec<Figure>> {
    let runs = ground.effort.runs;
    until_rows(ground, row, size, list, &json!({ "runs": runs }), sooner)
}

/// With 100 ms of round trip and 8 Mbit/s.
pub(super) fn slow(
    ground: &mut Ground,
    row: &str,
    size: &Size,
    list: List,
    sooner: f64,
) -> Outcome<Vec<Figure>> {
    let runs = slow_runs(ground);
    let how = json!({ "runs": runs, "slow": true });
    until_rows(ground, row, size, list, &how, sooner)
}

/// A slow load takes seconds, and spreads little.
fn slow_runs(ground: &Ground) -> usize {
    ground.effort.runs.div_ceil(2)
}

fn until_rows(
    ground: &mut Ground,
    row: &str,
    size: &Size,
    list: List,
    how: &Value,
    sooner: f64,
) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(size, None)?;
    let file = PlainPage::serve(size, list, ground.folder())?;
    let pages = pages(&waggle, size, list, &file);
    let [ours, theirs, limit] = loads(ground, how, &pages)?;
    let what = format!("{} of `{}` until rows are painted", list.name(), size.name);
    let (ms, detail) = (
        ours.median(),
        json!([ours.spread(), theirs.spread(), limit.spread()]),
    );
    Ok(vec![
        Figure::of(row, what.clone(), ms, "ms")
            .beaten(CONSUL, theirs.median())
            .must(Must::RatioAtLeast(sooner))
            .detail(detail),
        Figure::of(row, what, ms, "ms")
            .against(FILE, limit.median())
            .must(Must::RatioAtMost(OF_A_FILE)),
    ])
}

/// The same list in waggle, in Consul's own UI, and as a file.
fn pages(waggle: &Waggle, size: &Size, list: List, file: &PlainPage) -> [Value; 3] {
    let (path, links) = (list.path(), list.links());
    let page = |name: &str, url: String| json!({ "name": name, "url": url, "links": links });
    [
        page("waggle", waggle.url(&path)),
        page(CONSUL, format!("http://{}{path}", size.agent())),
        page(FILE, format!("http://{}{path}", file.authority)),
    ]
}

fn loads<const N: usize>(
    ground: &Ground,
    how: &Value,
    pages: &[Value; N],
) -> Outcome<[Samples; N]> {
    let measured = measure(ground, how, pages)?;
    let samples: Vec<Samples> = measured
        .into_iter()
        .map(|loads| Samples::of(loads.ms).ok_or(format!("{} was never loaded", loads.name)))
        .collect::<Outcome<_>>()?;
    samples
        .try_into()
        .map_err(|_| "not every page was measured".to_owned())
}

fn measure(ground: &Ground, how: &Value, pages: &[Value]) -> Outcome<Vec<Loads>> {
    let mut plan = how.clone();
    plan["task"] = json!("load");
    if plan["rows"].is_null() {
        plan["rows"] = json!(ROWS);
    }
    plan["pages"] = json!(pages);
    ground.measure(&plan)
}

/// Keys are pressed as soon as there is a field; they work when the rows are those that match.
pub(super) fn typing(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let list = List::Services;
    let waggle = ground.waggle(&FULL, None)?;
    let file = PlainPage::serve(&FULL, list, ground.folder())?;
    let mut pages = pages(&waggle, &FULL, list, &file);
    for page in &mut pages[..2] {
        page["type"] = json!("01234");
    }
    let how = json!({ "runs": slow_runs(ground), "slow": true });
    let measured = measure(ground, &how, &pages)?;
    let notes: Vec<_> = measured
        .iter()
        .flat_map(|loads| loads.notes.clone())
        .collect();
    let medians: Vec<f64> = measured
        .into_iter()
        .filter_map(|loads| Samples::of(loads.ms).map(|samples| samples.median()))
        .collect();
    let [ours, theirs, limit] = medians[..] else {
        return Ok(vec![Figure::none(row, notes.join("; "))]);
    };
    let what = "slow link: typed into the filter of services until the rows match";
    let lost = if notes.is_empty() {
        "no key was lost".to_owned()
    } else {
        notes.join("; ")
    };
    Ok(vec![
        Figure::of(row, what, ours, "ms")
            .against(FILE, limit)
            .must(Must::RatioAtMost(3.5))
            .note(lost),
        Figure::of(row, what, ours, "ms").beaten(CONSUL, theirs),
    ])
}

/// All that one load brings, until nothing has come for a while.
pub(super) fn bytes(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&FULL, None)?;
    let mut figures = Vec::new();
    for list in List::ALL {
        let file = PlainPage::serve(&FULL, list, ground.folder())?;
        let [ours, theirs, _] = pages(&waggle, &FULL, list, &file);
        let how = json!({ "runs": 1, "bytes": true });
        let measured = measure(ground, &how, &[ours, theirs])?;
        let [ours, theirs] = &measured[..] else {
            return Err("not every page was loaded".to_owned());
        };
        let figure = bytes_of(row, list.name(), ours)?.beaten(CONSUL, kilobytes(theirs)?);
        figures.push(figure.must(Must::AtMost(BYTES)));
    }
    figures.extend(bytes_of_others(ground, row, &waggle)?);
    Ok(figures)
}

/// The pages that are no list.
fn bytes_of_others(ground: &Ground, row: &str, waggle: &Waggle) -> Outcome<Vec<Figure>> {
    let (service, host, node) = (service_name(1), node_name(119), node_name(7));
    let service = format!("services/{service}");
    let instance = format!("{service}/instances/{host}/{}-17", service_name(1));
    let node = format!("nodes/{node}");
    let key = format!("kv/{}/edit", FULL.key(1));
    let of_services = "/services/(bench-service-[0-9]+)";
    let of_nodes = "/nodes/(bench-node-[0-9]+)";
    let others = [
        ("an overview", "overview", of_services),
        ("a service", &*service, of_nodes),
        ("an instance", &*instance, of_nodes),
        ("a node", &*node, of_services),
        ("a key", &*key, "/kv/bench/(flat)/$"),
    ];
    let pages = others.map(|(name, path, links)| {
        json!({ "name": name, "url": waggle.url(&format!("/ui/dc1/{path}")), "links": links })
    });
    let how = json!({ "runs": 1, "bytes": true, "rows": 1 });
    let measured = measure(ground, &how, &pages)?;
    let figures = others
        .iter()
        .zip(&measured)
        .map(|((name, ..), loads)| Ok(bytes_of(row, name, loads)?.must(Must::AtMost(BYTES))));
    figures.collect()
}

fn bytes_of(row: &str, name: &str, loads: &Loads) -> Outcome<Figure> {
    let early = loads.early.first().map_or(0.0, |bytes| bytes / 1000.0);
    let what = format!("{name}: bytes of a first load");
    let figure = Figure::of(row, what, kilobytes(loads)?, "kB");
    Ok(figure.note(format!("{early:.0} kB until the page answers")))
}

fn kilobytes(loads: &Loads) -> Outcome<f64> {
    let bytes = loads.bytes.first();
    let bytes = bytes.ok_or_else(|| format!("{} was never loaded", loads.name))?;
    Ok(bytes / 1000.0)
}

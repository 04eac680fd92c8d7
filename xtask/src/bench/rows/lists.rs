//! Long lists in the browser: filtering them, and what they hold of its memory.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::bench::figures::Samples;
use crate::bench::filling::{BROAD, FLAT, FULL, Size, TENTH, TREE};
use crate::bench::ground::Ground;
use crate::bench::report::{Figure, Must};
use crate::bench::rows::List;
use crate::command::Outcome;

const NODES_MAX: f64 = 3_000.0;
const HEAP_MAX: f64 = 15.0;
/// How near the same at ten times the size is.
const SAME: f64 = 0.15;

#[derive(Debug, Deserialize)]
struct Presses {
    ms: Vec<f64>,
}

/// What a page holds after its list was scrolled to the end.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Held {
    /// All nodes of the DOM, text too.
    nodes: f64,
    /// The JavaScript heap after a collection, in MB.
    heap: f64,
    /// The memory of the wasm module, in MB; it is not part of the heap.
    wasm: f64,
}

/// From the press of the last key to the frame that shows the rows that match.
pub(super) fn filter(ground: &mut Ground, row: &str, list: List) -> Outcome<Vec<Figure>> {
    let waggle = ground.waggle(&FULL, None)?;
    let (path, links) = (list.path(), list.links());
    let page = |url: String| json!({ "url": url, "links": links });
    let plan = json!({
        "task": "filter",
        "runs": ground.effort.runs * 2,
        // both lists have a row for each number below 2,000
        "numbers": FULL.services,
        "pages": [page(waggle.url(&path)), page(format!("http://{}{path}", FULL.agent()))],
    });
    let presses: Vec<Presses> = ground.measure(&plan)?;
    let mut samples = presses.into_iter().map(|presses| Samples::of(presses.ms));
    let ours = samples
        .next()
        .flatten()
        .ok_or("waggle's filter was never measured")?;
    let what = format!("{}: key press until the rows are painted", list.name());
    let mut figure = Figure::of(row, what, ours.median(), "ms");
    if let Some(theirs) = samples.next().flatten() {
        figure = figure.beaten("Consul's UI", theirs.median());
    }
    Ok(vec![figure.must(Must::AtMost(60.0)).detail(ours.spread())])
}

/// The lists that tools hold whole, as far as they give them out: the name, the page, its rows.
fn tools() -> [(&'static str, String, &'static str); 2] {
    [
        (
            "a comparison",
            format!("/ui/dc1/compare?with=dc1&prefix={FLAT}&with-prefix={TREE}&show=all"),
            "^([0-9/]*key-[0-9]+)$",
        ),
        (
            "hits of a search",
            format!("/ui/dc1/search?prefix={FLAT}&q=key&in=keys"),
            List::Keys.links(),
        ),
    ]
}

/// The DOM and the heap at two sizes; and of services at a third.
pub(super) fn dom(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let mut figures = Vec::new();
    let lists = List::ALL.map(|list| (list.name(), list.path(), list.links()));
    let pages: Vec<(&str, String, &str)> = lists.into_iter().chain(tools()).collect();
    let asked: Vec<_> = pages
        .iter()
        .map(|(_, path, links)| (path.clone(), *links))
        .collect();
    let small = held_by(ground, &TENTH, &asked)?;
    let large = held_by(ground, &FULL, &asked)?;
    for (((name, ..), small), large) in pages.iter().zip(small).zip(large) {
        let what = format!("{name}: DOM nodes");
        figures.push(Figure::of(row, what.clone(), large.nodes, "").must(Must::AtMost(NODES_MAX)));
        figures.push(
            Figure::of(row, what, large.nodes, "")
                .against("a tenth of the size", small.nodes)
                .must(Must::RatioWithin(SAME)),
        );
        let what = format!("{name}: JavaScript heap");
        figures.push(
            Figure::of(row, what.clone(), large.heap, "MB")
                .must(Must::AtMost(HEAP_MAX))
                .note(format!("and {:.1} MB of wasm", large.wasm)),
        );
        figures.push(
            Figure::of(row, what, large.heap, "MB")
                .against("a tenth of the size", small.heap)
                .must(Must::RatioWithin(SAME))
                .note(format!("wasm {:.1} and {:.1} MB", large.wasm, small.wasm)),
        );
    }
    let broad = held(ground, &BROAD)?;
    for (what, held) in ["20,000 services", "5,000 nodes", "100,000 keys"]
        .iter()
        .zip(broad)
    {
        let nodes = Figure::of(row, format!("{what}: DOM nodes"), held.nodes, "");
        figures.push(nodes.must(Must::AtMost(NODES_MAX)));
        let heap = Figure::of(row, format!("{what}: JavaScript heap"), held.heap, "MB");
        figures.push(heap.must(Must::AtMost(HEAP_MAX)));
    }
    Ok(figures)
}

fn held(ground: &mut Ground, size: &Size) -> Outcome<Vec<Held>> {
    let lists = List::ALL.map(|list| (list.path(), list.links()));
    held_by(ground, size, &lists)
}

fn held_by(ground: &mut Ground, size: &Size, pages: &[(String, &str)]) -> Outcome<Vec<Held>> {
    let waggle = ground.waggle(size, None)?;
    let pages: Vec<_> = pages
        .iter()
        .map(|(path, links)| json!({ "url": waggle.url(path), "links": links }))
        .collect();
    ground.measure(&json!({ "task": "size", "pages": pages }))
}

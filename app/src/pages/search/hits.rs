//! What was found, by key.

use std::sync::Arc;

use leptos::prelude::*;
use wire::search_hits::{KeyHits, LineHit};

use super::{marked::marked, run::Run};
use crate::{
    api::changes::Export,
    components::{ExportDialog, Extent, Icon, TallList, dynamic, room, tall_list},
    i18n::{Messages, use_t},
    routes,
};

/// The height of a key with its lines until one is measured.
const GROUP_PIXELS: f64 = 110.0;

/// The keys that match, each with the lines that do.
#[must_use]
pub fn list(run: Run, dc: &str) -> AnyView {
    let t = use_t();
    let dc = dc.to_owned();
    let count = move || run.hits.with(Vec::len);
    let groups = tall_list(TallList {
        // what was found in one search is not what the next one finds, though the key be the same
        extent: Signal::derive(move || Extent {
            number: run.number.get() as usize,
            count: count(),
        }),
        key: None,
        row_pixels: GROUP_PIXELS,
        row: Arc::new(move |place, _| {
            let hit = run
                .hits
                .with_untracked(|hits| hits.get(place).map(Arc::clone));
            hit.map(|hit| group(t, &dc, place, &hit)).into_any()
        }),
        room,
    });
    view! {
        <div class="hit-list" data-places=move || count().to_string()>
            {groups}
        </div>
    }
    .into_any()
}

fn group(t: &'static Messages, dc: &str, place: usize, hit: &KeyHits) -> AnyView {
    let (href, icon) = if hit.key.ends_with('/') {
        (routes::kv(dc, &hit.key), "folder")
    } else {
        (routes::kv_edit(dc, &hit.key), "file")
    };
    let lines = lines(dc, hit);
    let more = hit.more;
    view! {
        <section class="hit-group" data-place=place.to_string()>
            <h2>
                <a class="key-name" data-row-link="" href=href title=hit.key.clone()>
                    <Icon name=icon/>
                    <span class="ellipsis">{marked(&hit.key, &hit.ranges)}</span>
                </a>
            </h2>
            {(!lines.is_empty())
                .then(|| {
                    view! { <div class="hit-lines mono">{lines}</div> }.into_any()
                })}
            {(more > 0).then(|| view! { <p class="hit-more">{(t.search.more_lines)(more)}</p> }.into_any())}
        </section>
    }
    .into_any()
}

/// The lines that match and those beside them, each once; each leads to its place in the value.
fn lines(dc: &str, hit: &KeyHits) -> Vec<AnyView> {
    let line = |number: u32, text: AnyView, is_beside: bool| {
        let href = routes::kv_line(dc, &hit.key, number);
        line(href, number, text, is_beside)
    };
    let hits: &[LineHit] = &hit.lines;
    let mut rows = Vec::new();
    let mut last = 0;
    for (at, hit) in hits.iter().enumerate() {
        let above = hit.line.saturating_sub(1);
        let before = hit.before.as_ref().filter(|_| above > last);
        let first = if before.is_some() { above } else { hit.line };
        if last > 0 && first > last + 1 {
            rows.push(view! { <span class="hit-gap"></span> }.into_any());
        }
        if let Some(before) = before {
            rows.push(line(above, marked(before, &[]), true));
        }
        let text = view! {
            {hit.cut_before.then_some("…")}
            {marked(&hit.text, &hit.ranges)}
            {hit.cut_after.then_some("…")}
        };
        rows.push(line(hit.line, text.into_any(), false));
        last = hit.line;
        let next = hits.get(at + 1).map(|next| next.line);
        if let Some(after) = hit.after.as_ref().filter(|_| next != Some(hit.line + 1)) {
            rows.push(line(hit.line + 1, marked(after, &[]), true));
            last = hit.line + 1;
        }
    }
    rows
}

fn line(href: String, number: u32, text: AnyView, is_beside: bool) -> AnyView {
    // what stands beside is for reading: one stop of the keyboard a line that matches
    let tab = is_beside.then_some("-1");
    view! {
        <a class="hit-line" class:is-beside=is_beside href=href tabindex=tab>
            <span class="line-number">{number}</span>
            <span class="hit-text">{text}</span>
        </a>
    }
    .into_any()
}

/// How far the search is, or what came of it.
#[must_use]
pub fn state(run: Run) -> AnyView {
    let t = use_t();
    let exporting = RwSignal::new(false);
    let said = dynamic(move || {
        let (progress, end) = (run.progress.get(), run.end.get());
        let running = run.running.get();
        if run.query.with(Option::is_none) {
            return None;
        }
        let found = run.hits.with(|hits| hits.len() as u64);
        let said = (t.search.found)(found, run.places());
        let (looked_at, of) = end.map_or((progress.looked_at, progress.of), |end| {
            (end.looked_at, end.of)
        });
        let can_export = !running && found > 0;
        let looked = (of > 0).then(|| (t.search.looked_at)(looked_at, of));
        Some(
            view! {
                <div class="search-state" role="status">
                    {running
                        .then(|| {
                            view! {
                                <progress
                                    max=of.max(1).to_string()
                                    value=(of > 0).then(|| looked_at.to_string())
                                    aria-label=t.search.looking
                                ></progress>
                            }.into_any()
                        })}
                    <span>{said}</span>
                    <span class="text-tertiary">{looked}</span>
                    {running
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button is-small"
                                    on:click=move |_| run.stop()
                                >
                                    {t.search.stop}
                                </button>
                            }.into_any()
                        })}
                    {can_export
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button is-small push-end"
                                    on:click=move |_| exporting.set(true)
                                >
                                    {(t.search.export)(found)}
                                </button>
                            }.into_any()
                        })}
                </div>
            }
            .into_any(),
        )
    });
    let dialog = dynamic(move || exporting.get().then(|| export(run, exporting)));
    view! { {said}{dialog} }.into_any()
}

/// Asks how the keys that were found become a file.
fn export(run: Run, exporting: RwSignal<bool>) -> Option<AnyView> {
    let datacenter = run.query.get_untracked()?.dc;
    let keys = run
        .hits
        .with_untracked(|hits| hits.iter().map(|hit| hit.key.clone()).collect());
    let wanted = Export {
        datacenter,
        keys,
        exactly: true,
        ..Export::default()
    };
    let close = Callback::new(move |()| exporting.set(false));
    Some(view! { <ExportDialog wanted close/> }.into_any())
}

/// What has to be known about what is shown: that it was cut or stopped, and what was left out.
#[must_use]
pub fn notes(run: Run) -> AnyView {
    let t = use_t();
    dynamic(move || {
        let end = run.end.get().unwrap_or_default();
        let lines = [
            run.stopped.get().then(|| t.search.stopped.to_owned()),
            end.cut.then(|| (t.search.cut)(end.looked_at, end.of)),
            (end.secret > 0).then(|| (t.search.secret)(end.secret)),
            (end.binary > 0).then(|| (t.search.binary)(end.binary)),
        ];
        lines
            .into_iter()
            .flatten()
            .map(|line| view! { <div class="note" role="status"><p>{line}</p></div> }.into_any())
            .collect::<Vec<_>>()
    })
    .into_any()
}

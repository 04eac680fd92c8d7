//! Theirs and mine, side by side.

use std::sync::Arc;

use leptos::{html, prelude::*};
use wire::health::Health;

use super::{
    diff::{Row, amounts, diff, side_by_side},
    draft::{Draft, Target},
    value::Content,
    version::{Remote, Version},
    words,
};
use crate::{
    components::{HealthGlyph, dynamic},
    effect::effect,
    i18n::{number, use_t},
};

/// Rows shown at most: more is not read, and slows the page down.
const ROWS_MAX: usize = 1000;

/// Characters of a line shown at most.
const LINE_MAX: usize = 2000;

/// Equal lines kept round a change.
const AROUND: usize = 3;

/// The comparison, and what can be done about it.
#[component]
pub fn Compare(
    /// The edit.
    draft: Draft,
    /// Writes mine over theirs.
    #[prop(into)]
    save: Callback<Target>,
    /// Nothing can be written.
    read_only: bool,
) -> impl IntoView {
    let t = use_t();
    let heading = NodeRef::<html::H2>::new();
    effect(move || {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let theirs = move || match draft.remote.get() {
        Remote::Changed(theirs) => Some(theirs),
        Remote::Same | Remote::Gone => None,
    };
    let title = move || {
        if draft.lost.get() {
            t.kv.conflict_title
        } else {
            t.kv.compare_title
        }
    };
    let text = dynamic(move || {
        let to = theirs()
            .map(|theirs| theirs.pair.modify_index)
            .unwrap_or_default();
        draft.lost.get().then(|| {
            let from = draft.base.with(|base| base.pair.modify_index);
            (t.kv.conflict_text)(&number(from), &number(to))
        })
    });
    view! {
        <section class="comparison" aria-labelledby="comparison-title">
            <header class="comparison-head" role="alert">
                <HealthGlyph health=Health::Warning/>
                <div>
                    <h2 id="comparison-title" tabindex="-1" node_ref=heading>{title}</h2>
                    <p>{text}</p>
                </div>
            </header>
            {move || theirs().map(|theirs| view! { <Sides draft theirs/> }.into_any())}
            <footer class="comparison-foot">
                <button type="button" class="button" on:click=move |_| draft.comparing.set(false)>
                    {t.kv.keep_editing}
                </button>
                <button type="button" class="button" on:click=move |_| draft.take_theirs()>
                    {t.kv.take_theirs}
                </button>
                {(!read_only)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button is-primary"
                                disabled=move || draft.saving.get()
                                on:click=move |_| save.run(Target::Theirs)
                            >
                                {t.kv.keep_mine}
                            </button>
                        }.into_any()
                    })}
            </footer>
        </section>
    }
    .into_any()
}

/// Both texts, line by line.
#[component]
fn Sides(
    /// The edit.
    draft: Draft,
    /// What others wrote.
    theirs: Arc<Version>,
) -> impl IntoView {
    let t = use_t();
    let index = number(theirs.pair.modify_index);
    if let Content::Binary(bytes) = &theirs.content {
        let size = words::size(bytes.len());
        return view! { <p class="comparison-same">{(t.kv.theirs_binary)(&size)}</p> }.into_any();
    }
    let old: Vec<String> = theirs.shown().split('\n').map(str::to_owned).collect();
    let new: Vec<String> = draft
        .text
        .get_untracked()
        .split('\n')
        .map(str::to_owned)
        .collect();
    let steps = diff(&old, &new);
    let (added, removed) = amounts(&steps);
    if added + removed == 0 {
        return view! { <p class="comparison-same">{t.kv.no_difference}</p> }.into_any();
    }
    let rows = side_by_side(&steps, AROUND);
    let left_out = u32::try_from(rows.len().saturating_sub(ROWS_MAX)).unwrap_or(u32::MAX);
    let rows = rows
        .into_iter()
        .take(ROWS_MAX)
        .map(|row| match row {
            Row::Gap(lines) => {
                let lines = u32::try_from(lines).unwrap_or(u32::MAX);
                view! {
                    <tr class="comparison-gap">
                        <td colspan="4">{(t.kv.unchanged_lines)(lines)}</td>
                    </tr>
                }
                .into_any()
            }
            Row::Lines {
                old: a,
                new: b,
                same,
            } => {
                let (left, right) = (cell(&old, a, same, "theirs"), cell(&new, b, same, "mine"));
                view! { <tr>{left}{right}</tr> }.into_any()
            }
        })
        .collect_view();
    view! {
        <div class="comparison-scroll" tabindex="0">
            <table class="comparison-table">
                <colgroup>
                    <col class="column-line"/><col/><col class="column-line"/><col/>
                </colgroup>
                <thead>
                    <tr>
                        <th scope="col" colspan="2">
                            {(t.kv.theirs)(&index)}" "<span class="text-removed">{format!("−{removed}")}</span>
                        </th>
                        <th scope="col" colspan="2">
                            {t.kv.mine}" "<span class="text-added">{format!("+{added}")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {(left_out > 0)
                .then(|| view! { <p class="comparison-same">{(t.kv.rows_left_out)(left_out)}</p> }.into_any())}
        </div>
    }
    .into_any()
}

fn cell(lines: &[String], at: Option<usize>, same: bool, side: &'static str) -> AnyView {
    let Some(at) = at else {
        return view! { <td class="line-number"></td><td class="line-none"></td> }.into_any();
    };
    let line = &lines[at];
    let mut shown: String = line.chars().take(LINE_MAX).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    let change = (!same).then_some(side);
    view! {
        <td class="line-number" data-change=change>{at + 1}</td>
        <td class="line-text" data-change=change>{shown}</td>
    }
    .into_any()
}

//! What others wrote and what is typed here, put together.

use std::sync::Arc;

use leptos::{html, prelude::*};
use wire::health::Health;

use super::{
    draft::{Draft, Target},
    merge::{Choice, Piece, conflicts, merge, merged},
    value::Content,
    version::{Remote, Version},
    words,
};
use crate::{
    components::{HealthGlyph, TextDiff, dynamic},
    effect::effect,
    i18n::{number, use_t},
};

/// Both versions, and what can be done about it.
#[component]
pub fn MergeView(
    /// The edit.
    draft: Draft,
    /// Shows what a save would change.
    review: Callback<Target>,
) -> impl IntoView {
    let t = use_t();
    let heading = NodeRef::<html::H2>::new();
    effect(move || {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let title = move || {
        if draft.lost.get() {
            t.edit.conflict_title
        } else {
            t.edit.compare_title
        }
    };
    let result = RwSignal::new(None::<String>);
    let body = dynamic(move || match draft.remote.get() {
        Remote::Changed(theirs) => Some(view! { <Sides draft theirs result/> }.into_any()),
        Remote::Same | Remote::Gone => None,
    });
    view! {
        <section class="comparison" aria-labelledby="comparison-title">
            <header class="comparison-head" role="alert">
                <HealthGlyph health=Health::Warning/>
                <div>
                    <h2 id="comparison-title" tabindex="-1" node_ref=heading>{title}</h2>
                    <p>{lost_text(draft)}</p>
                </div>
            </header>
            {body}
            <footer class="comparison-foot">
                <button type="button" class="button is-quiet" on:click=move |_| draft.comparing.set(false)>
                    {t.edit.keep_editing}
                </button>
                <button type="button" class="button is-quiet" on:click=move |_| draft.take_theirs()>
                    {t.edit.take_theirs}
                </button>
                <button
                    type="button"
                    class="button"
                    disabled=move || draft.saving.get()
                    on:click=move |_| review.run(Target::Theirs)
                >
                    {t.edit.keep_mine}
                </button>
                <button
                    type="button"
                    class="button is-primary"
                    disabled=move || result.with(Option::is_none)
                    on:click=move |_| {
                        if let Some(text) = result.get_untracked() {
                            draft.take_merged(text);
                        }
                    }
                >
                    {t.edit.take_merged}
                </button>
            </footer>
        </section>
    }
    .into_any()
}

/// From which index to which, where a save lost the race.
fn lost_text(draft: Draft) -> impl FnMut() -> AnyView + Send {
    let t = use_t();
    dynamic(move || {
        let to = match draft.remote.get() {
            Remote::Changed(theirs) => theirs.pair.modify_index,
            Remote::Same | Remote::Gone => 0,
        };
        draft.lost.get().then(|| {
            let from = draft.base.with(|base| base.pair.modify_index);
            (t.edit.conflict_text)(&number(from), &number(to))
        })
    })
}

/// The merge: its conflicts first, then what it changes in theirs.
#[component]
fn Sides(
    /// The edit.
    draft: Draft,
    /// What others wrote.
    theirs: Arc<Version>,
    /// The merged text, once nothing is open.
    result: RwSignal<Option<String>>,
) -> impl IntoView {
    let t = use_t();
    let index = number(theirs.pair.modify_index);
    if let Content::Binary(bytes) = &theirs.content {
        let size = words::size(bytes.len());
        result.set(None);
        return view! { <p class="diff-same">{(t.edit.theirs_binary)(&size)}</p> }.into_any();
    }
    let base = draft.base.get_untracked();
    let pieces = draft
        .text
        .with_untracked(|mine| merge(base.shown(), theirs.shown(), mine));
    let count = conflicts(&pieces);
    let pieces = Arc::new(pieces);
    let choices = RwSignal::new(vec![None::<Choice>; count]);
    let all = pieces.clone();
    effect(move || {
        let text = choices.with(|choices| merged(&all, choices));
        result.set(text);
    });
    let before: Arc<str> = theirs.shown().into();
    let change = dynamic(move || {
        let before = before.clone();
        let (after, label) = match result.get() {
            Some(text) => (Arc::from(text.as_str()), t.edit.merge_result),
            None => (
                draft.text.with_untracked(|text| text.as_str().into()),
                t.edit.mine,
            ),
        };
        let before_label = (t.edit.theirs)(&index);
        view! {
            <TextDiff
                before=Signal::stored(before)
                after=Signal::stored(after)
                before_label
                after_label=label
            />
        }
        .into_any()
    });
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    view! {
        <p class="merge-sum">{(t.edit.merge_sum)(count)}</p>
        <Conflicts pieces choices/>
        {change}
    }
    .into_any()
}

/// The places that both changed, each with its choice.
#[component]
fn Conflicts(
    /// The merge.
    pieces: Arc<Vec<Piece>>,
    /// What was chosen.
    choices: RwSignal<Vec<Option<Choice>>>,
) -> impl IntoView {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Conflict { theirs, mine } => Some((theirs.join("\n"), mine.join("\n"))),
            Piece::Clear(_) => None,
        })
        .enumerate()
        .map(|(at, (theirs, mine))| view! { <Conflict at theirs mine choices/> }.into_any())
        .collect_view()
        .into_any()
}

/// One place that both changed.
#[component]
fn Conflict(
    /// Which one, from 0.
    at: usize,
    /// Their lines.
    theirs: String,
    /// My lines.
    mine: String,
    /// What was chosen.
    choices: RwSignal<Vec<Option<Choice>>>,
) -> impl IntoView {
    let t = use_t();
    let label = (t.edit.conflict_number)(u32::try_from(at + 1).unwrap_or(u32::MAX));
    let spoken = label.clone();
    let option = move |choice: Choice, word: &'static str| {
        view! {
            <button
                type="button"
                aria-pressed=move || choices.with(|all| all.get(at) == Some(&Some(choice))).to_string()
                on:click=move |_| {
                    choices.update(|all| {
                        if let Some(mine) = all.get_mut(at) {
                            *mine = Some(choice);
                        }
                    });
                }
            >
                {word}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="merge-conflict" role="group" aria-label=spoken>
            <div class="merge-conflict-head">
                <b>{label}</b>
                <div class="segmented push-end">
                    {option(Choice::Theirs, t.edit.choose_theirs)}
                    {option(Choice::Mine, t.edit.choose_mine)}
                    {option(Choice::Both, t.edit.choose_both)}
                </div>
            </div>
            <div class="merge-sides">
                <div data-change="removed">
                    <small>{t.edit.choose_theirs}</small>
                    <div class="merge-text">{theirs}</div>
                </div>
                <div data-change="added">
                    <small>{t.edit.choose_mine}</small>
                    <div class="merge-text">{mine}</div>
                </div>
            </div>
        </div>
    }
    .into_any()
}

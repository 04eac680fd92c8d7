//! Theirs and mine, side by side.

use std::sync::Arc;

use leptos::{html, prelude::*};
use wire::health::Health;

use super::{
    draft::{Draft, Target},
    value::Content,
    version::{Remote, Version},
    words,
};
use crate::{
    components::{HealthGlyph, TextDiff, dynamic},
    effect::effect,
    i18n::{number, use_t},
};

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
    let before: Arc<str> = theirs.shown().into();
    let after: Arc<str> = draft.text.with_untracked(|text| text.as_str().into());
    view! {
        <TextDiff
            before=Signal::stored(before)
            after=Signal::stored(after)
            before_label=(t.kv.theirs)(&index)
            after_label=t.kv.mine
        />
    }
    .into_any()
}

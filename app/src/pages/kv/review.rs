//! What a save would change, before it does.

use std::sync::Arc;

use leptos::{html, prelude::*};
use wire::{format::Severity, health::Health, kv::KvPair};

use super::{
    draft::{Draft, Review, Target},
    lock::{KeyLock, lock_warning},
    path,
    version::Remote,
};
use crate::{
    components::{Dialog, HealthGlyph, TextDiff, dynamic},
    effect::effect,
    i18n::{number, use_t},
};

/// Shows what is live against what will be; its button saves.
#[component]
pub fn ReviewDialog(
    /// The edit.
    draft: Draft,
    /// Told when it was saved.
    saved: Callback<KvPair>,
) -> impl IntoView {
    let t = use_t();
    let open = RwSignal::new(false);
    effect(move || open.set(draft.reviewing.with(Option::is_some)));
    effect(move || {
        if !open.get() && draft.reviewing.with_untracked(Option::is_some) {
            draft.reviewing.set(None);
        }
    });
    let name = path::spelled(path::name(&draft.key.get_value()));
    let confirm = Callback::new(move |()| {
        if let Some(Review {
            target,
            allow_invalid,
        }) = draft.reviewing.get_untracked()
        {
            draft.reviewing.set(None);
            draft.save(target, allow_invalid, saved);
        }
    });
    view! {
        <Dialog
            open
            wide=true
            title=(t.edit.review_title)(&name)
            footer=move || view! { <Buttons open confirm/> }.into_any()
        >
            {dynamic(move || {
                let target = draft.reviewing.get()?.target;
                Some(view! { <Change draft target/> }.into_any())
            })}
        </Dialog>
    }
    .into_any()
}

/// The buttons; the one that saves has the focus, so that Enter does.
#[component]
fn Buttons(
    /// Whether the dialog is open.
    open: RwSignal<bool>,
    /// Saves.
    confirm: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let button = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = button.get() {
            request_animation_frame(move || {
                let _ = button.focus();
            });
        }
    });
    view! {
        <button type="button" class="button" on:click=move |_| open.set(false)>
            {t.edit.keep_editing}
        </button>
        <button
            type="button"
            class="button is-primary"
            node_ref=button
            on:click=move |_| confirm.run(())
        >
            {t.edit.confirm_save}
        </button>
    }
    .into_any()
}

/// The change itself.
#[component]
fn Change(
    /// The edit.
    draft: Draft,
    /// On what the save stands.
    target: Target,
) -> impl IntoView {
    let t = use_t();
    let base = draft.base.get_untracked();
    let version = match (target, draft.remote.get_untracked()) {
        (Target::Theirs, Remote::Changed(theirs)) => Some(theirs),
        (Target::Nothing, _) => None,
        _ => Some(base),
    };
    let (before, label) = match version {
        Some(version) => (
            version.shown().into(),
            (t.edit.review_live)(&number(version.pair.modify_index)),
        ),
        None => (Arc::from(""), t.edit.review_nothing.to_owned()),
    };
    let after: Arc<str> = draft.text.with_untracked(|text| text.as_str().into());
    let invalid = draft.check.has_errors();
    let warnings = dynamic(move || {
        let found = draft.check.diagnostics.get();
        let first = found
            .iter()
            .find(|found| found.severity == Severity::Warning)?;
        let count = found
            .iter()
            .filter(|found| found.severity == Severity::Warning)
            .count();
        let sum = (t.edit.review_warnings)(u32::try_from(count).unwrap_or(u32::MAX));
        Some(
            view! {
                <p class="dialog-warning">
                    <HealthGlyph health=Health::Warning/>
                    <b>{sum}</b>
                    <span>{format!("{}:{} {}", first.line, first.column, first.message)}</span>
                </p>
            }
            .into_any(),
        )
    });
    // whoever holds what the save would write over
    let session = Signal::derive(move || match (target, draft.remote.get()) {
        (Target::Nothing, _) | (_, Remote::Gone) => None,
        (_, Remote::Changed(theirs)) => theirs.pair.session.clone(),
        (_, Remote::Same) => draft.base.with(|base| base.pair.session.clone()),
    });
    let dc = draft.dc.get_value();
    view! {
        {lock_warning(KeyLock { dc, session })}
        {invalid.then(|| view! { <p class="dialog-problem">{t.edit.review_invalid}</p> }.into_any())}
        {warnings}
        <TextDiff
            before=Signal::stored(before)
            after=Signal::stored(after)
            before_label=label
            after_label=t.edit.review_mine
        />
    }
    .into_any()
}

//! Lines above the editor: what keeps a save from being written, what others did, what the
//! editor cannot show.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{format::Format, health::Health, kv::VALUE_MAX_BYTES};

use super::{
    draft::{Draft, Target},
    failure::Failure,
    lock::{KeyLock, lock_warning},
    path,
    value::{Endings, control_characters},
    version::{Remote, Version},
    words,
};
use crate::{
    components::{CopyButton, HealthGlyph, Icon, dynamic, problem::words as problem_words},
    i18n::{number, use_t},
};

/// Why nothing was written, and what can be done.
#[component]
pub fn FailureNote(
    /// Why.
    failure: Signal<Option<Failure>>,
    /// The format it was checked as.
    #[prop(into)]
    format: Signal<Format>,
    /// The key.
    #[prop(into)]
    key: Signal<String>,
    /// Where that key is, should it be there already.
    #[prop(into)]
    link: Signal<String>,
    /// Saves although it does not parse.
    #[prop(into)]
    save_anyway: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let invalid = move || {
        let title = (t.edit.invalid_title)(words::format(&t.kv, format.get()));
        view! {
            <p><b>{title}</b>" "{t.edit.invalid_text}</p>
            <button type="button" class="button is-small" on:click=move |_| save_anyway.run(())>
                {t.edit.save_anyway}
            </button>
        }
        .into_any()
    };
    let text_of = move |failure: Failure| {
        match failure {
        Failure::NoKey => ().into_any(),
        Failure::Invalid => invalid(),
        Failure::TooLarge(bytes) => {
            let text = (t.kv.too_large)(&exact(bytes), &exact(VALUE_MAX_BYTES));
            view! { <p>{text}</p> }.into_any()
        }
        Failure::Exists => view! {
            <p><b>{(t.edit.exists)(&path::spelled(&key.get_untracked()))}</b>" "{t.edit.exists_text}</p>
            <a class="button is-small" target="_blank" rel="noopener" href=link.get_untracked()>
                {t.edit.open_existing}
            </a>
        }
        .into_any(),
        Failure::Other(problem) => {
            let problem = *problem;
            let (_, title, text) = problem_words(t, &problem);
            let rule = problem.acl_rule.clone();
            let detail = rule.clone().unwrap_or(problem.detail);
            view! {
                <p>
                    <b>{t.edit.not_saved}" "{title}"."</b>
                    " "{text}" "
                    <code>{detail}</code>
                </p>
                {rule
                    .map(|rule| {
                        view! { <CopyButton text=rule label=t.problem.copy_rule/> }.into_any()
                    })}
            }
            .into_any()
        }
    }
    };
    dynamic(move || {
        // that no key is named is said at its field
        let failure = failure.get().filter(|failure| *failure != Failure::NoKey);
        failure.map(|failure| {
            view! {
                <div class="note" data-kind="error" role="alert">
                    <HealthGlyph health=Health::Critical/>
                    {text_of(failure)}
                </div>
            }
            .into_any()
        })
    })
}

/// What others did while the key was edited.
#[component]
pub fn RemoteNote(
    /// The edit.
    draft: Draft,
    /// Writes it again where it was deleted.
    #[prop(into)]
    save: Callback<Target>,
) -> impl IntoView {
    let t = use_t();
    let changed = move |index: u64| {
        view! {
            <div class="note" data-kind="info" role="status">
                <Icon name="refresh"/>
                <p><b>{(t.kv.changed_elsewhere)(&number(index))}</b>" "{t.edit.changed_text}</p>
                <button type="button" class="button is-small" on:click=move |_| draft.comparing.set(true)>
                    {t.edit.compare}
                </button>
                <button type="button" class="button is-small is-quiet" on:click=move |_| draft.take_theirs()>
                    {t.edit.take_theirs}
                </button>
                <button type="button" class="button is-small is-quiet" on:click=move |_| draft.keep_mine()>
                    {t.edit.stay_with_mine}
                </button>
            </div>
        }
        .into_any()
    };
    let gone = move || {
        view! {
            <div class="note" data-kind="warning" role="alert">
                <HealthGlyph health=Health::Warning/>
                <p><b>{t.kv.deleted_elsewhere}</b>" "{t.edit.deleted_text}</p>
                <button
                    type="button"
                    class="button is-small"
                    disabled=move || draft.saving.get()
                    on:click=move |_| save.run(Target::Nothing)
                >
                    {t.edit.create_again}
                </button>
            </div>
        }
        .into_any()
    };
    dynamic(move || {
        // while both are shown, the comparison says it
        if draft.comparing.get() {
            return None;
        }
        match draft.remote.get() {
            Remote::Same => None,
            Remote::Changed(theirs) => Some(changed(theirs.pair.modify_index)),
            Remote::Gone => Some(gone()),
        }
    })
}

/// A text that gave way to another.
#[component]
pub fn AsideNote(
    /// The edit.
    draft: Draft,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        draft.aside.with(Option::is_some).then(|| {
            view! {
                <div class="note" role="status">
                    <Icon name="file"/>
                    <p>{t.edit.put_aside}</p>
                    <button type="button" class="button is-small" on:click=move |_| draft.put_back()>
                        {t.edit.put_back}
                    </button>
                    <button
                        type="button"
                        class="button is-small is-quiet is-icon-only"
                        aria-label=t.common.close
                        on:click=move |_| draft.aside.set(None)
                    >
                        <Icon name="x"/>
                    </button>
                </div>
            }.into_any()
        })
    })
}

/// What the editor cannot show of the value, and locks.
#[component]
pub fn ValueNotes(
    /// Datacenter.
    dc: String,
    /// The key as it was read.
    version: Signal<Arc<Version>>,
) -> impl IntoView {
    let t = use_t();
    let facts = Memo::new(move |_| {
        version.with(|version| {
            let text = version.text();
            let mixed = text.is_some_and(|text| text.endings == Endings::Mixed);
            let hidden = text.map_or(0, |text| control_characters(text.shown()));
            (mixed, u32::try_from(hidden).unwrap_or(u32::MAX))
        })
    });
    let line = |text: String| {
        view! {
            <div class="note">
                <Icon name="bang"/>
                <p>{text}</p>
            </div>
        }
        .into_any()
    };
    let lines = dynamic(move || {
        let (mixed, hidden) = facts.get();
        (
            mixed.then(|| line(t.kv.mixed_note.to_owned())),
            (hidden > 0).then(|| line((t.kv.control_note)(hidden))),
        )
    });
    let session = Signal::derive(move || version.with(|base| base.pair.session.clone()));
    view! {
        {lines}
        {lock_warning(KeyLock { dc, session })}
    }
    .into_any()
}

fn exact(bytes: usize) -> String {
    format!("{} B", number(bytes as u64))
}

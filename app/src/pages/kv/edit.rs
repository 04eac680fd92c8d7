//! A key's editor.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{format::Format, kv::KvPair, problem::ProblemKind};

use super::{
    details::Details,
    draft::{Draft, Target},
    draft_note::{DraftNote, DraftOffer},
    drafts,
    editor::{Editor, EditorState},
    failure::Failure,
    format_picker::picker,
    guard::LeaveGuard,
    key::{MODE, OpenKey},
    merge_view::MergeView,
    notes::{AsideNote, FailureNote, RemoteNote, ValueNotes},
    path,
    review::ReviewDialog,
    tidy::Tidy,
    version::Remote,
    words,
};
use crate::{
    components::{CopyButton, PageHead, ProblemNote, dynamic},
    effect::effect,
    i18n::{number, use_t},
    navigation::use_navigation,
    routes,
    state::use_toasts,
};

/// Edits a key.
#[component]
pub fn KeyEditor(
    /// The key.
    open: OpenKey,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let navigation = use_navigation();
    let OpenKey { dc, key, live, .. } = open.clone();
    let draft = Draft::new(&open);
    let state = editor_state(draft);
    let done = RwSignal::new(false);
    let saved = Callback::new(move |pair: KvPair| {
        done.set(true);
        draft.dc.with_value(|dc| drafts::forget(dc, &pair.key));
        toasts.success((t.edit.saved)(&path::spelled(&pair.key)), "");
        navigation.set_query(MODE.0, "");
    });
    let review = Callback::new(move |target: Target| {
        state.flush();
        draft.review(target, false);
    });
    words::on_save_key(move || {
        state.flush();
        let busy =
            draft.comparing.get_untracked() || draft.reviewing.with_untracked(Option::is_some);
        if untrack(|| draft.is_dirty()) && !busy {
            draft.review(Target::Read, false);
        }
    });
    tell_news(draft);
    let dirty = Signal::derive(move || draft.is_dirty() && !done.get());
    draft.keep_typed(open.secret, done.into());
    let link = routes::kv_edit(&dc, &key);
    let index = Signal::derive(move || draft.base.with(|base| base.pair.modify_index));
    let begun_anew = open.restore.get_untracked().is_none() && !open.secret;
    let place = (dc.clone(), key.clone());
    let key_name = Signal::stored(key.clone());
    let by_ending = Format::from_key(&key);
    let save_anyway = Callback::new(move |()| draft.review(draft.last_target.get_value(), true));
    view! {
        <Head draft state dirty review link=link.clone()/>
        <ProblemNote
            problem=Signal::derive(move || {
                live.problem.get().filter(|problem| problem.kind != ProblemKind::NotFound)
            })
            arrived=live.arrived
            retry=move |()| live.reload()
        />
        <FailureNote
            failure=draft.failure.why()
            format=draft.format
            key=key_name
            link=Signal::stored(link)
            save_anyway
        />
        {begun_anew
            .then(|| {
                let on_restore = Callback::new(move |kept| draft.restore(kept));
                let offer = DraftOffer { place, index, on_restore };
                view! { <DraftNote offer/> }.into_any()
            })}
        <RemoteNote draft save=review/>
        <AsideNote draft/>
        <ValueNotes dc=dc.clone() version=draft.base.into()/>
        <div class="split key-split">
            <Body draft state review/>
            <Details
                dc
                key=key.clone()
                version=draft.base.into()
                by_ending
                picker=picker(by_ending, draft.format)
            />
        </div>
        <ReviewDialog draft saved/>
        <LeaveGuard dirty key=Signal::stored(path::spelled(&key)) kept=!open.secret/>
    }
    .into_any()
}

fn editor_state(draft: Draft) -> EditorState {
    let changed = Memo::new(move |_| Arc::new(draft.changed_lines()));
    let state = EditorState {
        code: draft.code,
        ..EditorState::new(draft.text, draft.check, draft.format.into(), changed.into())
    };
    effect(move || {
        if draft.failure.is(&Failure::Invalid) {
            state.go_to_first_error();
        }
    });
    state
}

/// Says when what is shown was written anew by others.
fn tell_news(draft: Draft) {
    let t = use_t();
    let toasts = use_toasts();
    effect(move || {
        if draft.news.with(|lines| !lines.is_empty()) {
            let index = draft.base.with_untracked(|base| base.pair.modify_index);
            toasts.success((t.kv.changed_elsewhere)(&number(index)), t.kv.now_shown);
        }
    });
}

/// Path, name, and what can be done.
#[component]
fn Head(
    /// The edit.
    draft: Draft,
    /// What is typed into.
    state: EditorState,
    /// Something is typed that is not saved.
    dirty: Signal<bool>,
    /// Shows what a save would change.
    review: Callback<Target>,
    /// The key's own address.
    link: String,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let (dc, key) = (draft.dc.get_value(), draft.key.get_value());
    let crumbs = super::crumbs(&dc, &key);
    let name = path::title(&key);
    let changed =
        Memo::new(move |_| u32::try_from(draft.changed_lines().len()).unwrap_or(u32::MAX));
    let gone = move || draft.remote.with(|remote| *remote == Remote::Gone);
    let can_save = move || dirty.get() && !draft.saving.get() && !draft.comparing.get();
    view! {
        <PageHead title=name crumbs=Signal::derive(move || crumbs.clone())>
            <CopyButton text=key/>
            {move || {
                dirty
                    .get()
                    .then(|| view! { <span class="tag" role="status">{(t.edit.lines_changed)(changed.get().max(1))}</span> }.into_any())
            }}
            <span class="push-end"></span>
            <div class="key-actions">
                <button type="button" class="button is-quiet" on:click=move |_| navigation.leave(&link)>
                    {t.common.cancel}
                </button>
                <Tidy state off=draft.comparing/>
                <button
                    type="button"
                    class="button"
                    disabled=move || !dirty.get() || draft.saving.get()
                    on:click=move |_| draft.discard()
                >
                    {t.edit.discard}
                </button>
                <button
                    type="button"
                    class="button is-primary"
                    disabled=move || !can_save()
                    on:click=move |_| review.run(if gone() { Target::Nothing } else { Target::Read })
                >
                    {move || if draft.saving.get() { t.edit.saving } else { t.edit.save }}
                    <kbd>{words::save_key()}</kbd>
                </button>
            </div>
        </PageHead>
    }
    .into_any()
}

/// The editor, or both versions.
#[component]
fn Body(
    /// The edit.
    draft: Draft,
    /// What is typed into.
    state: EditorState,
    /// Shows what a save would change.
    review: Callback<Target>,
) -> impl IntoView {
    let t = use_t();
    let name = path::spelled(path::name(&draft.key.get_value()));
    let line = words::line_in_address().get_untracked();
    let is_merging = Memo::new(move |_| draft.comparing.get());
    dynamic(move || {
        let name = name.clone();
        if is_merging.get() {
            return view! { <MergeView draft review/> }.into_any();
        }
        view! {
            <Editor
                state
                label=Signal::derive(move || format!("{}: {name}", t.kv.value_label))
                size=Signal::derive(move || draft.bytes())
                take_focus=true
                line
            />
        }
        .into_any()
    })
}

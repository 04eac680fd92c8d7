//! A key's page.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    kv::KvPair,
    live::{Subject, Topic},
    problem::ProblemKind,
};

use super::{
    bytes::Bytes,
    compare::Compare,
    delete::DeleteKey,
    details::Details,
    draft::{Draft, Failure, Target},
    editor::{Editor, EditorState},
    guard::LeaveGuard,
    not_there::NotThere,
    notes::{AsideNote, FailureNote, RemoteNote, ValueNotes},
    path,
    version::Remote,
    words,
};
use crate::{
    api,
    components::{CopyButton, PageHead, ProblemNote, ProblemView, dynamic},
    effect::effect,
    i18n::{number, use_t},
    live::{Live, use_live},
    routes,
    state::{use_settings, use_toasts},
};

/// Loads the key, then edits it.
#[component]
pub fn EditPage(
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
) -> impl IntoView {
    let url = api::kv::value(&dc, &key);
    let topic = Topic::new(Subject::Key(key.clone()), &*dc);
    let live = use_live::<KvPair>(topic, url);
    let there = Memo::new(move |_| live.data.with(Option::is_some));
    let title = path::spelled(path::name(&key));
    let gone = Memo::new(move |_| {
        // gone before this page ever saw it: what is shown would be a memory
        live.arrived.get() == 0.0
            && live.problem.with(|problem| {
                problem
                    .as_ref()
                    .is_some_and(|p| p.kind == ProblemKind::NotFound)
            })
    });
    dynamic(move || {
        let (dc, key, title) = (dc.clone(), key.clone(), title.clone());
        if gone.get() {
            return view! { <NotThere dc key/> }.into_any();
        }
        if let (true, Some(first)) = (there.get(), live.data.get_untracked()) {
            return view! { <KeyEditor dc key first live/> }.into_any();
        }
        let crumbs = super::crumbs(&dc, &key);
        let retry = Callback::new(move |()| live.reload());
        view! {
            <PageHead title crumbs=Signal::derive(move || crumbs.clone())/>
            {move || match live.problem.get() {
                Some(problem) => view! { <ProblemView problem retry/> }.into_any(),
                None => view! { <Loading/> }.into_any(),
            }}
        }
        .into_any()
    })
}

/// Grey lines where the text will be.
#[component]
fn Loading() -> impl IntoView {
    let t = use_t();
    view! {
        <div class="editor-skeleton" aria-busy="true" aria-label=t.common.loading>
            {(0..8).map(|_| view! { <i></i> }.into_any()).collect_view()}
        </div>
    }
    .into_any()
}

#[component]
fn KeyEditor(
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
    /// As it was read first.
    first: Arc<KvPair>,
    /// As it is.
    live: Live<KvPair>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let read_only = use_settings().read_only;
    let draft = Draft::new(dc.clone(), key.clone(), &first, live);
    let saved = Callback::new(move |pair: KvPair| {
        toasts.success((t.kv.saved)(&path::spelled(&pair.key)), "");
    });
    let save = Callback::new(move |target: Target| draft.save(target, false, saved));
    // what "save anyway" stands on is what the refused save stood on
    let last_target = StoredValue::new(Target::Read);
    let save = Callback::new(move |target: Target| {
        last_target.set_value(target);
        save.run(target);
    });
    let save_anyway = Callback::new(move |()| draft.save(last_target.get_value(), true, saved));
    effect(move || {
        if draft.news.with(|lines| !lines.is_empty()) {
            let index = draft.base.with_untracked(|base| base.pair.modify_index);
            toasts.success((t.kv.changed_elsewhere)(&number(index)), t.kv.now_shown);
        }
    });
    let left = RwSignal::new(false);
    let dirty = Signal::derive(move || draft.is_dirty() && !left.get());
    if !read_only {
        words::on_save_key(move || {
            if untrack(|| draft.is_dirty()) && !draft.comparing.get_untracked() {
                save.run(Target::Read);
            }
        });
    }
    let link = routes::kv_edit(&dc, &key);
    let spelled = path::spelled(&key);
    let key_name = StoredValue::new(key.clone());
    let index = Signal::derive(move || draft.base.with(|base| base.pair.modify_index));
    let deleting = RwSignal::new(false);
    view! {
        <Head draft dirty save deleting read_only/>
        <ProblemNote
            problem=Signal::derive(move || {
                live.problem.get().filter(|problem| problem.kind != ProblemKind::NotFound)
            })
            arrived=live.arrived
            retry=move |()| live.reload()
        />
        <FailureNote
            failure=draft.failure
            format=draft.format
            key=Signal::derive(move || key_name.get_value())
            link=Signal::stored(link)
            save_anyway
        />
        <RemoteNote draft save read_only/>
        <AsideNote draft/>
        <ValueNotes draft/>
        <div class="split key-split">
            <Body draft save read_only/>
            <Details draft/>
        </div>
        <LeaveGuard dirty key=Signal::stored(spelled)/>
        {(!read_only)
            .then(|| {
                view! { <DeleteKey open=deleting dc key index on_deleted=move |()| left.set(true)/> }.into_any()
            })}
    }
    .into_any()
}

/// Path, name, and what can be done with a key.
#[component]
fn Head(
    /// The edit.
    draft: Draft,
    /// Something is typed that is not saved.
    dirty: Signal<bool>,
    /// Saves.
    save: Callback<Target>,
    /// Opens the dialog that deletes.
    deleting: RwSignal<bool>,
    /// Nothing can be written.
    read_only: bool,
) -> impl IntoView {
    let t = use_t();
    let (dc, key) = (draft.dc.get_value(), draft.key.get_value());
    let crumbs = super::crumbs(&dc, &key);
    let name = path::spelled(path::name(&key));
    let changed =
        Memo::new(move |_| u32::try_from(draft.changed_lines().len()).unwrap_or(u32::MAX));
    let is_text = Memo::new(move |_| draft.base_text().is_some());
    let gone = move || draft.remote.with(|remote| *remote == Remote::Gone);
    let can_save = move || dirty.get() && !draft.saving.get() && !draft.comparing.get();
    let actions = move || {
        view! {
            <button
                type="button"
                class="button is-quiet is-danger"
                disabled=gone
                on:click=move |_| deleting.set(true)
            >
                {t.kv.delete}
            </button>
            {move || is_text.get().then(|| view! {
                <button
                    type="button"
                    class="button"
                    disabled=move || !dirty.get() || draft.saving.get()
                    on:click=move |_| draft.discard()
                >
                    {t.kv.discard}
                </button>
                <button
                    type="button"
                    class="button is-primary"
                    disabled=move || !can_save()
                    on:click=move |_| save.run(if gone() { Target::Nothing } else { Target::Read })
                >
                    {move || if draft.saving.get() { t.kv.saving } else { t.kv.save }}
                    <kbd>{words::save_key()}</kbd>
                </button>
            }.into_any())}
        }
        .into_any()
    };
    view! {
        <PageHead title=name crumbs=Signal::derive(move || crumbs.clone())>
            <CopyButton text=key/>
            {move || {
                dirty
                    .get()
                    .then(|| view! { <span class="tag" role="status">{(t.kv.lines_changed)(changed.get().max(1))}</span> }.into_any())
            }}
            <span class="push-end"></span>
            {if read_only {
                view! { <span class="tag" title=t.kv.read_only>{t.common.read_only}</span> }
                    .into_any()
            } else {
                view! { <div class="key-actions">{actions()}</div> }.into_any()
            }}
        </PageHead>
    }
    .into_any()
}

/// The editor, the comparison or the dump.
#[component]
fn Body(
    /// The edit.
    draft: Draft,
    /// Saves.
    save: Callback<Target>,
    /// Nothing can be written.
    read_only: bool,
) -> impl IntoView {
    let t = use_t();
    let is_text = Memo::new(move |_| draft.base_text().is_some());
    let changed = Memo::new(move |_| Arc::new(draft.changed_lines()));
    let state = EditorState {
        text: draft.text,
        check: draft.check,
        changed: changed.into(),
        read_only,
        area: NodeRef::new(),
    };
    effect(move || {
        if draft
            .failure
            .with(|failure| *failure == Some(Failure::Invalid))
        {
            state.go_to_first_error();
        }
    });
    let name = path::spelled(path::name(&draft.key.get_value()));
    dynamic(move || {
        let name = name.clone();
        if !is_text.get() {
            return view! { <Bytes draft/> }.into_any();
        }
        if draft.comparing.get() {
            return view! { <Compare draft save read_only/> }.into_any();
        }
        view! {
            <Editor
                state
                label=Signal::derive(move || format!("{}: {name}", t.kv.value_label))
                size=Signal::derive(move || draft.bytes())
            />
        }
        .into_any()
    })
}

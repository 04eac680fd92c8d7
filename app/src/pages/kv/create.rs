//! A new key.

use std::{collections::BTreeSet, sync::Arc};

use leptos::{html, prelude::*};
use wire::{format::Format, kv::KvPair};

use super::{
    create_value::NewValue, draft_note::NewDraftNote, drafts, editor::EditorState,
    failure::Failure, format_picker::FormatPicker, guard::LeaveGuard, new_key::NewKey,
    notes::FailureNote, path, tidy::Tidy, words,
};
use crate::{
    components::{Blank, PageHead},
    effect::effect,
    i18n::use_t,
    navigation::use_navigation,
    routes,
    state::{use_settings, use_toasts},
};

/// The page of a new key.
#[component]
pub fn CreatePage(
    /// Datacenter.
    dc: String,
    /// The folder that it begins in.
    folder: String,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let toasts = use_toasts();
    if use_settings().read_only {
        return view! { <ReadOnly dc folder/> }.into_any();
    }
    let name = navigation.query("name").get_untracked();
    let new = NewKey::begin(&dc, &folder, &name);
    let changed = Signal::derive(|| Arc::new(BTreeSet::new()));
    let format = Signal::derive(move || new.format());
    let state = EditorState::new(new.text, new.check, format, changed);
    let done = RwSignal::new(false);
    let created = Callback::new(move |pair: KvPair| {
        done.set(true);
        drafts::forget_new(&new.dc.get_value(), &new.folder.get_value());
        toasts.success((t.edit.created)(&path::spelled(&pair.key)), "");
        navigation.go(&key_url(&new.dc.get_value(), &pair.key));
    });
    let save = Callback::new(move |allow_invalid: bool| {
        state.flush();
        new.save(allow_invalid, created);
    });
    words::on_save_key(move || save.run(false));
    new.keep_typed(done.into());
    let secret_keys = use_settings().secret_keys.clone();
    let kept = Signal::derive(move || new.is_kept(&secret_keys));
    let has_no_text = Signal::derive(move || new.is_folder() || new.bytes.with(Option::is_some));
    let crumbs = super::crumbs(&dc, &format!("{folder}x"));
    let cancel = routes::kv(&dc, &folder);
    let dirty = Signal::derive(move || new.is_dirty() && !done.get());
    let guarded = Signal::derive(move || path::spelled(&new.key.get()));
    view! {
        <PageHead
            title=t.kv.new_key
            crumbs=Signal::derive(move || crumbs.clone())
        >
            <span class="push-end"></span>
            <div class="key-actions">
                <a class="button is-quiet" href=cancel>{t.common.cancel}</a>
                <Tidy state off=has_no_text/>
                <button
                    type="button"
                    class="button is-primary"
                    disabled=move || new.saving.get()
                    on:click=move |_| save.run(false)
                >
                    {move || if new.is_folder() { t.edit.create_folder } else { t.edit.create }}
                    <kbd>{words::save_key()}</kbd>
                </button>
            </div>
        </PageHead>
        <Note new save/>
        <NewDraftNote new/>
        <Fields new/>
        <NewValue new state/>
        <LeaveGuard dirty key=guarded kept/>
    }
    .into_any()
}

/// Where a key, or a folder, is once it is there.
fn key_url(dc: &str, key: &str) -> String {
    if key.ends_with('/') {
        routes::kv(dc, key)
    } else {
        routes::kv_edit(dc, key)
    }
}

/// Why it was not created.
#[component]
fn Note(
    /// What is typed.
    new: NewKey,
    /// Makes it, although it does not parse.
    save: Callback<bool>,
) -> impl IntoView {
    let existing = Signal::derive(move || new.key.get());
    let link = Signal::derive(move || key_url(&new.dc.get_value(), &new.key.get()));
    view! {
        <FailureNote
            failure=new.failure.why()
            format=Signal::derive(move || new.format())
            key=existing
            link
            save_anyway=move |()| save.run(true)
        />
    }
    .into_any()
}

/// The key and its format.
#[component]
fn Fields(
    /// What is typed.
    new: NewKey,
) -> impl IntoView {
    let t = use_t();
    let field = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
            // behind the folder, where the name goes
            let end = u32::try_from(field.value().encode_utf16().count()).unwrap_or(0);
            let _ = field.set_selection_range(end, end);
        }
    });
    let is_missing = move || new.failure.is(&Failure::NoKey);
    let help = move || {
        if is_missing() {
            return t.edit.key_missing;
        }
        if new.key.with(|key| words::is_unusual(key)) {
            return t.edit.key_unusual;
        }
        if new.is_folder() {
            t.edit.folder_help
        } else {
            t.edit.key_help
        }
    };
    view! {
        <div class="key-fields">
            <label class="key-field" for="new-key">{t.edit.key_label}</label>
            <span class="field" class:is-wrong=is_missing>
                <input
                    id="new-key"
                    class="mono"
                    type="text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    node_ref=field
                    placeholder=t.edit.key_placeholder
                    aria-describedby="new-key-help"
                    aria-invalid=move || is_missing().then_some("true")
                    prop:value=move || new.key.get()
                    on:input=move |event| new.key.set(event_target_value(&event))
                />
            </span>
            <p
                id="new-key-help"
                class="key-help"
                class:is-error=is_missing
                aria-live="polite"
            >
                {help}
            </p>
            <label class="key-field" for="key-format">{t.edit.format_label}</label>
            <FormatPicker
                id="key-format"
                by_ending=Signal::derive(move || new.key.with(|key| Format::from_key(key)))
                chosen=new.chosen
            />
        </div>
    }
    .into_any()
}

/// Nothing can be made.
#[component]
fn ReadOnly(
    /// Datacenter.
    dc: String,
    /// The folder.
    folder: String,
) -> impl IntoView {
    let t = use_t();
    let back = routes::kv(&dc, &folder);
    view! {
        <PageHead title=t.kv.new_key/>
        <Blank
            icon="eye"
            title=t.problem.read_only
            text=t.problem.read_only_text
        >
            <a class="button" href=back>{t.seldom.open_root}</a>
        </Blank>
    }
    .into_any()
}

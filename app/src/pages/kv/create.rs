//! A new key.

use std::{collections::BTreeSet, sync::Arc};

use leptos::{html, prelude::*};
use wire::{format::Format, kv::KvPair, schema::KeyPlace};

use super::{
    check::Check,
    details::FormatPicker,
    draft::Failure,
    editor::{Editor, EditorState},
    files::{PickFile, Read, dropped, first_of},
    guard::LeaveGuard,
    new_key::NewKey,
    notes::FailureNote,
    path,
    replace::too_large,
    words,
};
use crate::{
    components::{Blank, PageHead, dynamic},
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
    let prefilled = format!("{folder}{name}");
    let key = RwSignal::new(prefilled.clone());
    let text = RwSignal::new(String::new());
    let chosen = RwSignal::new(None);
    let format = Signal::derive(move || {
        chosen
            .get()
            .unwrap_or_else(|| key.with(|key| Format::from_key(key)))
    });
    let datacenter = dc.clone();
    let place = Signal::derive(move || KeyPlace {
        datacenter: datacenter.clone(),
        key: key.get(),
    });
    let new = NewKey {
        dc: StoredValue::new(dc.clone()),
        key,
        prefilled: StoredValue::new(prefilled),
        text,
        bytes: RwSignal::new(None),
        chosen,
        check: Check::new(text, format, place),
        saving: RwSignal::new(false),
        failure: RwSignal::new(None),
        missing: RwSignal::new(false),
    };
    effect(move || {
        text.track();
        key.track();
        new.missing.set(false);
        new.failure.set(None);
    });
    let done = RwSignal::new(false);
    let created = Callback::new(move |pair: KvPair| {
        done.set(true);
        toasts.success((t.kv.created)(&path::spelled(&pair.key)), "");
        navigation.go(&key_url(&new.dc.get_value(), &pair.key));
    });
    words::on_save_key(move || new.save(false, created));
    let crumbs = super::crumbs(&dc, &format!("{folder}x"));
    let cancel = routes::kv(&dc, &folder);
    let dirty = Signal::derive(move || new.is_dirty() && !done.get());
    let guarded = Signal::derive(move || path::spelled(&key.get()));
    view! {
        <PageHead
            title=t.kv.new_key
            crumbs=Signal::derive(move || crumbs.clone())
        >
            <span class="push-end"></span>
            <div class="key-actions">
                <a class="button is-quiet" href=cancel>{t.common.cancel}</a>
                <button
                    type="button"
                    class="button is-primary"
                    disabled=move || new.saving.get()
                    on:click=move |_| new.save(false, created)
                >
                    {move || if new.is_folder() { t.kv.create_folder } else { t.kv.create }}
                    <kbd>{words::save_key()}</kbd>
                </button>
            </div>
        </PageHead>
        <Note new created/>
        <Fields new/>
        <Value new/>
        <LeaveGuard dirty key=guarded/>
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
    /// Told when it worked.
    created: Callback<KvPair>,
) -> impl IntoView {
    let existing = Signal::derive(move || new.key.get());
    let link = Signal::derive(move || key_url(&new.dc.get_value(), &new.key.get()));
    view! {
        <FailureNote
            failure=new.failure
            format=Signal::derive(move || new.format())
            key=existing
            link
            save_anyway=move |()| new.save(true, created)
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
    let help = move || {
        if new.missing.get() {
            return t.kv.key_missing;
        }
        if new.key.with(|key| words::is_unusual(key)) {
            return t.kv.key_unusual;
        }
        if new.is_folder() {
            t.kv.folder_help
        } else {
            t.kv.key_help
        }
    };
    view! {
        <div class="key-fields">
            <label class="key-field" for="new-key">{t.kv.key_label}</label>
            <span class="field" class:is-wrong=move || new.missing.get()>
                <input
                    id="new-key"
                    class="mono"
                    type="text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    node_ref=field
                    placeholder=t.kv.key_placeholder
                    aria-describedby="new-key-help"
                    aria-invalid=move || new.missing.get().then_some("true")
                    prop:value=move || new.key.get()
                    on:input=move |event| new.key.set(event_target_value(&event))
                />
            </span>
            <p
                id="new-key-help"
                class="key-help"
                class:is-error=move || new.missing.get()
                aria-live="polite"
            >
                {help}
            </p>
            <label class="key-field" for="key-format">{t.kv.format_label}</label>
            <FormatPicker
                id="key-format"
                by_ending=Signal::derive(move || new.key.with(|key| Format::from_key(key)))
                chosen=new.chosen
            />
        </div>
    }
    .into_any()
}

/// The value's editor; a folder has none.
#[component]
fn Value(
    /// What is typed.
    new: NewKey,
) -> impl IntoView {
    let t = use_t();
    let folder = Memo::new(move |_| new.is_folder());
    let changed = Signal::derive(|| Arc::new(BTreeSet::new()));
    let format = Signal::derive(move || new.format());
    let state = EditorState::new(new.text, new.check, format, changed);
    effect(move || {
        if new
            .failure
            .with(|failure| *failure == Some(Failure::Invalid))
        {
            state.go_to_first_error();
        }
    });
    // dimmed, not gone: while a path is typed, every slash would make the page jump
    view! {
        <FileRow new/>
        <div class="key-value" class:is-unused=move || folder.get() || new.bytes.with(Option::is_some)>
            <Editor
                state
                label=t.kv.value_label
                size=Signal::derive(move || new.text.with(String::len))
            />
        </div>
    }
    .into_any()
}

/// A file as the value: plain text goes into the editor, anything else is the value to the byte.
#[component]
fn FileRow(
    /// What is typed.
    new: NewKey,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let on_read = Callback::new(move |read: Read| match read {
        Read::Bytes(bytes) => match String::from_utf8(bytes) {
            // an editor would change the ends of its lines, and leave out its mark
            Ok(text) if text.contains(['\r', '\u{feff}']) => new.bytes.set(Some(text.into_bytes())),
            Ok(text) => {
                new.bytes.set(None);
                new.text.set(text);
            }
            Err(error) => new.bytes.set(Some(error.into_bytes())),
        },
        Read::TooLarge(size) => toasts.error(too_large(&t.kv, size), ""),
        Read::Failed => toasts.error(t.kv.file_unreadable, ""),
    });
    let drop = move |event: web_sys::DragEvent| {
        if let Some(data) = dropped(&event) {
            event.prevent_default();
            leptos::task::spawn_local(async move {
                if let Some(read) = first_of(data).await {
                    on_read.run(read);
                }
            });
        }
    };
    let held = move || {
        new.bytes.get().map(|bytes| {
            view! {
                <span role="status">{(t.kv.file_held)(&words::size(bytes.len()))}</span>
                <button type="button" class="button is-small is-quiet" on:click=move |_| new.bytes.set(None)>
                    {t.kv.drop_file}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="value-files" on:dragover=move |event| event.prevent_default() on:drop=drop>
            <PickFile label=t.kv.upload on_read/>
            <span class="value-files-hint">{t.kv.drop_hint}</span>
            {dynamic(held)}
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
            <a class="button" href=back>{t.kv.open_root}</a>
        </Blank>
    }
    .into_any()
}

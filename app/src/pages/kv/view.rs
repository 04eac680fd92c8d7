//! A key as it is, to read.

use std::sync::Arc;

use leptos::{ev, prelude::*};
use wire::{format::Format, health::Health, problem::ProblemKind};

use super::{
    delete::KeyDeletion,
    details::Details,
    draft_note::DraftOffer,
    drafts, from_then_on,
    key::{MODE, OpenKey},
    notes::ValueNotes,
    path,
    text_view::{Mark, TextView},
    value::Content,
    value_files::ValueFiles,
    version::Version,
    words,
};
use crate::{
    components::{CopyButton, HealthGlyph, Icon, PageHead, ProblemNote, dynamic},
    effect::effect,
    i18n::{number, use_t},
    lazy::{self, Changing, Seldom},
    navigation::use_navigation,
    routes,
    state::{use_settings, use_toasts},
};

/// A key as it is.
#[component]
pub fn KeyView(
    /// The key.
    open: OpenKey,
) -> impl IntoView {
    let read_only = use_settings().read_only;
    let navigation = use_navigation();
    let live = open.live;
    let first = open.first.clone();
    let version = Memo::new(move |_| {
        let pair = live.data.get().unwrap_or_else(|| first.clone());
        Arc::new(Version::new(pair.as_ref().clone()))
    });
    tell_changes(version);
    let gone = Memo::new(move |_| {
        live.problem.with(|problem| {
            problem
                .as_ref()
                .is_some_and(|p| p.kind == ProblemKind::NotFound)
        })
    });
    let revealed = open.revealed;
    let edit = Callback::new(move |()| {
        let is_text = version.with_untracked(|version| version.is_text());
        if is_text && revealed.get_untracked() && !gone.get_untracked() {
            navigation.set_query(MODE.0, MODE.1);
        }
    });
    if !read_only {
        on_edit_key(edit);
    }
    let deleting = RwSignal::new(false);
    let index = Signal::derive(move || version.with(|version| version.pair.modify_index));
    let (dc, key) = (open.dc.clone(), open.key.clone());
    let by_ending = Format::from_key(&key);
    let restore = open.restore;
    let secret = open.secret;
    let place = (dc.clone(), key.clone());
    view! {
        <Head open=open.clone() version gone edit deleting read_only/>
        <ProblemNote
            problem=Signal::derive(move || {
                live.problem.get().filter(|problem| problem.kind != ProblemKind::NotFound)
            })
            arrived=live.arrived
            retry=move |()| live.reload()
        />
        <GoneNote gone/>
        {(!read_only && !secret)
            .then(|| {
                let on_restore = Callback::new(move |kept| {
                    restore.set(Some(kept));
                    navigation.set_query(MODE.0, MODE.1);
                });
                offer_draft(DraftOffer { place, index, on_restore })
            })}
        <ValueNotes dc=dc.clone() version=version.into()/>
        <div class="split key-split">
            <Value open=open.clone() version name=path::spelled(path::name(&key)) by_ending/>
            <Details dc=dc.clone() key=key.clone() version=version.into() by_ending/>
        </div>
        {(!read_only).then(|| deletion(KeyDeletion { open: deleting, dc, key }))}
    }
    .into_any()
}

/// Offers the text that was typed earlier, where one is kept.
fn offer_draft(offer: DraftOffer) -> AnyView {
    let is_kept = RwSignal::new(false);
    let (dc, key) = offer.place.clone();
    effect(move || is_kept.set(drafts::is_kept(&dc, &key)));
    dynamic(move || {
        is_kept
            .get()
            .then(|| lazy::seldom(Seldom::Draft(offer.clone())))
    })
    .into_any()
}

/// What deletes the key, from the first time on that it is wanted.
fn deletion(deletion: KeyDeletion) -> AnyView {
    let open = deletion.open;
    from_then_on(move || open.get(), move || Changing::Key(deletion.clone()))
}

/// Path, name, and what can be done with a key.
#[component]
fn Head(
    /// The key.
    open: OpenKey,
    /// As it is.
    version: Memo<Arc<Version>>,
    /// It was deleted.
    gone: Memo<bool>,
    /// Begins the edit.
    edit: Callback<()>,
    /// Opens the dialog that deletes.
    deleting: RwSignal<bool>,
    /// Nothing can be written.
    read_only: bool,
) -> impl IntoView {
    let t = use_t();
    let crumbs = super::crumbs(&open.dc, &open.key);
    let name = path::title(&open.key);
    let folder = open.key.ends_with('/').then(|| {
        let label = (t.kv.open_folder)(&name);
        (label, routes::kv(&open.dc, &open.key))
    });
    let revealed = open.revealed;
    let can_edit =
        move || revealed.get() && !gone.get() && version.with(|version| version.is_text());
    let fetch = move || lazy::fetch_editor();
    let actions = move || {
        // a folder's own key is deleted with the folder, where that is what one sees
        let away = match folder.clone() {
            Some((label, href)) => view! { <a class="button" href=href>{label}</a> }.into_any(),
            None => view! {
                <button
                    type="button"
                    class="button is-quiet is-danger"
                    data-part=lazy::Part::Changes.name()
                    disabled=gone
                    on:click=move |_| deleting.set(true)
                >
                    {t.kv.delete}
                </button>
            }
            .into_any(),
        };
        view! {
            {away}
            <button
                type="button"
                class="button is-primary"
                disabled=move || !can_edit()
                on:pointerenter=move |_| fetch()
                on:focus=move |_| fetch()
                on:click=move |_| edit.run(())
            >
                {t.kv.edit}
                <kbd>"e"</kbd>
            </button>
        }
        .into_any()
    };
    let mask = open.secret.then(|| {
        view! {
            {move || revealed.get().then(|| view! {
                <button type="button" class="button is-small" on:click=move |_| revealed.set(false)>
                    {t.kv.hide}
                </button>
            }.into_any())}
        }
        .into_any()
    });
    view! {
        <PageHead title=name crumbs=Signal::derive(move || crumbs.clone())>
            <CopyButton text=open.key/>
            {mask}
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

/// The value: text, bytes, or a mask.
#[component]
fn Value(
    /// The key.
    open: OpenKey,
    /// As it is.
    version: Memo<Arc<Version>>,
    /// The key's name.
    name: String,
    /// What its ending tells.
    by_ending: Format,
) -> impl IntoView {
    let t = use_t();
    let revealed = open.revealed;
    let mark = Mark {
        line: words::line_in_address(),
        scrolled: StoredValue::new(0),
    };
    let files = move || {
        let open = open.clone();
        revealed
            .get()
            .then(|| view! { <ValueFiles open version/> }.into_any())
    };
    let value = dynamic(move || {
        if !revealed.get() {
            return view! { <Mask revealed/> }.into_any();
        }
        let version = version.get();
        match &version.content {
            Content::Binary(bytes) => {
                let bytes = Arc::new(bytes.clone());
                lazy::seldom(Seldom::Bytes(bytes))
            }
            Content::Text(_) => {
                let label = format!("{}: {name}", t.kv.value_label);
                view! { <TextView version label format=by_ending mark/> }.into_any()
            }
        }
    });
    view! { <div class="value">{value}{dynamic(files)}</div> }.into_any()
}

/// What stands where a secret is.
#[component]
fn Mask(
    /// The mask is off.
    revealed: RwSignal<bool>,
) -> impl IntoView {
    let t = use_t();
    view! {
        <div class="value-mask">
            <p aria-hidden="true">"••••••••••••"</p>
            <p><b>{t.kv.masked_title}</b>" "{t.kv.masked_text}</p>
            <button type="button" class="button" on:click=move |_| revealed.set(true)>
                <Icon name="eye"/>
                {t.kv.reveal}
            </button>
        </div>
    }
    .into_any()
}

/// It was deleted while it was looked at.
#[component]
fn GoneNote(
    /// It was.
    gone: Memo<bool>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        gone.get().then(|| {
            view! {
                <div class="note" data-kind="warning" role="alert">
                    <HealthGlyph health=Health::Warning/>
                    <p><b>{t.kv.deleted_elsewhere}</b>" "{t.kv.deleted_shown}</p>
                </div>
            }
            .into_any()
        })
    })
}

/// Says when what is shown was written anew.
fn tell_changes(version: Memo<Arc<Version>>) {
    let t = use_t();
    let toasts = use_toasts();
    let seen = StoredValue::new(version.with_untracked(|version| version.pair.modify_index));
    effect(move || {
        let index = version.with(|version| version.pair.modify_index);
        if index > seen.get_value() {
            seen.set_value(index);
            toasts.success((t.kv.changed_elsewhere)(&number(index)), t.kv.now_shown);
        }
    });
}

/// `e` begins the edit.
fn on_edit_key(edit: Callback<()>) {
    effect(move || {
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.key() == "e" && words::is_plain_key(&event) {
                event.prevent_default();
                edit.run(());
            }
        });
        on_cleanup(move || handle.remove());
    });
}

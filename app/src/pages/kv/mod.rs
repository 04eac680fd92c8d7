//! Keys and values: folders, the editor, new keys. May import everything but other pages.

pub mod bytes;
pub mod caret;
pub mod check;
pub mod code;
pub mod columns;
pub mod create;
pub mod create_value;
pub mod delete;
pub mod details;
pub mod draft;
pub mod draft_note;
pub mod drafts;
pub mod edit;
pub mod editor;
pub mod editor_area;
pub mod editor_lines;
pub mod editor_problems;
pub mod entries;
pub mod failure;
pub mod files;
pub mod folder;
pub mod format_picker;
pub mod gone;
pub mod guard;
pub mod hex;
pub mod interrupted;
pub mod kept;
pub mod key;
pub mod lock;
pub mod merge;
pub mod merge_view;
pub mod new_key;
pub mod not_there;
pub mod notes;
pub mod paint;
pub mod paint_xml;
pub mod path;
pub mod replace;
pub mod review;
pub mod save;
pub mod schema;
pub mod selection;
pub mod text_view;
pub mod tidy;
pub mod tree;
pub mod value;
pub mod value_files;
pub mod version;
pub mod view;
pub mod words;

use std::time::Duration;

use leptos::{ev, prelude::*};

use crate::{
    components::{Crumb, Icon, dynamic},
    effect::effect,
    i18n::use_t,
    lazy::{self, Changing, Editing},
    navigation::use_navigation,
    routes::{self, KeyPlace},
    screen,
    state::{TREE_USUAL, use_preferences, use_settings, use_toasts},
};

/// How long the first paint is left alone before the tree is fetched.
const TREE_LATER: Duration = Duration::from_millis(100);

/// The page of a folder, of a key or of a new key, as the rest of the address says; each is a part
/// of its own. Beside a folder stands the tree.
#[component]
pub fn KvPage(
    /// Datacenter.
    dc: String,
    /// What follows `/kv/` in the path, still escaped.
    rest: Memo<String>,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let has_key = navigation.has_query("key");
    let key = navigation.query("key");
    let place = Memo::new(move |_| {
        rest.with(|rest| KeyPlace::parse(rest, has_key.get().then(|| key.get())))
    });
    let folder = Memo::new(move |_| {
        place.with(|place| match place {
            KeyPlace::Folder(folder) | KeyPlace::Create(folder) => folder.clone(),
            KeyPlace::Edit(key) | KeyPlace::View(key) => path::parent(key).to_owned(),
        })
    });
    let is_folder = Memo::new(move |_| place.with(|place| matches!(place, KeyPlace::Folder(_))));
    let tree = use_preferences().tree;
    let has_tree = tree_is_wanted(is_folder);
    let tree_dc = dc.clone();
    let page = dynamic(move || {
        let dc = dc.clone();
        match place.get() {
            KeyPlace::Folder(folder) => lazy::folder(dc, folder),
            KeyPlace::Create(folder) => lazy::edit(Editing::New { dc, folder }),
            KeyPlace::Edit(key) => lazy::key(dc, key),
            KeyPlace::View(key) => view! { <ToEditor dc key/> }.into_any(),
        }
    });
    let interrupted = use_settings().interrupted;
    let recent = changes_are_recent();
    let is_open = move || tree.with(Option::is_some);
    view! {
        <div class="keys-page" class:is-folder=move || is_folder.get()>
            <nav class="key-tree" aria-label=t.kv.tree>
                <button
                    type="button"
                    class="button is-quiet is-small is-icon-only tree-switch"
                    data-part=lazy::Part::Tree.name()
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    aria-label=t.kv.tree
                    title=move || if is_open() { t.kv.tree_hide } else { t.kv.tree_show }
                    on:click=move |_| {
                        tree.update(|tree| *tree = tree.is_none().then_some(TREE_USUAL));
                    }
                >
                    <Icon name="columns"/>
                </button>
                {dynamic(move || has_tree.get().then(|| lazy::tree(tree_dc.clone(), folder)))}
            </nav>
            <div class="keys-main">
                {interrupted.then(|| lazy::change(Changing::Interrupted))}
                {dynamic(move || recent.get().then(|| lazy::change(Changing::Recent)))}
                {page}
            </div>
        </div>
    }
    .into_any()
}

/// Whether there is, or was since the page was opened, a change that can be undone.
fn changes_are_recent() -> Memo<bool> {
    let (before, toasts) = (use_settings().undoable, use_toasts());
    Memo::new(move |_| before || toasts.changes() > 0)
}

/// Whether the tree is to be there: where it is seen, after the first paint, and from then on.
fn tree_is_wanted(is_folder: Memo<bool>) -> Memo<bool> {
    let tree = use_preferences().tree;
    let is_later = RwSignal::new(false);
    let is_wide = RwSignal::new(false);
    effect(move || {
        is_wide.set(screen::is_wide());
        set_timeout(
            move || {
                is_later.try_set(true);
            },
            TREE_LATER,
        );
        let resized = window_event_listener(ev::resize, move |_| {
            if screen::is_wide() != is_wide.get_untracked() {
                is_wide.set(screen::is_wide());
            }
        });
        on_cleanup(move || resized.remove());
    });
    Memo::new(move |was: Option<&bool>| {
        let is_seen = is_folder.get() && tree.with(Option::is_some);
        was == Some(&true) || (is_later.get() && is_wide.get() && is_seen)
    })
}

/// What comes once it is wanted, and stays then.
fn from_then_on(
    is_wanted: impl Fn() -> bool + Send + Sync + 'static,
    what: impl Fn() -> Changing + Send + 'static,
) -> AnyView {
    let is_wanted = Memo::new(move |was: Option<&bool>| was == Some(&true) || is_wanted());
    dynamic(move || is_wanted.get().then(|| lazy::change(what()))).into_any()
}

/// A key's address without `/edit`, as people shorten it.
#[component]
fn ToEditor(
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let editor = routes::kv_edit(&dc, &key);
    let link = editor.clone();
    effect(move || navigation.replace(&editor));
    view! { <p class="key-page-wait"><a href=link>{t.common.loading}</a></p> }
}

/// The folders above a key or a folder, the datacenter first.
fn crumbs(dc: &str, key: &str) -> Vec<Crumb> {
    let above = path::parent(key);
    let mut crumbs = vec![Crumb {
        label: dc.to_owned(),
        href: routes::kv(dc, ""),
    }];
    crumbs.extend(
        path::folders(above)
            .into_iter()
            .map(|(name, folder)| Crumb {
                label: path::spelled(name),
                href: routes::kv(dc, folder),
            }),
    );
    crumbs
}

//! Keys and values: folders, the editor, new keys. May import everything but other pages.

pub mod bytes;
pub mod caret;
pub mod check;
pub mod code;
pub mod create;
pub mod delete;
pub mod delete_folder;
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
pub mod files;
pub mod folder;
pub mod guard;
pub mod hex;
pub mod key;
pub mod lock;
pub mod merge;
pub mod merge_view;
pub mod new_key;
pub mod not_there;
pub mod notes;
pub mod paint;
pub mod path;
pub mod replace;
pub mod review;
pub mod save;
pub mod schema;
pub mod selection;
pub mod text_view;
pub mod value;
pub mod version;
pub mod view;
pub mod words;

use leptos::prelude::*;

use self::{folder::FolderPage, key::KeyPage};
use crate::{
    components::{Crumb, dynamic},
    effect::effect,
    i18n::use_t,
    lazy::{self, Editing},
    navigation::use_navigation,
    routes::{self, KeyPlace},
};

/// The page of a folder, of a key or of a new key, as the rest of the address says.
#[component]
pub fn KvPage(
    /// Datacenter.
    dc: String,
    /// What follows `/kv/` in the path, still escaped.
    rest: String,
) -> impl IntoView {
    let navigation = use_navigation();
    let has_key = navigation.has_query("key");
    let key = navigation.query("key");
    let place = Memo::new(move |_| KeyPlace::parse(&rest, has_key.get().then(|| key.get())));
    dynamic(move || {
        let dc = dc.clone();
        match place.get() {
            KeyPlace::Folder(folder) => view! { <FolderPage dc folder/> }.into_any(),
            KeyPlace::Create(folder) => lazy::edit(Editing::New { dc, folder }),
            KeyPlace::Edit(key) => view! { <KeyPage dc key/> }.into_any(),
            KeyPlace::View(key) => view! { <ToEditor dc key/> }.into_any(),
        }
    })
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

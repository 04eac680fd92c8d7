//! A key or a folder that does not exist, and the nearest one that does.

use leptos::prelude::*;

use super::{gone::WhenGone, path};
use crate::{
    api::{self, request},
    components::{Blank, PageHead},
    effect::effect,
    i18n::use_t,
    routes::{self, Tool},
    state::use_settings,
};

/// The nearest folder above `key` that exists; the root always does.
pub async fn nearest_folder(dc: &str, key: &str) -> String {
    nearest_there(dc, path::parent(key)).await
}

/// `folder`, or the nearest above it that exists; the root always does.
pub async fn nearest_there(dc: &str, folder: &str) -> String {
    let mut folder = folder;
    while !folder.is_empty() {
        let list = api::kv::list(dc, folder, &api::ListQuery::default());
        if request::get_news(&list, "").await.is_ok() {
            break;
        }
        folder = path::parent(folder);
    }
    folder.to_owned()
}

/// Says that it is not there, and offers the way on.
#[component]
pub fn NotThere(
    /// Datacenter.
    dc: String,
    /// The whole key; a folder's ends with `/`.
    key: String,
) -> impl IntoView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let nearest = RwSignal::new(String::new());
    let (probe_dc, probe_key) = (dc.clone(), key.clone());
    effect(move || {
        let (dc, key) = (probe_dc.clone(), probe_key.clone());
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            let found = nearest_folder(&dc, &key).await;
            nearest.try_set(found);
        });
    });
    let is_folder = key.ends_with('/');
    let spelled = path::spelled(&key);
    let datacenter = dc.clone();
    let title = Signal::derive(move || {
        if is_folder {
            (t.seldom.folder_gone)(&spelled)
        } else {
            (t.seldom.key_gone)(&spelled, &datacenter)
        }
    });
    let create = routes::kv_create(&dc, &key);
    let create = if is_folder {
        create
    } else {
        // the create page takes a folder; this key is its last part
        let folder = routes::kv_create(&dc, path::parent(&key));
        let joint = if folder.contains('?') { '&' } else { '?' };
        format!("{folder}{joint}name={}", routes::part(path::name(&key)))
    };
    let name = path::spelled(path::name(&key));
    let crumbs = super::crumbs(&dc, &key);
    let href_dc = dc.clone();
    let (seen, seen_text) = if is_folder {
        let query = [("prefix", key.as_str()), ("show", "deleted")];
        (
            routes::tool(&dc, Tool::History, &query),
            t.seldom.gone_deleted,
        )
    } else {
        let query = [("key", key.as_str())];
        (
            routes::tool(&dc, Tool::History, &query),
            t.seldom.gone_history,
        )
    };
    view! {
        <PageHead title=name crumbs=Signal::derive(move || crumbs.clone())/>
        <Blank
            icon="search"
            title
            text=Signal::derive(move || {
                if is_folder { t.seldom.folder_gone_text } else { t.seldom.key_gone_text }.to_owned()
            })
        >
            <WhenGone dc key/>
            <a class="button is-primary" href=move || routes::kv(&href_dc, &nearest.get())>
                {move || {
                    let folder = nearest.get();
                    if folder.is_empty() {
                        t.seldom.open_root.to_owned()
                    } else {
                        (t.kv.open_folder)(&path::spelled(&folder))
                    }
                }}
            </a>
            <a class="button" href=seen>{seen_text}</a>
            {can_write
                .then(|| {
                    view! {
                        <a class="button" href=create>
                            {if is_folder { t.seldom.create_here } else { t.seldom.create_this }}
                        </a>
                    }.into_any()
                })}
        </Blank>
    }
    .into_any()
}

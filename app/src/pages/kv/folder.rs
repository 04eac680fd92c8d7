//! A folder's page.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    kv::KvEntry,
    problem::{Problem, ProblemKind},
    rows::Rows,
};

use super::{
    delete_folder::DeleteFolder,
    entries::{Entries, NoKeys, NoMatch},
    not_there::NotThere,
    path,
};
use crate::{
    api,
    components::{
        CopyButton, FilterField, HiddenNote, Icon, PageFoot, PageHead, ProblemNote, ProblemView,
        dynamic,
    },
    i18n::use_t,
    live::{Live, use_live},
    navigation::use_navigation,
    routes,
    state::use_settings,
};

/// One level of keys: folders first.
#[component]
pub fn FolderPage(
    /// Datacenter.
    dc: String,
    /// The folder, with its `/`; empty for the root.
    folder: String,
) -> impl IntoView {
    let url = api::kv::list(&dc, &folder, &api::ListQuery::default());
    let live = use_live::<Rows<KvEntry>>(move || Some(url.clone()));
    // a folder that goes while it is looked at has nothing to keep
    let gone = Memo::new(move |_| {
        live.problem.with(|problem| {
            problem
                .as_ref()
                .is_some_and(|p| p.kind == ProblemKind::NotFound)
        })
    });
    let blocked = Memo::new(move |_| {
        if live.data.with(Option::is_some) {
            None
        } else {
            live.problem.get()
        }
    });
    dynamic(move || {
        let (dc, folder) = (dc.clone(), folder.clone());
        if gone.get() {
            view! { <NotThere dc key=folder/> }.into_any()
        } else {
            view! { <Folder dc folder live blocked=blocked.into()/> }.into_any()
        }
    })
}

#[component]
fn Folder(
    /// Datacenter.
    dc: String,
    /// The folder.
    folder: String,
    /// Its entries.
    live: Live<Rows<KvEntry>>,
    /// Why there is nothing to show.
    blocked: Signal<Option<Problem>>,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let filter = navigation.query("q");
    let entries = Memo::new(move |_| {
        let rows = live.data.get();
        let wanted = filter.get();
        Arc::new(rows.map_or_else(Vec::new, |rows| matching(&rows.items, &wanted)))
    });
    let total = Memo::new(move |_| {
        live.data
            .with(|rows| rows.as_ref().map_or(0, |rows| rows.items.len()))
    });
    let hidden = Signal::derive(move || {
        live.data
            .with(|rows| rows.as_ref().is_some_and(|rows| rows.filtered_by_acl))
    });
    let foot = Signal::derive(move || {
        let shown = entries.get();
        if live.loading.get() {
            return String::new();
        }
        if shown.len() < total.get() {
            return (t.common.shown_of)(shown.len(), total.get());
        }
        let folders = shown.iter().filter(|entry| entry.folder).count();
        (t.kv.folders_and_keys)(count(folders), count(shown.len() - folders))
    });
    let create = routes::kv_create(&dc, &folder);
    let place = StoredValue::new((dc.clone(), folder.clone()));
    let body = move || {
        let (dc, folder) = place.get_value();
        if let Some(problem) = blocked.get() {
            let retry = Callback::new(move |()| live.reload());
            return view! { <ProblemView problem retry/> }.into_any();
        }
        if !live.loading.get() && total.get() == 0 {
            return view! { <NoKeys dc folder/> }.into_any();
        }
        if !live.loading.get() && entries.with(|entries| entries.is_empty()) {
            return view! { <NoMatch total/> }.into_any();
        }
        view! { <Entries dc entries=entries.into() loading=live.loading/> }.into_any()
    };
    // built once: the rows inside follow the data by themselves
    let shape = Memo::new(move |_| {
        (
            blocked.get(),
            live.loading.get(),
            total.get() == 0,
            entries.with(|entries| entries.is_empty()),
        )
    });
    view! {
        <Head dc folder create/>
        <div class="page-bar">
            <FilterField
                value=filter
                on_input=move |text: String| navigation.set_query("q", &text)
                hint=t.kv.filter_placeholder
            />
        </div>
        <ProblemNote
            problem=Signal::derive(move || if blocked.with(Option::is_none) { live.problem.get() } else { None })
            arrived=live.arrived
            retry=move |()| live.reload()
        />
        <HiddenNote hidden/>
        {move || {
            // read, not only tracked: a memo that was never read follows nothing
            shape.get();
            untrack(body)
        }}
        <PageFoot text=foot list=true/>
    }
    .into_any()
}

/// Path, title, and what can be done with a folder.
#[component]
fn Head(
    /// Datacenter.
    dc: String,
    /// The folder.
    folder: String,
    /// Where a new key begins.
    create: String,
) -> impl IntoView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let deleting = RwSignal::new(false);
    let is_root = folder.is_empty();
    let name = path::spelled(path::name(&folder));
    let title = Signal::derive(move || {
        if is_root {
            t.shell.kv.to_owned()
        } else {
            name.clone()
        }
    });
    let crumbs = super::crumbs(&dc, &folder);
    let crumbs = Signal::derive(move || if is_root { Vec::new() } else { crumbs.clone() });
    let copied = folder.clone();
    view! {
        <PageHead title crumbs>
            {(!is_root).then(|| view! { <CopyButton text=copied/> }.into_any())}
            <span class="push-end"></span>
            {can_write
                .then(|| {
                    view! {
                        {(!is_root)
                            .then(|| {
                                view! {
                                    <button
                                        type="button"
                                        class="button is-danger"
                                        on:click=move |_| deleting.set(true)
                                    >
                                        {t.kv.delete_folder}
                                    </button>
                                }.into_any()
                            })}
                        <a class="button is-primary" href=create>
                            <Icon name="plus"/>
                            {t.kv.new_key}
                        </a>
                    }
                })}
        </PageHead>
        {(can_write && !is_root).then(|| view! { <DeleteFolder open=deleting dc folder/> }.into_any())}
    }
    .into_any()
}

/// The entries whose name holds every blank-separated part of `wanted`, whatever the case.
fn matching(entries: &[KvEntry], wanted: &str) -> Vec<KvEntry> {
    let parts: Vec<String> = wanted.split_whitespace().map(str::to_lowercase).collect();
    entries
        .iter()
        .filter(|entry| {
            let name = entry.name.to_lowercase();
            parts.iter().all(|part| name.contains(part))
        })
        .cloned()
        .collect()
}

/// A number of entries.
#[must_use]
pub fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_needs_every_part() {
        let entries: Vec<KvEntry> = ["Default.yaml", "limits.yaml", "a:b"]
            .map(|name| KvEntry {
                key: name.into(),
                name: name.into(),
                folder: false,
            })
            .into();
        let names = |wanted| {
            matching(&entries, wanted)
                .into_iter()
                .map(|entry| entry.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("YAML de"), ["Default.yaml"]);
        assert_eq!(names("a:"), ["a:b"]);
        assert_eq!(names("").len(), 3);
        assert!(names("nothing").is_empty());
    }
}

//! A folder's page.

use leptos::prelude::*;
use wire::{kv::KvEntry, live::Subject, problem::ProblemKind};

use super::{
    columns,
    entries::{NoKeys, NoMatch},
    from_then_on, path,
    selection::{Asked, Picked, Selection},
};
use crate::{
    api,
    components::{
        CopyButton, FilterField, Icon, PageFoot, PageHead, ProblemView, ToolLinks, dynamic,
    },
    i18n::use_t,
    lazy::{self, Changing, Part, Seldom},
    navigation::use_navigation,
    pages::listing::{self, Column, Kind, List, ListSource},
    routes,
    state::use_settings,
};

static KIND: Kind = Kind::of::<KvEntry>();

/// One level of keys: folders first.
#[component]
pub fn FolderPage(
    /// Datacenter.
    dc: String,
    /// The folder, with its `/`; empty for the root.
    folder: String,
) -> impl IntoView {
    let place = (dc.clone(), folder.clone());
    let list = List::open(ListSource {
        kind: &KIND,
        dc: dc.clone(),
        subject: Subject::Kv(folder.clone()),
        address: Box::new(move |query| api::kv::list(&place.0, &place.1, query)),
        is_folder: true,
    });
    let selection = Selection::provide(list, (dc.clone(), folder.clone()));
    columns::provide(&dc, &folder, list);
    // a folder that goes while it is looked at has nothing to keep
    let gone = Memo::new(move |_| {
        list.problem().with(|problem| {
            problem
                .as_ref()
                .is_some_and(|p| p.kind == ProblemKind::NotFound)
        })
    });
    let page = dynamic(move || {
        let (dc, folder) = (dc.clone(), folder.clone());
        if gone.get() {
            lazy::seldom(Seldom::NotThere { dc, key: folder })
        } else {
            view! { <Folder dc folder list selection/> }.into_any()
        }
    });
    let is_asked = move || {
        let asked = selection.asked.with(Option::is_some);
        asked || selection.change.with(Option::is_some)
    };
    // outside of what goes with the folder: its deletion is told here
    view! {
        {page}
        {from_then_on(is_asked, move || Changing::Dialogs(selection))}
    }
    .into_any()
}

#[component]
fn Folder(
    /// Datacenter.
    dc: String,
    /// The folder.
    folder: String,
    /// Its entries.
    list: List,
    /// Those that are picked.
    selection: Selection,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let filter = navigation.query("q");
    let foot = Signal::derive(move || {
        let (Some(all), shown) = (list.all(), list.count()) else {
            return String::new();
        };
        if shown < all {
            return (t.common.shown_of)(shown, all);
        }
        let keys = list.instances();
        (t.folder.folders_and_keys)(count(shown).saturating_sub(keys), keys)
    });
    let create = routes::kv_create(&dc, &folder);
    let own = routes::kv_edit(&dc, &folder);
    let place = StoredValue::new((dc.clone(), folder.clone()));
    let all = Memo::new(move |_| list.all().unwrap_or_default());
    let problem = list.problem();
    let tools = place.get_value();
    // built once: the rows inside follow the data by themselves
    let state = list.state();
    let body = dynamic(move || {
        let (dc, folder) = place.get_value();
        match state.get() {
            "problem" => problem
                .get_untracked()
                .map(|problem| view! { <ProblemView problem retry=list.retry()/> }.into_any())
                .into_any(),
            "empty" => view! { <NoKeys dc folder/> }.into_any(),
            "no-match" => view! { <NoMatch total=all/> }.into_any(),
            _ => {
                let [size, index, changed] = columns::heads();
                let columns = [
                    Column::plain(t.changes.column_select, "column-select")
                        .with_class("column-select"),
                    Column::plain(t.folder.column_key, ""),
                    Column::plain(t.folder.column_format, "column-format"),
                    size,
                    index,
                    changed,
                ];
                listing::table(list, "keys-table", &columns, &[20, 40, 60, 0, 0, 0])
            }
        }
    });
    view! {
        <Head dc folder create selection/>
        <div class="page-bar">
            <FilterField
                value=filter
                on_input=move |text: String| navigation.type_query("q", &text)
                hint=t.folder.filter_placeholder
                help=t.folder.filter_help
                error=list.error_text()
                query=list.asks_by("q")
            />
            <ToolLinks dc=tools.0 folder=tools.1/>
        </div>
        {listing::notes(list)}
        {columns::own_note(own)}
        {move || {
            selection
                .problem
                .get()
                .map(|problem| {
                    view! { <p class="dialog-problem" role="alert">{problem.detail}</p> }.into_any()
                })
        }}
        {from_then_on(move || selection.count() > 0, move || Changing::Bar(selection))}
        {body}
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
    /// What does it.
    selection: Selection,
) -> impl IntoView {
    let t = use_t();
    let can_write = !use_settings().read_only;
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
    let (exported, deleted) = (folder.clone(), folder);
    view! {
        <PageHead title crumbs>
            {(!is_root).then(|| view! { <CopyButton text=copied/> }.into_any())}
            <span class="push-end"></span>
            {export_button(selection, exported)}
            {can_write
                .then(|| {
                    view! {
                        {(!is_root)
                            .then(|| {
                                view! {
                                    <button
                                        type="button"
                                        class="button is-danger"
                                        data-part=Part::Changes.name()
                                        on:click=move |_| {
                                            let picked = Picked::one(deleted.clone());
                                            selection.asked.set(Some(Asked::Delete(picked)));
                                        }
                                    >
                                        {t.folder.delete_folder}
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
    }
    .into_any()
}

fn export_button(selection: Selection, folder: String) -> AnyView {
    let t = use_t();
    view! {
        <button
            type="button"
            class="button wide-only"
            data-part=Part::Changes.name()
            on:click=move |_| {
                selection.asked.set(Some(Asked::Export(Picked::one(folder.clone()))));
            }
        >
            {t.changes.export}
        </button>
    }
    .into_any()
}

/// A number of entries.
#[must_use]
pub fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

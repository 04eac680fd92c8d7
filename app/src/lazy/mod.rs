//! Pages that come as parts of their own, when they are wanted: a folder of keys, a key,
//! what edits one, what changes many, the pages of one service, instance or node, the overview, and
//! the pages of tools. What stays is the frame, the lists that people begin with, and what several
//! of them are made of: with the lists cut off, too, a first list was 50 KiB (brotli) more, in two
//! dozen files.
//!
//! The build cuts the module there; elsewhere (on the server, in tests) they are called as they
//! are. `app` and `start` import it.

#[cfg(feature = "csr")]
mod browser;

use leptos::prelude::*;

use crate::{
    components::change_preview::recent::RecentChanges,
    pages::{
        compare::ComparePage,
        history::HistoryPage,
        import::ImportPage,
        instances::InstancePage,
        kv::{
            create::CreatePage,
            delete::{DeleteKey, KeyDeletion},
            edit::KeyEditor,
            folder::FolderPage,
            gone::WhenGone,
            interrupted::InterruptedNotes,
            key::{KeyPage, OpenKey},
            replace::{ReplaceDialog, Replacement},
            selection::{Selection, bar::SelectionBar, dialogs::SelectionDialogs},
            tree::FolderTree,
        },
        nodes::NodePage,
        overview::OverviewPage,
        search::SearchPage,
        services::ServicePage,
        sessions::SessionsPage,
    },
    routes::{KeyPlace, Place, Tool},
};

/// What the build cuts off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A folder of keys.
    Kv,
    /// A key.
    Key,
    /// What edits a key or makes one.
    Edit,
    /// What changes keys without an editor: selections, previews, deletions, files.
    Changes,
    /// The folders beside a folder.
    Tree,
    /// The pages of one service, instance or node.
    Details,
    /// How datacenters fare.
    Overview,
    /// The pages of tools.
    Tools,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Kv,
        Self::Key,
        Self::Edit,
        Self::Changes,
        Self::Tree,
        Self::Details,
        Self::Overview,
        Self::Tools,
    ];

    /// Its name in the build, and in the page where something fetches it ahead.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kv => "kv",
            Self::Key => "key",
            Self::Edit => "edit",
            Self::Changes => "changes",
            Self::Tree => "tree",
            Self::Details => "details",
            Self::Overview => "overview",
            Self::Tools => "tools",
        }
    }

    /// Whether it needs the style sheet of the parts: all but what people begin with.
    #[must_use]
    pub fn has_style(self) -> bool {
        !matches!(self, Self::Kv | Self::Tree)
    }
}

/// The part that `place` cannot be drawn without.
#[must_use]
pub fn part_of(place: &Place) -> Option<Part> {
    match place {
        Place::Kv { rest, .. } => Some(match KeyPlace::parse(rest, None) {
            KeyPlace::Folder(_) => Part::Kv,
            KeyPlace::Create(_) => Part::Edit,
            KeyPlace::Edit(_) | KeyPlace::View(_) => Part::Key,
        }),
        Place::Service { .. } | Place::Instance { .. } | Place::Node { .. } => Some(Part::Details),
        Place::Overview { .. } => Some(Part::Overview),
        Place::Tool { .. } => Some(Part::Tools),
        _ => None,
    }
}

fn folder_page(dc: String, folder: String) -> AnyView {
    view! { <FolderPage dc folder/> }.into_any()
}

fn key_page(dc: String, key: String) -> AnyView {
    view! { <KeyPage dc key/> }.into_any()
}

/// What is edited.
#[derive(Clone)]
pub enum Editing {
    /// A key.
    Key(Box<OpenKey>),
    /// A key that is made.
    New {
        /// Datacenter.
        dc: String,
        /// The folder that it begins in.
        folder: String,
    },
}

fn edit_page(editing: Editing) -> AnyView {
    match editing {
        Editing::Key(open) => view! { <KeyEditor open=*open/> }.into_any(),
        Editing::New { dc, folder } => view! { <CreatePage dc folder/> }.into_any(),
    }
}

fn tree_page(dc: String, folder: Memo<String>) -> AnyView {
    view! { <FolderTree dc folder/> }.into_any()
}

/// What changes keys without an editor.
#[derive(Clone)]
pub enum Changing {
    /// The bar of what is picked in a folder.
    Bar(Selection),
    /// What is asked about it, previewed and told.
    Dialogs(Selection),
    /// A key goes.
    Key(KeyDeletion),
    /// A file becomes a key's value.
    File(Replacement),
    /// What was left unfinished.
    Interrupted,
    /// A key or a folder that is not there: when it left.
    Gone {
        /// Datacenter.
        dc: String,
        /// The whole key; a folder's ends with `/`.
        key: String,
    },
    /// What can still be undone.
    Recent,
}

fn changes_page(changing: Changing) -> AnyView {
    match changing {
        Changing::Bar(selection) => view! { <SelectionBar selection/> }.into_any(),
        Changing::Dialogs(selection) => view! { <SelectionDialogs selection/> }.into_any(),
        Changing::Key(deletion) => view! { <DeleteKey deletion/> }.into_any(),
        Changing::Interrupted => view! { <InterruptedNotes/> }.into_any(),
        Changing::Gone { dc, key } => view! { <WhenGone dc key/> }.into_any(),
        Changing::Recent => view! { <RecentChanges/> }.into_any(),
        Changing::File(replacement) => view! { <ReplaceDialog replacement/> }.into_any(),
    }
}

/// The page of the service, instance or node that `place` is; nothing for other places.
fn detail_page(place: Place, tab: Memo<String>) -> AnyView {
    match place {
        Place::Service { dc, name } => view! { <ServicePage dc name tab/> }.into_any(),
        Place::Instance { dc, name, node, id } => {
            view! { <InstancePage dc name node id/> }.into_any()
        }
        Place::Node { dc, name } => view! { <NodePage dc name tab/> }.into_any(),
        _ => ().into_any(),
    }
}

fn overview_page(dc: String) -> AnyView {
    view! { <OverviewPage dc/> }.into_any()
}

fn tool_page(dc: String, tool: Tool) -> AnyView {
    match tool {
        Tool::History => view! { <HistoryPage dc/> }.into_any(),
        Tool::Search => view! { <SearchPage dc/> }.into_any(),
        Tool::Compare => view! { <ComparePage dc/> }.into_any(),
        Tool::Import => view! { <ImportPage dc/> }.into_any(),
        Tool::Sessions => view! { <SessionsPage dc/> }.into_any(),
    }
}

#[cfg(feature = "csr")]
pub use browser::{change, detail, edit, fetch, fetch_editor, folder, key, overview, tool, tree};

/// The page of a folder in datacenter `dc`.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn folder(dc: String, folder: String) -> AnyView {
    folder_page(dc, folder)
}

/// The folders beside a folder; what is rendered on a server has none.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn tree(dc: String, folder: Memo<String>) -> AnyView {
    tree_page(dc, folder)
}

/// The page of a key in datacenter `dc`.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn key(dc: String, key: String) -> AnyView {
    key_page(dc, key)
}

/// What changes keys without an editor.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn change(changing: Changing) -> AnyView {
    changes_page(changing)
}

/// The editor of a key, or of a new one.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn edit(editing: Editing) -> AnyView {
    edit_page(editing)
}

/// Nothing is fetched where no browser is.
#[cfg(not(feature = "csr"))]
pub fn fetch_editor() {}

/// The page of the service, instance or node that `place` is; nothing for other places.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn detail(place: Place, tab: Memo<String>) -> AnyView {
    detail_page(place, tab)
}

/// The overview of datacenter `dc`.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn overview(dc: String) -> AnyView {
    overview_page(dc)
}

/// The page of a tool in datacenter `dc`.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn tool(dc: String, tool: Tool) -> AnyView {
    tool_page(dc, tool)
}

//! Pages that come as parts of their own, when they are wanted: a folder of keys, a key, what edits
//! one, what changes many, the page of a service, of an instance and of a node, the overview, and
//! the pages of tools. What stays is the frame, the lists that people begin with, and what several
//! of them are made of: with the lists cut off, too, a first list was 50 KiB (brotli) more, in two
//! dozen files.
//!
//! The build cuts the module there; elsewhere (on the server, in tests) they are called as they
//! are. `app` and `start` import it.

#[cfg(feature = "csr")]
mod browser;

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    components::change_preview::recent::RecentChanges,
    pages::{
        compare::ComparePage,
        history::HistoryPage,
        import::ImportPage,
        instances::InstancePage,
        kv::{
            bytes::Bytes,
            create::CreatePage,
            delete::{DeleteKey, KeyDeletion},
            draft_note::{DraftNote, DraftOffer},
            edit::KeyEditor,
            folder::FolderPage,
            interrupted::InterruptedNotes,
            key::{KeyPage, OpenKey},
            lock::{HeldWarning, Holder, KeyLock},
            not_there::NotThere,
            replace::ReplaceDialog,
            selection::{Selection, bar::SelectionBar, dialogs::SelectionDialogs},
            tree::FolderTree,
            value_files::Replacement,
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
    /// What few keys have: bytes that are no text, a lock, a text that was not saved; and that one is
    /// not there.
    Seldom,
    /// The folders beside a folder.
    Tree,
    /// A service.
    Service,
    /// An instance.
    Instance,
    /// A node.
    Node,
    /// How datacenters fare.
    Overview,
    /// The pages of tools.
    Tools,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Kv,
        Self::Key,
        Self::Edit,
        Self::Changes,
        Self::Seldom,
        Self::Tree,
        Self::Service,
        Self::Instance,
        Self::Node,
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
            Self::Seldom => "seldom",
            Self::Tree => "tree",
            Self::Service => "service",
            Self::Instance => "instance",
            Self::Node => "node",
            Self::Overview => "overview",
            Self::Tools => "tools",
        }
    }

    /// The part of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
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
        Place::Service { .. } => Some(Part::Service),
        Place::Instance { .. } => Some(Part::Instance),
        Place::Node { .. } => Some(Part::Node),
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
    /// What can still be undone.
    Recent,
}

fn changes_page(changing: Changing) -> AnyView {
    match changing {
        Changing::Bar(selection) => view! { <SelectionBar selection/> }.into_any(),
        Changing::Dialogs(selection) => view! { <SelectionDialogs selection/> }.into_any(),
        Changing::Key(deletion) => view! { <DeleteKey deletion/> }.into_any(),
        Changing::Interrupted => view! { <InterruptedNotes/> }.into_any(),
        Changing::Recent => view! { <RecentChanges/> }.into_any(),
        Changing::File(replacement) => view! { <ReplaceDialog replacement/> }.into_any(),
    }
}

/// What few keys have.
#[derive(Clone)]
pub enum Seldom {
    /// Who holds a key.
    Lock(KeyLock),
    /// A warning that it is held.
    HeldWarning(KeyLock),
    /// A value that is not text.
    Bytes(Arc<Vec<u8>>),
    /// A text that was typed and not saved.
    Draft(DraftOffer),
    /// A key or a folder that is not there.
    NotThere {
        /// Datacenter.
        dc: String,
        /// The whole key; a folder's ends with `/`.
        key: String,
    },
}

fn seldom_page(seldom: Seldom) -> AnyView {
    match seldom {
        Seldom::Lock(lock) => view! { <Holder lock/> }.into_any(),
        Seldom::HeldWarning(lock) => view! { <HeldWarning lock/> }.into_any(),
        Seldom::Bytes(bytes) => view! { <Bytes bytes/> }.into_any(),
        Seldom::Draft(offer) => view! { <DraftNote offer/> }.into_any(),
        Seldom::NotThere { dc, key } => view! { <NotThere dc key/> }.into_any(),
    }
}

fn service_page(dc: String, name: String, tab: Memo<String>) -> AnyView {
    view! { <ServicePage dc name tab/> }.into_any()
}

/// Which instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceAt {
    /// Its service.
    pub name: String,
    /// Its node.
    pub node: String,
    /// Its ID on that node.
    pub id: String,
}

fn instance_page(dc: String, at: InstanceAt) -> AnyView {
    let InstanceAt { name, node, id } = at;
    view! { <InstancePage dc name node id/> }.into_any()
}

fn node_page(dc: String, name: String, tab: Memo<String>) -> AnyView {
    view! { <NodePage dc name tab/> }.into_any()
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
pub use browser::{
    change, edit, fetch, fetch_editor, folder, instance, key, node, overview, seldom, service,
    tool, tree,
};

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

/// What few keys have. What is rendered on a server says that it needs the part: nothing of it goes
/// away while that comes.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn seldom(seldom: Seldom) -> AnyView {
    view! {
        <template data-needs=Part::Seldom.name()></template>
        {seldom_page(seldom)}
    }
    .into_any()
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

/// The page of the service `name` in datacenter `dc`.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn service(dc: String, name: String, tab: Memo<String>) -> AnyView {
    service_page(dc, name, tab)
}

/// The page of an instance in datacenter `dc`.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn instance(dc: String, at: InstanceAt) -> AnyView {
    instance_page(dc, at)
}

/// The page of the node `name` in datacenter `dc`.
#[cfg(not(feature = "csr"))]
#[must_use]
pub fn node(dc: String, name: String, tab: Memo<String>) -> AnyView {
    node_page(dc, name, tab)
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

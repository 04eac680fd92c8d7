//! What a folder of keys and the tree beside it say.

/// What a folder of keys and the tree beside it say.
#[derive(Debug)]
pub struct FolderMessages {
    /// Its handle, for screen readers.
    pub tree_width: &'static str,
    /// So many more folders than are shown: they are found by the filter.
    pub tree_more: fn(&str) -> String,
    /// The head of the column of names.
    pub column_key: &'static str,
    /// The head of the column of formats.
    pub column_format: &'static str,
    /// The head of the column of sizes.
    pub column_size: &'static str,
    /// The head of the column of Raft indexes.
    pub column_index: &'static str,
    /// The head of the column of times.
    pub column_changed: &'static str,
    /// In the column of sizes: knowing it would cost too much.
    pub size_unknown: &'static str,
    /// A session on a node holds the key: the node, the session.
    pub held_on: fn(&str, &str) -> String,
    /// The user's own number.
    pub flags: fn(u64) -> String,
    /// What the search field of a folder says.
    pub filter_placeholder: &'static str,
    /// The filter's grammar.
    pub filter_help: &'static str,
    /// The footer: folders and keys here.
    pub folders_and_keys: fn(u32, u32) -> String,

    /// There is no key at all.
    pub none_title: &'static str,
    /// What to do about it.
    pub none_text: &'static str,
    /// A folder that holds only its own key.
    pub folder_empty_title: &'static str,
    /// What to do about it.
    pub folder_empty_text: &'static str,
    /// Nothing matches the search, among so many.
    pub no_match: fn(u32) -> String,
    /// The folder's own key has a value of such a size.
    pub own_value: fn(&str) -> String,
    /// The link to it.
    pub own_open: &'static str,
    /// The button that deletes a folder.
    pub delete_folder: &'static str,
}

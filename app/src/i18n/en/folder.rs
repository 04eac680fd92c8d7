//! What a folder of keys and the tree beside it say, in English.

use crate::i18n::FolderMessages;

fn keys(count: u64) -> String {
    if count == 1 {
        "1 key".to_owned()
    } else {
        format!("{count} keys")
    }
}

fn folders(count: u32) -> String {
    if count == 1 {
        "1 folder".to_owned()
    } else {
        format!("{count} folders")
    }
}

pub(in crate::i18n) static FOLDER: FolderMessages = FolderMessages {
    tree_width: "Width of the folders",
    tree_more: |count| format!("and {count} more: filter the list"),
    column_key: "Key",
    column_format: "Format",
    column_size: "Size",
    column_index: "Index",
    column_changed: "Changed",
    size_unknown: "Not read: the values here are large",
    held_on: |node, session| match node {
        "" => format!("Held by session {session}"),
        node => format!("Held by a session of {node} ({session})"),
    },
    flags: |flags| format!("flags {flags}"),
    filter_placeholder: "Filter this folder",
    filter_help: "Words must all match a name. -word leaves out; \"quotes\" keep blanks.",
    folders_and_keys: |folder_count, key_count| match (folder_count, key_count) {
        (0, key_count) => keys(key_count.into()),
        (folder_count, 0) => folders(folder_count),
        (folder_count, key_count) => {
            format!("{}, {}", folders(folder_count), keys(key_count.into()))
        }
    },

    none_title: "No keys yet",
    none_text: "This datacenter's key/value store is empty. Services read their settings from keys like omo/msa/config/default.yaml.",
    folder_empty_title: "This folder is empty",
    folder_empty_text: "It is kept by a key of its own. Add a key to it, or delete it.",
    no_match: |total| format!("No match among {total} entries"),
    own_value: |size| format!("This folder's own key holds a value ({size})."),
    own_open: "Open it",
    delete_folder: "Delete folder…",
};

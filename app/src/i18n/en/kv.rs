//! The key/value pages in English.

use crate::i18n::kv_messages::KvMessages;

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

fn lines(count: u32) -> String {
    if count == 1 {
        "1 line".to_owned()
    } else {
        format!("{count} lines")
    }
}

/// The key/value pages in English.
pub(in crate::i18n) static KV: KvMessages = KvMessages {
    empty_name: "(empty name)",
    hidden_character: |code| format!("{code}, a character that cannot be seen"),

    new_key: "New key",
    tree: "Folders",
    tree_hide: "Hide the folders",
    tree_show: "Show the folders",
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
    folder_gone: |folder| format!("Nothing is in {folder}"),
    folder_gone_text: "A folder exists as long as a key does in it. It may have been deleted, or never been there.",
    key_gone: |key, datacenter| format!("{key} is not in {datacenter}"),
    key_gone_text: "It may have been deleted or renamed, or the address has a typo.",
    open_folder: |folder| format!("Open {folder}"),
    own_value: |size| format!("This folder's own key holds a value ({size})."),
    own_open: "Open it",
    open_root: "All keys",
    create_here: "New key here",
    create_this: "Create this key",
    gone_history: "History of this key",
    gone_deleted: "Deleted keys of this folder",

    key_label: "Key",
    key_placeholder: "omo/msa/config/default.yaml",
    key_help: "The whole path. Slashes make folders; end with / to make an empty folder.",
    folder_help: "Ends with /: an empty folder. What is typed as its value is not saved.",
    key_missing: "Type the key's path first.",
    key_unusual: "Unusual path (blank at an end, leading or double slash, or dots): newer Consul servers may refuse it.",
    value_label: "Value",
    format_label: "Format",
    format_by_ending: |format| format!("{format} (by ending)"),
    format_plain: "Plain text",
    format_properties: "Properties",
    format_binary: "Binary",
    create: "Create key",
    create_folder: "Create folder",
    created: |key| format!("Created {key}"),
    exists: |key| format!("{key} exists already."),
    exists_text: "It was not changed, and what you typed is still here. Choose another path, or look at it first.",
    open_existing: "Open it in a new tab",
    editor_help: "Tab indents; Esc, then Tab leaves",

    no_problems: "No problems",
    checking: "Checking…",
    not_checked: "Not checked",
    check_failed: "Could not be checked",
    problems: |count| {
        if count == 1 {
            "1 problem".to_owned()
        } else {
            format!("{count} problems")
        }
    },
    go_to: |line, column| format!("Go to line {line}, column {column}"),
    caret: |line, column| format!("Ln {line}, Col {column}"),
    detail_schema: "Schema",
    schema_file: "A file on waggle's machine, named in its configuration",
    schema_wrong: "wrong itself, so nothing is compared with it",
    review_warnings: |count| match count {
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    },
    size_of: |size, limit| format!("{size} of {limit}"),
    invalid_title: |format| format!("Not saved: this is not valid {format}."),
    invalid_text: "Services that read it may fail to start.",
    save_anyway: "Save anyway",
    too_large: |size, limit| {
        format!("The value has {size}; Consul takes at most {limit}. Nothing was sent.")
    },

    save: "Save",
    saving: "Saving…",
    saved: |key| format!("Saved {key}"),
    discard: "Discard changes",
    put_aside: "Your text was put aside.",
    put_back: "Bring it back",
    lines_changed: |count| format!("{} changed", lines(count)),
    not_saved: "Not saved.",
    read_only: "waggle runs read-only",

    details: "Details",
    detail_format: "Format",
    detail_size: "Size",
    detail_modify_index: "Modify index",
    detail_create_index: "Create index",
    detail_flags: "Flags",
    detail_lock: "Lock",
    no_lock: "None",
    detail_endings: "Line endings",
    endings_mixed: "Mixed",
    detail_encoding: "Encoding",
    with_byte_order_mark: "UTF-8 with BOM",
    mixed_note: "This value mixes line endings. Lines that you leave alone keep theirs; a new line takes that of the line above.",
    control_note: |count| {
        if count == 1 {
            "1 control character in this value cannot be seen here. A save keeps it unless you delete around it.".to_owned()
        } else {
            format!(
                "{count} control characters in this value cannot be seen here. A save keeps them unless you delete around them."
            )
        }
    },
    binary_title: "This value is not text.",
    binary_text: "Its bytes are not UTF-8, so they are shown as hex and cannot be edited here.",
    hex_label: "Hex dump of the value",
    copy_base64: "Copy as base64",
    more_bytes: |size| format!("Show more ({size} left)"),

    changed_elsewhere: |index| format!("Changed elsewhere, at index {index}."),
    changed_text: "Your text is kept.",
    compare: "Compare",
    deleted_elsewhere: "This key was deleted elsewhere.",
    deleted_text: "Your text is kept; nothing was written.",
    create_again: "Create it again",
    conflict_title: "Not saved: someone else saved first",
    conflict_text: |from, to| {
        format!(
            "You started from index {from}; the key is at {to} now. Nothing was written, and nothing is lost: here are both."
        )
    },
    compare_title: "Theirs and yours",
    theirs: |index| format!("Theirs, at index {index}"),
    mine: "Yours, not saved",
    keep_mine: "Save mine over theirs",
    take_theirs: "Take theirs",
    stay_with_mine: "Keep mine",
    now_shown: "The new value is shown; nothing was typed here.",
    keep_editing: "Keep editing",
    theirs_binary: |size| format!("Theirs is not text any more ({size})."),

    leave_title: "Leave without saving?",
    leave_text: |key| format!("Your changes to {key} are not saved and would be lost."),
    leave: "Leave",
    stay: "Stay",

    delete: "Delete…",
    delete_folder: "Delete folder…",
    delete_title: |name| format!("Delete {name}?"),
    delete_text: |datacenter| {
        format!(
            "What reads it in {datacenter} finds nothing from then on. It can be undone for ten minutes."
        )
    },
    delete_key: "Delete key",
    and_more: |count| format!("and {count} more"),
    deleting: "Deleting…",
    delete_conflict: "Not deleted: the key was changed since you were asked. Look at the new value first, or delete it as it is now.",
    delete_anyway: "Delete as it is now",
    already_gone: "It is gone already.",
    deleted: |key| format!("Deleted {key}"),

    edit: "Edit",
    hide: "Hide",
    masked_title: "This value is hidden.",
    masked_text: "Its key is marked secret. Reveal it only where nobody looks over your shoulder.",
    reveal: "Reveal",
    deleted_shown: "What is shown is its last value.",
    draft_restore: "Restore",
    draft_discard: "Discard it",
    plain_editor: "The full editor could not be loaded; this simple one does the same.",
    review_nothing: "Live now: no key",
    review_mine: "After the save",
    review_invalid: "This does not parse. What reads it may not start.",
    confirm_save: "Save this",
    merge_result: "Merged",
    take_merged: "Use the merged text",
    choose_theirs: "Theirs",
    choose_mine: "Mine",
    choose_both: "Both",
    draft_kept: |time| format!("A draft from {time} is kept in this browser."),
    draft_older: |index| format!("It began at index {index}; the key has changed since."),
    lines,
    review_title: |key| format!("Save {key}?"),
    review_live: |index| format!("Live now, index {index}"),
    merge_sum: |count| match count {
        0 => "You changed different lines: both changes fit together.".to_owned(),
        1 => "One place was changed by both: choose what it becomes.".to_owned(),
        count => format!("{count} places were changed by both: choose what each becomes."),
    },
    conflict_number: |number| format!("Conflict {number}"),
    leave_text_kept: |key| {
        format!("Your changes to {key} are not saved. They stay in this browser as a draft.")
    },
    editor_phrases: &[],
    download: "Download",
    replace_from_file: "Replace from a file…",
    upload: "Take a file as the value…",
    drop_hint: "or drop it here",
    file_binary: "This file is not text, and the value is: what reads the key may not start.",
    file_invalid: |format| {
        format!("This file is no valid {format}: what reads the key may not start.")
    },
    drop_file: "Remove",
    file_unreadable: "This file could not be read.",
    tidy: "Format",
    not_formatted: "Left as it is.",
    file_held: |size| format!("The value is a file of {size}, byte for byte."),
};

//! The key/value pages in English.

use crate::i18n::kv_messages::KvMessages;

pub(super) fn lines(count: u32) -> String {
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
    open_folder: |folder| format!("Open {folder}"),
    value_label: "Value",
    format_plain: "Plain text",
    format_properties: "Properties",
    format_binary: "Binary",
    detail_schema: "Schema",
    schema_file: "A file on waggle's machine, named in its configuration",
    schema_wrong: "wrong itself, so nothing is compared with it",
    too_large: |size, limit| {
        format!("The value has {size}; Consul takes at most {limit}. Nothing was sent.")
    },
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
    deleted_elsewhere: "This key was deleted elsewhere.",
    now_shown: "The new value is shown; nothing was typed here.",

    delete: "Delete…",

    edit: "Edit",
    hide: "Hide",
    masked_title: "This value is hidden.",
    masked_text: "Its key is marked secret. Reveal it only where nobody looks over your shoulder.",
    reveal: "Reveal",
    deleted_shown: "What is shown is its last value.",
    lines,
    download: "Download",
    replace_from_file: "Replace from a file…",
    drop_hint: "or drop it here",
    file_unreadable: "This file could not be read.",
};

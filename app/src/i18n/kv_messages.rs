//! The texts of the key/value pages.

/// Every text of the key/value pages.
#[derive(Debug)]
pub struct KvMessages {
    /// A part of a key that is empty.
    pub empty_name: &'static str,
    /// The tooltip of a character that cannot be seen, by its code point.
    pub hidden_character: fn(&str) -> String,

    /// The button that begins a new key, and that page's title.
    pub new_key: &'static str,
    /// The tree of folders.
    pub tree: &'static str,
    /// What hides it.
    pub tree_hide: &'static str,
    /// What shows it.
    pub tree_show: &'static str,
    /// The button that leads to the nearest folder that exists: its name.
    pub open_folder: fn(&str) -> String,
    /// The label of the value's editor.
    pub value_label: &'static str,
    /// Plain text, in the picker.
    pub format_plain: &'static str,
    /// Java properties, in the picker.
    pub format_properties: &'static str,
    /// Bytes that are not text.
    pub format_binary: &'static str,
    /// The JSON Schema that a value is compared with.
    pub detail_schema: &'static str,
    /// Tooltip of a schema that is a file: where that is.
    pub schema_file: &'static str,
    /// Nothing is compared with a schema that is wrong itself.
    pub schema_wrong: &'static str,
    /// The value is too large: its size and the limit.
    pub too_large: fn(&str, &str) -> String,
    /// Tooltip where waggle runs read-only.
    pub read_only: &'static str,

    /// The title of the key's facts.
    pub details: &'static str,
    /// Format.
    pub detail_format: &'static str,
    /// Size.
    pub detail_size: &'static str,
    /// ModifyIndex.
    pub detail_modify_index: &'static str,
    /// CreateIndex.
    pub detail_create_index: &'static str,
    /// Flags.
    pub detail_flags: &'static str,
    /// The session that holds it.
    pub detail_lock: &'static str,
    /// No session holds it.
    pub no_lock: &'static str,
    /// Line endings.
    pub detail_endings: &'static str,
    /// Several kinds of them.
    pub endings_mixed: &'static str,
    /// Encoding.
    pub detail_encoding: &'static str,
    /// UTF-8 that begins with a byte order mark.
    pub with_byte_order_mark: &'static str,
    /// What mixed line endings mean for a save.
    pub mixed_note: &'static str,
    /// So many characters cannot be seen in the editor.
    pub control_note: fn(u32) -> String,
    /// A session holds the key, and a save ignores it.
    /// These bytes are not UTF-8.
    pub binary_title: &'static str,
    /// They are shown and never changed.
    pub binary_text: &'static str,
    /// The dump's label.
    pub hex_label: &'static str,
    /// The button that copies the value as base64.
    pub copy_base64: &'static str,
    /// The rest of the dump: so many bytes more.
    pub more_bytes: fn(&str) -> String,

    /// The key was changed elsewhere while it was edited: the index.
    pub changed_elsewhere: fn(&str) -> String,
    /// The key was deleted elsewhere while it was edited.
    pub deleted_elsewhere: &'static str,
    /// Theirs is shown now.
    pub now_shown: &'static str,

    /// The button that deletes a key.
    pub delete: &'static str,

    /// The button that begins an edit.
    pub edit: &'static str,
    /// The button that masks a secret again.
    pub hide: &'static str,
    /// A secret is masked.
    pub masked_title: &'static str,
    /// Why it is, and what then.
    pub masked_text: &'static str,
    /// The button that shows a secret.
    pub reveal: &'static str,
    /// What is shown of a key that was deleted.
    pub deleted_shown: &'static str,
    /// So many lines.
    pub lines: fn(u32) -> String,
    /// The button that hands the value over as a file.
    pub download: &'static str,
    /// The button that takes a file as the value.
    pub replace_from_file: &'static str,
    /// Where a file can be dropped.
    pub drop_hint: &'static str,
    /// The browser cannot read a file.
    pub file_unreadable: &'static str,
}

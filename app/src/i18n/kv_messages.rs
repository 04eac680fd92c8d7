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
    /// Nothing is below this folder: its name.
    pub folder_gone: fn(&str) -> String,
    /// A folder without keys does not exist.
    pub folder_gone_text: &'static str,
    /// No such key: its name and datacenter.
    pub key_gone: fn(&str, &str) -> String,
    /// What may be the reason.
    pub key_gone_text: &'static str,
    /// The button that leads to the nearest folder that exists: its name.
    pub open_folder: fn(&str) -> String,
    /// The folder's own key has a value of such a size.
    pub own_value: fn(&str) -> String,
    /// The link to it.
    pub own_open: &'static str,
    /// The button that leads to all keys.
    pub open_root: &'static str,
    /// The button that begins a key in a folder that does not exist.
    pub create_here: &'static str,
    /// The button that makes this missing key.
    pub create_this: &'static str,
    /// The way to what is known of a key that is not there.
    pub gone_history: &'static str,
    /// The way to the deleted keys of a folder that is not there.
    pub gone_deleted: &'static str,

    /// The label of the field for a key.
    pub key_label: &'static str,
    /// What that field shows while empty.
    pub key_placeholder: &'static str,
    /// Below it.
    pub key_help: &'static str,
    /// Below it, where the key ends with `/`.
    pub folder_help: &'static str,
    /// The key is missing.
    pub key_missing: &'static str,
    /// Some servers refuse this key: edge blanks, a leading slash, dot segments.
    pub key_unusual: &'static str,
    /// The label of the value's editor.
    pub value_label: &'static str,
    /// The label of the format's picker.
    pub format_label: &'static str,
    /// The format that the key's ending tells.
    pub format_by_ending: fn(&str) -> String,
    /// Plain text, in the picker.
    pub format_plain: &'static str,
    /// Java properties, in the picker.
    pub format_properties: &'static str,
    /// Bytes that are not text.
    pub format_binary: &'static str,
    /// The button that makes a key.
    pub create: &'static str,
    /// The button that makes a folder.
    pub create_folder: &'static str,
    /// Told when a key was made.
    pub created: fn(&str) -> String,
    /// The key is there already: its name.
    pub exists: fn(&str) -> String,
    /// What holds then.
    pub exists_text: &'static str,
    /// The link to it, in a new tab.
    pub open_existing: &'static str,
    /// The editor's keys, below it.
    pub editor_help: &'static str,

    /// Nothing is wrong with the text.
    pub no_problems: &'static str,
    /// The text is being checked.
    pub checking: &'static str,
    /// Plain text is not checked.
    pub not_checked: &'static str,
    /// The check could not run.
    pub check_failed: &'static str,
    /// So many problems.
    pub problems: fn(u32) -> String,
    /// A line and column: the button that leads there, for screen readers.
    pub go_to: fn(u32, u32) -> String,
    /// The caret's line and column.
    pub caret: fn(u32, u32) -> String,
    /// The JSON Schema that a value is compared with.
    pub detail_schema: &'static str,
    /// Tooltip of a schema that is a file: where that is.
    pub schema_file: &'static str,
    /// Nothing is compared with a schema that is wrong itself.
    pub schema_wrong: &'static str,
    /// Above what a save would change: so many warnings.
    pub review_warnings: fn(u32) -> String,
    /// The bytes of a value, of the limit; both written.
    pub size_of: fn(&str, &str) -> String,
    /// A value that does not parse as this format is not saved.
    pub invalid_title: fn(&str) -> String,
    /// What that means to its readers.
    pub invalid_text: &'static str,
    /// The button that saves it all the same.
    pub save_anyway: &'static str,
    /// The value is too large: its size and the limit.
    pub too_large: fn(&str, &str) -> String,

    /// The button that saves.
    pub save: &'static str,
    /// It is being saved.
    pub saving: &'static str,
    /// Told when a key was saved.
    pub saved: fn(&str) -> String,
    /// The button that forgets what was typed.
    pub discard: &'static str,
    /// What was typed was put aside.
    pub put_aside: &'static str,
    /// The button that brings it back.
    pub put_back: &'static str,
    /// So many lines differ from what was read.
    pub lines_changed: fn(u32) -> String,
    /// Nothing was written, and why.
    pub not_saved: &'static str,
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
    /// What holds then.
    pub changed_text: &'static str,
    /// The button that shows both.
    pub compare: &'static str,
    /// The key was deleted elsewhere while it was edited.
    pub deleted_elsewhere: &'static str,
    /// What holds then.
    pub deleted_text: &'static str,
    /// The button that makes it again.
    pub create_again: &'static str,
    /// The save lost the race.
    pub conflict_title: &'static str,
    /// From which index, to which.
    pub conflict_text: fn(&str, &str) -> String,
    /// The title of the comparison without a lost save.
    pub compare_title: &'static str,
    /// The other value's column: its index.
    pub theirs: fn(&str) -> String,
    /// One's own column.
    pub mine: &'static str,
    /// The button that writes one's own over theirs.
    pub keep_mine: &'static str,
    /// The button that takes theirs.
    pub take_theirs: &'static str,
    /// The button that keeps mine, on top of theirs.
    pub stay_with_mine: &'static str,
    /// Theirs is shown now.
    pub now_shown: &'static str,
    /// The button that goes back to the editor.
    pub keep_editing: &'static str,
    /// Theirs is not text.
    pub theirs_binary: fn(&str) -> String,

    /// The dialog before unsaved changes are left.
    pub leave_title: &'static str,
    /// Its text, with the key.
    pub leave_text: fn(&str) -> String,
    /// The button that leaves.
    pub leave: &'static str,
    /// The button that stays.
    pub stay: &'static str,

    /// The button that deletes a key.
    pub delete: &'static str,
    /// The button that deletes a folder.
    pub delete_folder: &'static str,
    /// The dialog's title for a key: its name.
    pub delete_title: fn(&str) -> String,
    /// Its text: the datacenter.
    pub delete_text: fn(&str) -> String,
    /// The button that does it.
    pub delete_key: &'static str,
    /// So many more than are listed.
    pub and_more: fn(&str) -> String,
    /// It is being deleted.
    pub deleting: &'static str,
    /// The key changed since it was read, so it was not deleted.
    pub delete_conflict: &'static str,
    /// The button that deletes it all the same.
    pub delete_anyway: &'static str,
    /// It is gone already.
    pub already_gone: &'static str,
    /// Told when a key was deleted.
    pub deleted: fn(&str) -> String,

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
    /// The button that goes on with a text typed earlier.
    pub draft_restore: &'static str,
    /// The button that forgets it.
    pub draft_discard: &'static str,
    /// The full editor did not come.
    pub plain_editor: &'static str,
    /// The label of a key that is not there.
    pub review_nothing: &'static str,
    /// The label of what a save would write.
    pub review_mine: &'static str,
    /// What would be saved does not parse.
    pub review_invalid: &'static str,
    /// The button that saves what was shown.
    pub confirm_save: &'static str,
    /// The label of the merged text.
    pub merge_result: &'static str,
    /// The button that goes on with the merged text.
    pub take_merged: &'static str,
    /// The button that lets theirs win.
    pub choose_theirs: &'static str,
    /// The button that lets mine win.
    pub choose_mine: &'static str,
    /// The button that takes theirs, then mine.
    pub choose_both: &'static str,
    /// A text typed earlier is kept: when.
    pub draft_kept: fn(&str) -> String,
    /// It was made from another version: its index.
    pub draft_older: fn(&str) -> String,
    /// So many lines.
    pub lines: fn(u32) -> String,
    /// The title above what a save would change: the key.
    pub review_title: fn(&str) -> String,
    /// The label of what is there now: its index.
    pub review_live: fn(&str) -> String,
    /// What the merge came to: so many conflicts.
    pub merge_sum: fn(u32) -> String,
    /// A place that both changed.
    pub conflict_number: fn(u32) -> String,
    /// The text of the dialog where what is typed stays in the browser.
    pub leave_text_kept: fn(&str) -> String,
    /// The editor's own words, and what they are in this language.
    pub editor_phrases: &'static [(&'static str, &'static str)],
    /// The button that hands the value over as a file.
    pub download: &'static str,
    /// The button that takes a file as the value.
    pub replace_from_file: &'static str,
    /// The button that takes a file as a new key's value.
    pub upload: &'static str,
    /// Where a file can be dropped.
    pub drop_hint: &'static str,
    /// A file that is to replace a text is no text.
    pub file_binary: &'static str,
    /// A file that is to replace a value does not parse as its format.
    pub file_invalid: fn(&str) -> String,
    /// The button that forgets a file that was taken.
    pub drop_file: &'static str,
    /// The browser cannot read a file.
    pub file_unreadable: &'static str,
    /// The button that lays a text out anew.
    pub tidy: &'static str,
    /// A text was not laid out anew.
    pub not_formatted: &'static str,
    /// A file is the value, to the byte: its size.
    pub file_held: fn(&str) -> String,
}

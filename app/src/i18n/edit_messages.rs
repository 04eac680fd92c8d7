//! What is said where keys are made, edited and deleted.

/// What is said where keys are made, edited and deleted.
#[derive(Debug)]
pub struct EditMessages {
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
    /// The label of the format's picker.
    pub format_label: &'static str,
    /// The format that the key's ending tells.
    pub format_by_ending: fn(&str) -> String,
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
    /// What holds then.
    pub changed_text: &'static str,
    /// The button that shows both.
    pub compare: &'static str,
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
    /// The dialog's title for a key: its name.
    pub delete_title: fn(&str) -> String,
    /// Its text: the datacenter.
    pub delete_text: fn(&str) -> String,
    /// The button that does it.
    pub delete_key: &'static str,
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
    /// The button that takes a file as a new key's value.
    pub upload: &'static str,
    /// A file that is to replace a text is no text.
    pub file_binary: &'static str,
    /// A file that is to replace a value does not parse as its format.
    pub file_invalid: fn(&str) -> String,
    /// The button that forgets a file that was taken.
    pub drop_file: &'static str,
    /// The button that lays a text out anew.
    pub tidy: &'static str,
    /// A text was not laid out anew.
    pub not_formatted: &'static str,
    /// A file is the value, to the byte: its size.
    pub file_held: fn(&str) -> String,
}

//! What is said where keys are made, edited and deleted, in English.

use super::kv::lines;
use crate::i18n::EditMessages;

pub(in crate::i18n) static EDIT: EditMessages = EditMessages {
    key_label: "Key",
    key_placeholder: "omo/msa/config/default.yaml",
    key_help: "The whole path. Slashes make folders; end with / to make an empty folder.",
    folder_help: "Ends with /: an empty folder. What is typed as its value is not saved.",
    key_missing: "Type the key's path first.",
    key_unusual: "Unusual path (blank at an end, leading or double slash, or dots): newer Consul servers may refuse it.",
    format_label: "Format",
    format_by_ending: |format| format!("{format} (by ending)"),
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
    review_warnings: |count| match count {
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    },
    size_of: |size, limit| format!("{size} of {limit}"),
    invalid_title: |format| format!("Not saved: this is not valid {format}."),
    invalid_text: "Services that read it may fail to start.",
    save_anyway: "Save anyway",

    save: "Save",
    saving: "Saving…",
    saved: |key| format!("Saved {key}"),
    discard: "Discard changes",
    put_aside: "Your text was put aside.",
    put_back: "Bring it back",
    lines_changed: |count| format!("{} changed", lines(count)),
    not_saved: "Not saved.",
    changed_text: "Your text is kept.",
    compare: "Compare",
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
    keep_editing: "Keep editing",
    theirs_binary: |size| format!("Theirs is not text any more ({size})."),

    leave_title: "Leave without saving?",
    leave_text: |key| format!("Your changes to {key} are not saved and would be lost."),
    leave: "Leave",
    stay: "Stay",
    delete_title: |name| format!("Delete {name}?"),
    delete_text: |datacenter| {
        format!(
            "What reads it in {datacenter} finds nothing from then on. It can be undone for ten minutes."
        )
    },
    delete_key: "Delete key",
    deleting: "Deleting…",
    delete_conflict: "Not deleted: the key was changed since you were asked. Look at the new value first, or delete it as it is now.",
    delete_anyway: "Delete as it is now",
    already_gone: "It is gone already.",
    deleted: |key| format!("Deleted {key}"),
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
    upload: "Take a file as the value…",
    file_binary: "This file is not text, and the value is: what reads the key may not start.",
    file_invalid: |format| {
        format!("This file is no valid {format}: what reads the key may not start.")
    },
    drop_file: "Remove",
    tidy: "Format",
    not_formatted: "Left as it is.",
    file_held: |size| format!("The value is a file of {size}, byte for byte."),
};

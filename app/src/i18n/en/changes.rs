//! Changes of many keys in English.

use wire::changes::{Action, ChangeKind, Outcome, Reason};

use crate::i18n::changes_messages::ChangesMessages;

fn keys(count: &str) -> String {
    if count == "1" {
        "1 key".to_owned()
    } else {
        format!("{count} keys")
    }
}

/// Changes of many keys in English.
pub(in crate::i18n) static CHANGES: ChangesMessages = ChangesMessages {
    title: |kind, count| {
        let keys = keys(count);
        match kind {
            ChangeKind::Delete => format!("Delete {keys}"),
            ChangeKind::Copy => format!("Copy {keys}"),
            ChangeKind::Move => format!("Move {keys}"),
            ChangeKind::Import => format!("Import {keys}"),
            ChangeKind::Replace => format!("Replace in {keys}"),
            ChangeKind::Promote => format!("Promote {keys}"),
            ChangeKind::Restore => format!("Restore {keys}"),
            ChangeKind::Undo => format!("Undo for {keys}"),
        }
    },
    running: "Writing…",
    report: "What was written",
    in_datacenters: |names| format!("in {names}"),
    apply: |kind, count| {
        let keys = keys(count);
        match kind {
            ChangeKind::Delete => format!("Delete {keys}"),
            ChangeKind::Copy => format!("Copy {keys}"),
            ChangeKind::Move => format!("Move {keys}"),
            ChangeKind::Import => format!("Import {keys}"),
            ChangeKind::Replace => format!("Replace in {keys}"),
            ChangeKind::Promote => format!("Promote {keys}"),
            ChangeKind::Restore => format!("Restore {keys}"),
            ChangeKind::Undo => format!("Put {keys} back"),
        }
    },
    nothing: "Nothing to write",
    action: |action| match action {
        Action::Create => "New",
        Action::Overwrite => "Overwrite",
        Action::Delete => "Delete",
        Action::Equal => "Same",
        Action::Locked => "Locked",
        Action::Refused => "Not possible",
    },
    source_goes: "there already; only the source is deleted",
    outcome: |outcome| match outcome {
        Outcome::Done => "Done",
        Outcome::Skipped => "Left out",
        Outcome::NotSent => "Not reached",
        Outcome::Changed => "Changed by someone else",
        Outcome::Copied => "At both places",
        Outcome::Failed => "Refused",
        Outcome::Unknown => "Not known",
    },
    reason: |reason| match reason {
        Reason::Missing => "there is no such key",
        Reason::TooLarge => "the value is larger than 512 KiB",
        Reason::NoWay => "a value this large cannot be written to a key with this name",
        Reason::Twice => "another line writes the same key",
        Reason::ChangedSince => "someone changed it since",
        Reason::SamePlace => "source and destination are the same",
    },
    filter: "Which keys",
    column_action: "What happens",
    column_size: "Size",
    from: |key| format!("from {key}"),
    take_in: |key| format!("Include {key}"),
    show_values: |key| format!("Show the values of {key}"),
    before: "Now",
    after: "Then",
    binary: |size| format!("binary, {size}"),
    absent: "no such key",
    flags: |before, after| format!("flags {before} → {after}"),
    on_conflict: "Keys that exist",
    ask: "Ask for each",
    answered: |yes, left| match left {
        "0" => format!("{yes} ticked, none left."),
        left => format!(
            "{yes} ticked. {} not ticked: they stay as they are.",
            keys(left)
        ),
    },
    overwrite: "Overwrite all",
    skip: "Leave as they are",
    with_locked: |count| format!("Also write {} held by sessions", keys(count)),
    held_by: |session| format!("held by session {session}"),
    progress: |done, total| format!("{done} of {total}"),
    stop: "Stop",
    may_close: "You can close this: it goes on, and its end is told.",
    recent: "Changes that can be undone",
    more_recent: |count| format!("{count} more"),
    undo_left: |minutes| format!("{minutes} min left"),
    show_change: "Show",
    stopping: "Stopping after what is under way…",
    told: |kind, count| {
        let keys = keys(count);
        match kind {
            ChangeKind::Delete => format!("Deleted {keys}"),
            ChangeKind::Copy => format!("Copied {keys}"),
            ChangeKind::Move => format!("Moved {keys}"),
            ChangeKind::Import => format!("Imported {keys}"),
            ChangeKind::Replace => format!("Replaced in {keys}"),
            ChangeKind::Promote => format!("Promoted {keys}"),
            ChangeKind::Restore => format!("Restored {keys}"),
            ChangeKind::Undo => format!("Put {keys} back"),
        }
    },
    cancelled: "You stopped it. What was not reached is as it was.",
    failed: "It stopped by itself. What was not reached is as it was.",
    amiss: |count| format!("{} did not go as planned.", keys(count)),
    appeared: |count| {
        format!(
            "{} came into the folder after the preview, and stay as they are.",
            keys(count)
        )
    },
    interrupted: |kind, done, total| {
        let doing = match kind {
            ChangeKind::Delete => "deleted",
            ChangeKind::Copy => "copied",
            ChangeKind::Move => "moved",
            ChangeKind::Import => "imported",
            ChangeKind::Replace => "replaced in",
            ChangeKind::Promote => "promoted",
            ChangeKind::Restore => "restored",
            ChangeKind::Undo => "put back",
        };
        format!(
            "waggle ended while it {doing} {}: {done} were written.",
            keys(total)
        )
    },
    interrupted_unsure: |is_move, count| {
        let ends = if is_move {
            ", and may be at both places"
        } else {
            ""
        };
        format!("Up to {count} more may be{ends}.")
    },
    interrupted_rest: "The others are as they were.",
    interrupted_again: "Make the change again: its preview tells what remains.",
    show_rest: "Show what remains",
    forget: "Forget",
    undo: "Undo",
    undo_until: |time| format!("Undo is possible until {time}"),
    type_to_confirm: "Type ",
    type_to_confirm_end: " to confirm",
    more_steps: |count| format!("Show {count} more"),
    no_steps: "No key is like this.",
    not_yet: "Nothing is written before you confirm.",
    column_select: "Select",
    select: |name| format!("Select {name}"),
    selection: "Selection",
    selected: |count| format!("{count} selected"),
    select_all: |count| format!("Select all {count}"),
    clear_selection: "Clear selection",
    copy_to: "Copy to…",
    move_to: "Move to…",
    rename: "Rename…",
    duplicate: "Duplicate…",
    delete: "Delete…",
    copy_title: |count| {
        if count == "1" {
            "Copy to…".to_owned()
        } else {
            format!("Copy {count} to…")
        }
    },
    move_title: |count| {
        if count == "1" {
            "Move to…".to_owned()
        } else {
            format!("Move {count} to…")
        }
    },
    rename_title: |name| format!("Rename {name}"),
    duplicate_title: |name| format!("Duplicate {name}"),
    copy_suffix: "-copy",
    to_folder: "Folder",
    to_folder_help: "A folder that does not exist is created. Empty means the top.",
    new_name: "New key",
    new_name_help: "The whole path; another folder moves it there.",
    preview: "Preview",
    import_title: "Import keys",
    import_into: "Into the folder",
    import_into_help: "Put before each key of the file. Empty: the keys as they stand there.",
    drop_here: "Drop a file here, or choose one. You see every key before anything is written.",
    choose_file: "Choose a file…",
    reading: "Reading…",
    import_formats: "What consul kv export writes, a YAML or JSON tree of texts, or a zip of files; up to 64 MiB.",
    import_refused: "The file cannot be imported. Nothing was written.",
    import_several: |count| {
        format!(
            "{count} files were dropped; one can be imported at a time. A zip archive may hold many."
        )
    },
    import_repeats: |folder| format!("All names in this file begin with {folder} already."),
    import_would_be: |into, folder| format!("Below {into} they would be {into}{folder}…"),
    import_as_named: "Keep the names of the file",
    import_into_it: |into| format!("Below {into} all the same"),
    export: "Export…",
    import: "Import…",
    export_title: "Export keys",
    format_consul: "What consul kv export writes: every key, byte and flag.",
    format_tree: "One tree with a level for each folder: texts without flags.",
    format_zip: "A file for each key, and a list that keeps odd names and flags.",
    export_secret: |secret, count| match (secret, count) {
        ("1", "1") => {
            "This key is marked secret: the file will hold its value in clear.".to_owned()
        }
        ("1", count) => format!(
            "1 of {} is marked secret: the file will hold its value in clear.",
            keys(count)
        ),
        (secret, count) => format!(
            "{secret} of {} are marked secret: the file will hold their values in clear.",
            keys(count)
        ),
    },
    download: "Download",
};

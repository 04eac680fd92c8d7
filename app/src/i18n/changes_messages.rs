//! The texts of changes of many keys.

use wire::changes::{Action, ChangeKind, Outcome, Reason};

/// Every text of a change: preview, progress, report, undo.
#[derive(Debug)]
pub struct ChangesMessages {
    /// The preview's title: what is done to so many keys.
    pub title: fn(ChangeKind, &str) -> String,
    /// The title while it runs.
    pub running: &'static str,
    /// The title of the report.
    pub report: &'static str,
    /// The datacenters whose keys change.
    pub in_datacenters: fn(&str) -> String,
    /// The button that carries it out, with the number of keys.
    pub apply: fn(ChangeKind, &str) -> String,
    /// The button where nothing would be written.
    pub nothing: &'static str,
    /// What an action is called.
    pub action: fn(Action) -> &'static str,
    /// What is equal in a move: the source goes.
    pub source_goes: &'static str,
    /// What an outcome is called.
    pub outcome: fn(Outcome) -> &'static str,
    /// Why a step is refused.
    pub reason: fn(Reason) -> &'static str,
    /// Which steps are shown, for screen readers.
    pub filter: &'static str,
    /// The head of the column of changes.
    pub column_action: &'static str,
    /// The head of the column of sizes.
    pub column_size: &'static str,
    /// The key that a value comes from.
    pub from: fn(&str) -> String,
    /// A key is left out or taken in.
    pub take_in: fn(&str) -> String,
    /// A key's values are shown or not.
    pub show_values: fn(&str) -> String,
    /// The label over a value as it is.
    pub before: &'static str,
    /// The label over a value as it will be.
    pub after: &'static str,
    /// The value is not text.
    pub binary: fn(&str) -> String,
    /// There is no value on this side.
    pub absent: &'static str,
    /// The values are equal, the flags too.
    pub flags: fn(u64, u64) -> String,
    /// The policy for keys that exist.
    pub on_conflict: &'static str,
    /// Each is asked about.
    pub ask: &'static str,
    /// So many of them were chosen, so many stay as they are.
    pub answered: fn(&str, &str) -> String,
    /// They are written over.
    pub overwrite: &'static str,
    /// They are left.
    pub skip: &'static str,
    /// Keys held by sessions are written too.
    pub with_locked: fn(&str) -> String,
    /// The session that holds a key.
    pub held_by: fn(&str) -> String,
    /// So many keys are done, of so many.
    pub progress: fn(&str, &str) -> String,
    /// The button that stops it.
    pub stop: &'static str,
    /// It goes on where its dialog is closed.
    pub may_close: &'static str,
    /// The changes that can be undone, for screen readers.
    pub recent: &'static str,
    /// The button that shows so many more of them.
    pub more_recent: fn(&str) -> String,
    /// It can be undone for so many minutes.
    pub undo_left: fn(&str) -> String,
    /// The button that shows what a change did.
    pub show_change: &'static str,
    /// It stops after what is under way.
    pub stopping: &'static str,
    /// The report: what became of so many keys.
    pub told: fn(ChangeKind, &str) -> String,
    /// The report of a change that its user stopped.
    pub cancelled: &'static str,
    /// The report of a change that stopped by itself.
    pub failed: &'static str,
    /// So many keys did not go as planned.
    pub amiss: fn(&str) -> String,
    /// So many keys came into its folders after the preview, and stay.
    pub appeared: fn(&str) -> String,
    /// A change was left unfinished: what it did, so many keys of so many.
    pub interrupted: fn(ChangeKind, &str, &str) -> String,
    /// So many more may be; it was a move.
    pub interrupted_unsure: fn(bool, &str) -> String,
    /// What remains can be planned.
    pub interrupted_rest: &'static str,
    /// It has to be made again.
    pub interrupted_again: &'static str,
    /// The button that plans what remains.
    pub show_rest: &'static str,
    /// The button that forgets it.
    pub forget: &'static str,
    /// The button that plans to take it back.
    pub undo: &'static str,
    /// How long that is possible: a time of day.
    pub undo_until: fn(&str) -> String,
    /// What is asked to be typed, before the name.
    pub type_to_confirm: &'static str,
    /// And after it.
    pub type_to_confirm_end: &'static str,
    /// More steps are fetched.
    pub more_steps: fn(&str) -> String,
    /// No step is like this.
    pub no_steps: &'static str,
    /// Nothing was written yet.
    pub not_yet: &'static str,
    /// The head of the column that picks keys.
    pub column_select: &'static str,
    /// Picks a key or folder.
    pub select: fn(&str) -> String,
    /// The bar above what is picked, for screen readers.
    pub selection: &'static str,
    /// So many are picked.
    pub selected: fn(&str) -> String,
    /// The button that picks all of so many.
    pub select_all: fn(&str) -> String,
    /// The button that picks nothing any more.
    pub clear_selection: &'static str,
    /// The button that copies.
    pub copy_to: &'static str,
    /// The button that moves.
    pub move_to: &'static str,
    /// The button that renames one.
    pub rename: &'static str,
    /// The button that copies one beside itself.
    pub duplicate: &'static str,
    /// The button that deletes.
    pub delete: &'static str,
    /// The title that asks where so many are copied.
    pub copy_title: fn(&str) -> String,
    /// The title that asks where so many go.
    pub move_title: fn(&str) -> String,
    /// The title that asks for a new name.
    pub rename_title: fn(&str) -> String,
    /// The title that asks for the name of a second one.
    pub duplicate_title: fn(&str) -> String,
    /// What a second one's name ends with.
    pub copy_suffix: &'static str,
    /// The label of the field for a folder.
    pub to_folder: &'static str,
    /// Below it.
    pub to_folder_help: &'static str,
    /// The label of the field for a name.
    pub new_name: &'static str,
    /// Below it.
    pub new_name_help: &'static str,
    /// The button that shows what would happen.
    pub preview: &'static str,
    /// The title of the page that imports.
    pub import_title: &'static str,
    /// The label of the field for a folder to import into.
    pub import_into: &'static str,
    /// Below it.
    pub import_into_help: &'static str,
    /// Where a file is dropped.
    pub drop_here: &'static str,
    /// The button that chooses a file.
    pub choose_file: &'static str,
    /// The file is read.
    pub reading: &'static str,
    /// The files that are understood.
    pub import_formats: &'static str,
    /// The file was refused, for the reason that follows.
    pub import_refused: &'static str,
    /// So many files were dropped at once.
    pub import_several: fn(&str) -> String,
    /// All names of the file begin with this folder, which is put before them, too.
    pub import_repeats: fn(&str) -> String,
    /// Where its keys would be, in this folder with names that begin so.
    pub import_would_be: fn(&str, &str) -> String,
    /// The button that leaves the names as they are in the file.
    pub import_as_named: &'static str,
    /// The button that puts the folder before them all the same.
    pub import_into_it: fn(&str) -> String,
    /// The button that exports.
    pub export: &'static str,
    /// The link that imports.
    pub import: &'static str,
    /// The title that asks for a format.
    pub export_title: &'static str,
    /// Consul's own format.
    pub format_consul: &'static str,
    /// A tree.
    pub format_tree: &'static str,
    /// An archive.
    pub format_zip: &'static str,
    /// The file will hold the values of so many secret keys, of so many.
    pub export_secret: fn(&str, &str) -> String,
    /// The button that saves the file.
    pub download: &'static str,
}

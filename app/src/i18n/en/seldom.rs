//! What few keys' pages say: a text that was not saved, a key that is not there, in English.

use crate::i18n::SeldomMessages;

pub(in crate::i18n) static SELDOM: SeldomMessages = SeldomMessages {
    folder_gone: |folder| format!("Nothing is in {folder}"),
    folder_gone_text: "A folder exists as long as a key does in it. It may have been deleted, or never been there.",
    key_gone: |key, datacenter| format!("{key} is not in {datacenter}"),
    key_gone_text: "It may have been deleted or renamed, or the address has a typo.",
    open_root: "All keys",
    create_here: "New key here",
    create_this: "Create this key",
    gone_history: "History of this key",
    gone_deleted: "Deleted keys of this folder",
    draft_restore: "Restore",
    draft_discard: "Discard it",
    draft_kept: |time| format!("A draft from {time} is kept in this browser."),
    draft_older: |index| format!("It began at index {index}; the key has changed since."),
};

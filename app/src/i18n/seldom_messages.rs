//! What few keys' pages say: a text that was not saved, a key that is not there.

/// What few keys' pages say: a text that was not saved, a key that is not there.
#[derive(Debug)]
pub struct SeldomMessages {
    /// Nothing is below this folder: its name.
    pub folder_gone: fn(&str) -> String,
    /// A folder without keys does not exist.
    pub folder_gone_text: &'static str,
    /// No such key: its name and datacenter.
    pub key_gone: fn(&str, &str) -> String,
    /// What may be the reason.
    pub key_gone_text: &'static str,
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
    /// The button that goes on with a text typed earlier.
    pub draft_restore: &'static str,
    /// The button that forgets it.
    pub draft_discard: &'static str,
    /// A text typed earlier is kept: when.
    pub draft_kept: fn(&str) -> String,
    /// It was made from another version: its index.
    pub draft_older: fn(&str) -> String,
}

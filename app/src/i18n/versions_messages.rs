//! What is said of a change wherever one is shown.

/// What is said of a change wherever one is shown.
#[derive(Debug)]
pub struct VersionsMessages {
    /// The page of all of them.
    pub title: &'static str,
    /// It was there when recording began.
    pub baseline: &'static str,
    /// The key came into being.
    pub created: &'static str,
    /// Its value was changed.
    pub updated: &'static str,
    /// It was deleted.
    pub deleted: &'static str,
    /// The last key of a folder was deleted.
    pub last_key_deleted: &'static str,
    /// Who wrote it is not known: it was not done through waggle.
    pub outside: &'static str,
    /// It was done through waggle, without a token.
    pub through_waggle: &'static str,
    /// Nobody looked when it happened.
    pub unwatched: &'static str,
    /// What that means.
    pub unwatched_hint: &'static str,
    /// The title of those beside a value.
    pub last_versions: &'static str,
    /// The link to all of them.
    pub all_versions: &'static str,
    /// The version that is there now.
    pub now: &'static str,
}

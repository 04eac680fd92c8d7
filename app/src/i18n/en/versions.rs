//! What is said of a change wherever one is shown, in English.

use crate::i18n::VersionsMessages;

pub(in crate::i18n) static VERSIONS: VersionsMessages = VersionsMessages {
    title: "History",
    baseline: "First seen",
    created: "Created",
    updated: "Changed",
    deleted: "Deleted",
    last_key_deleted: "Its last key was deleted",
    outside: "outside",
    through_waggle: "waggle",
    unwatched: "while waggle was not looking",
    unwatched_hint: "It happened some time before it was seen, maybe in several steps.",
    last_versions: "History",
    all_versions: "All",
    now: "now",
};

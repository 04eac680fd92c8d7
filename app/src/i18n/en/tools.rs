//! Search, comparison, sessions.

use crate::i18n::{CompareMessages, SearchMessages, SessionsMessages, ToolsMessages, number};

fn keys(count: u64) -> String {
    match count {
        1 => "1 key".to_owned(),
        count => format!("{} keys", number(count)),
    }
}

pub(super) const TOOLS: ToolsMessages = ToolsMessages {
    tools: "Tools",
    search: "Search",
    compare: "Compare",
    history: "History",
    import: "Import",
    sessions: "Sessions",
};

pub(in crate::i18n) static SEARCH: SearchMessages = SearchMessages {
    title: "Search",
    query: "Search for",
    hint: "Text in names or values",
    start: "Search",
    stop: "Stop",
    below: "Below",
    whole_store_hint: "Whole store",
    look_in: "Look in",
    in_names: "Names",
    in_values: "Values",
    in_both: "Both",
    kind: "Kind of search",
    kind_text: "Text",
    kind_fuzzy: "Fuzzy",
    fuzzy_in_values: "Fuzzy is for names. In values, the text is looked for as it is typed.",
    kind_regex: "Regex",
    match_case: "Match case",
    bad_pattern: |column, message| format!("Character {column}: {message}"),
    blank_title: "Search in keys and values",
    blank_text: "Names, or the text of every value below a folder. Values are read piece by piece; \
                 nothing is kept.",
    looking: "Searching",
    looked_at: |looked, all| format!("{} of {}", number(looked), keys(all)),
    found: |found, places| {
        let places = match places {
            1 => "1 place".to_owned(),
            places => format!("{} places", number(places)),
        };
        format!("{places} in {}", keys(found))
    },
    none: "Nothing found",
    none_text: |looked| format!("{} looked through.", keys(looked)),
    stopped: "Stopped. What was found so far is shown.",
    cut: |looked, all| {
        format!(
            "There are more: the search ended after {} of {}. Look for something narrower, or \
             below a folder.",
            number(looked),
            keys(all)
        )
    },
    secret: |count| {
        format!(
            "{} marked secret: the values were not searched.",
            keys(count)
        )
    },
    binary: |count| format!("{} with binary values were skipped.", keys(count)),
    more_lines: |count| match count {
        1 => "1 more place in this key".to_owned(),
        count => format!("{count} more places in this key"),
    },
    export: |found| format!("Export {}…", keys(found)),
    replace: "Replace in all",
    replace_with: "Replace with",
    replace_hint: "Replaces what was searched for, in every value found.",
    replace_regex_hint: "$1 stands for the first group, $$ for a dollar.",
    replace_planning: "Reading values…",
};

pub(in crate::i18n) static COMPARE: CompareMessages = CompareMessages {
    title: "Compare",
    left: "Left",
    right: "Right",
    folder: "Folder",
    swap: "Swap sides",
    compare: "Compare",
    show: "Show",
    show_unequal: "All differences",
    show_different: "Different",
    show_left: "Only left",
    show_right: "Only right",
    show_equal: "Equal",
    show_all: "All",
    state: "State",
    state_different: "different",
    state_left: "only left",
    state_right: "only right",
    state_equal: "equal",
    size_left: "Left",
    size_right: "Right",
    not_asked: "Nothing is compared yet",
    not_asked_text: "Choose two datacenters or two folders, then press Compare.",
    same_sides: "Both sides are the same",
    same_sides_text: "Pick another datacenter or another folder on one side.",
    nothing: "Neither side has a key",
    nothing_text: "Keys appear here as soon as one of the two sides has some.",
    no_difference: "No difference",
    no_difference_text: |equal| match equal {
        1 => "The only key is equal on both sides.".to_owned(),
        equal => format!("All {} are equal on both sides.", keys(equal)),
    },
    none_shown: "None of these",
    secret: "secret",
    secret_equal: "This key is marked secret: both sides hold the same, which is not shown here.",
    secret_differs: "This key is marked secret: its values differ and are not shown here.",
    secret_flags: |left, right| {
        format!(
            "This key is marked secret: its values are equal and not shown here. The flags \
             differ: {left} and {right}."
        )
    },
    secret_left: "This key is marked secret and stands only on the left. Its value is not shown here.",
    secret_right: "This key is marked secret and stands only on the right. Its value is not shown here.",
    comparing: "Comparing",
    totals: |unequal, equal, all| {
        format!(
            "{} differences, {} equal, {} in all",
            number(unequal),
            number(equal),
            keys(all)
        )
    },
    cut: |shown| {
        format!(
            "Only the first {} are kept; the counts are whole.",
            keys(shown)
        )
    },
    select: |key| format!("Select {key}"),
    select_all: "Select all that are shown",
    selected: |count| match count {
        1 => "1 key selected".to_owned(),
        count => format!("{count} keys selected"),
    },
    promote: |to| format!("Promote to {to}"),
    promote_planning: "Reading values…",
    promote_hint: "Keys that the source lacks stay as they are.",
    open_left: "Open left",
    open_right: "Open right",
    show_diff: "Show difference",
};

pub(in crate::i18n) static SESSIONS: SessionsMessages = SessionsMessages {
    title: "Sessions",
    id: "ID",
    name: "Name",
    node: "Node",
    ttl: "TTL",
    behavior: "When it ends",
    lock_delay: "Lock delay",
    checks: "Checks",
    keys: "Holds",
    no_name: "no name",
    no_ttl: "none",
    release: "release",
    release_text: "Its keys are released when it ends",
    delete: "delete",
    delete_text: "Its keys are deleted when it ends",
    filter_hint: "Name, ID or node",
    filter_help: "Words that all must match; -word excludes; node:msa-1, name:leader, behavior:delete",
    totals: |sessions, locks| {
        let sessions = match sessions {
            1 => "1 session".to_owned(),
            sessions => format!("{sessions} sessions"),
        };
        match locks {
            None => sessions,
            Some(1) => format!("{sessions}, 1 key held"),
            Some(locks) => format!("{sessions}, {locks} keys held"),
        }
    },
    empty: "No sessions",
    empty_text: |dc| format!("Sessions appear here as soon as something in {dc} takes a lock."),
    no_match: |all| format!("None of {all} sessions match"),
    no_match_text: "Check the spelling, or clear the filter.",
    holds_none: "nothing",
    holds_none_found: "none found",
    holds_unknown: "not known",
    more_keys: |count| format!("+{count}"),
    more_keys_spoken: |count| match count {
        1 => "1 more key that it holds".to_owned(),
        count => format!("{count} more keys that it holds"),
    },
    part_looked_at: |looked, all| {
        format!(
            "{} of {} were looked at for locks: more would take long.",
            number(looked),
            keys(all)
        )
    },
    locks_unknown: "Which keys are held is not known.",
    locks_old: "Which keys are held now is not known; those shown may be old.",
    invalidate: "Invalidate",
    invalidate_title: "Invalidate this session?",
    and_more: |count| format!("and {count} more"),
    invalidate_text: |name, node| {
        format!("Whoever took its locks ({name} on {node}) loses them at once and is not asked.")
    },
    invalidate_release: |count| {
        format!(
            "{} released:",
            match count {
                1 => "1 key is".to_owned(),
                count => format!("{count} keys are"),
            }
        )
    },
    invalidate_delete: |count| {
        format!(
            "{} deleted:",
            match count {
                1 => "1 key is".to_owned(),
                count => format!("{count} keys are"),
            }
        )
    },
    invalidate_none: "It holds no key.",
    invalidate_unknown_release: "Which keys it holds is not known. Whatever it holds is released.",
    invalidate_unknown_delete: "Which keys it holds is not known. Whatever it holds is deleted; this cannot be undone.",
    invalidate_part_release: |looked, all| {
        format!(
            "Only {} of {} were looked at. Any other that it holds is released, too.",
            number(looked),
            keys(all)
        )
    },
    invalidate_part_delete: |looked, all| {
        format!(
            "Only {} of {} were looked at. Any other that it holds is deleted, too; this cannot be undone.",
            number(looked),
            keys(all)
        )
    },
    invalidate_for_good: "This cannot be undone.",
    invalidate_delay: |delay| format!("Nobody can lock these keys for {delay} after that."),
    invalidated: "Session invalidated",
    held_by: "Held by",
    held_warning: |name, node| format!("This key is locked by {name} on {node}."),
    held_text: "Consul lets you save all the same; whoever holds the lock may not expect it, or write over it.",
    gone: "The session has ended; the lock goes with it.",
};

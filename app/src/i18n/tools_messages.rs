//! What search, comparison and sessions have to say.

/// The ways to the tools.
#[derive(Debug)]
#[expect(missing_docs, reason = "each name is its own English text, shortened")]
pub struct ToolsMessages {
    pub tools: &'static str,
    pub search: &'static str,
    pub compare: &'static str,
    pub history: &'static str,
    pub import: &'static str,
    pub sessions: &'static str,
}

/// Search in keys and values.
#[derive(Debug)]
#[expect(missing_docs, reason = "each name is its own English text, shortened")]
pub struct SearchMessages {
    pub title: &'static str,
    pub query: &'static str,
    pub hint: &'static str,
    pub start: &'static str,
    pub stop: &'static str,
    pub below: &'static str,
    pub whole_store_hint: &'static str,
    pub look_in: &'static str,
    pub in_names: &'static str,
    pub in_values: &'static str,
    pub in_both: &'static str,
    pub kind: &'static str,
    pub kind_text: &'static str,
    pub kind_fuzzy: &'static str,
    /// What a fuzzy search does in values.
    pub fuzzy_in_values: &'static str,
    pub kind_regex: &'static str,
    pub match_case: &'static str,
    /// Where in the pattern, and what is wrong there.
    pub bad_pattern: fn(u32, &str) -> String,
    pub blank_title: &'static str,
    pub blank_text: &'static str,
    pub looking: &'static str,
    /// So many keys of so many.
    pub looked_at: fn(u64, u64) -> String,
    /// So many keys with so many places.
    pub found: fn(u64, u64) -> String,
    pub none: &'static str,
    /// Of so many keys that were looked at.
    pub none_text: fn(u64) -> String,
    pub stopped: &'static str,
    pub cut: fn(u64, u64) -> String,
    pub secret: fn(u64) -> String,
    pub binary: fn(u64) -> String,
    pub more_lines: fn(u32) -> String,
    /// So many keys.
    pub export: fn(u64) -> String,
    pub replace: &'static str,
    pub replace_with: &'static str,
    pub replace_hint: &'static str,
    pub replace_regex_hint: &'static str,
    pub replace_planning: &'static str,
}

/// Two folders side by side.
#[derive(Debug)]
#[expect(missing_docs, reason = "each name is its own English text, shortened")]
pub struct CompareMessages {
    pub title: &'static str,
    pub left: &'static str,
    pub right: &'static str,
    pub folder: &'static str,
    pub swap: &'static str,
    pub compare: &'static str,
    pub show: &'static str,
    pub show_unequal: &'static str,
    pub show_different: &'static str,
    pub show_left: &'static str,
    pub show_right: &'static str,
    pub show_equal: &'static str,
    pub show_all: &'static str,
    pub state: &'static str,
    pub state_different: &'static str,
    pub state_left: &'static str,
    pub state_right: &'static str,
    pub state_equal: &'static str,
    pub size_left: &'static str,
    pub size_right: &'static str,
    pub not_asked: &'static str,
    pub not_asked_text: &'static str,
    pub same_sides: &'static str,
    pub same_sides_text: &'static str,
    pub nothing: &'static str,
    pub nothing_text: &'static str,
    pub no_difference: &'static str,
    pub no_difference_text: fn(u64) -> String,
    pub none_shown: &'static str,
    pub secret: &'static str,
    pub secret_equal: &'static str,
    pub secret_differs: &'static str,
    /// The flags of both sides, written.
    pub secret_flags: fn(&str, &str) -> String,
    pub secret_left: &'static str,
    pub secret_right: &'static str,
    pub comparing: &'static str,
    pub totals: fn(u64, u64, u64) -> String,
    pub cut: fn(u64) -> String,
    pub select: fn(&str) -> String,
    pub select_all: &'static str,
    pub selected: fn(usize) -> String,
    pub promote: fn(&str) -> String,
    pub promote_planning: &'static str,
    pub promote_hint: &'static str,
    pub open_left: &'static str,
    pub open_right: &'static str,
    pub show_diff: &'static str,
}

/// Sessions and locks.
#[derive(Debug)]
#[expect(missing_docs, reason = "each name is its own English text, shortened")]
pub struct SessionsMessages {
    pub title: &'static str,
    pub id: &'static str,
    pub name: &'static str,
    pub node: &'static str,
    pub ttl: &'static str,
    pub behavior: &'static str,
    pub lock_delay: &'static str,
    pub checks: &'static str,
    pub keys: &'static str,
    pub no_name: &'static str,
    pub no_ttl: &'static str,
    pub release: &'static str,
    pub release_text: &'static str,
    pub delete: &'static str,
    pub delete_text: &'static str,
    pub filter_hint: &'static str,
    pub filter_help: &'static str,
    /// So many sessions, and so many keys that they hold, where that is known.
    pub totals: fn(usize, Option<usize>) -> String,
    pub empty: &'static str,
    pub empty_text: fn(&str) -> String,
    pub no_match: fn(usize) -> String,
    pub no_match_text: &'static str,
    pub holds_none: &'static str,
    /// Not every key was looked at, and none of those is held.
    pub holds_none_found: &'static str,
    /// It could not be read which keys are held.
    pub holds_unknown: &'static str,
    pub more_keys: fn(usize) -> String,
    /// So many more keys, as a button's name and as its list's.
    pub more_keys_spoken: fn(usize) -> String,
    /// So many keys of so many were looked at for locks.
    pub part_looked_at: fn(u64, u64) -> String,
    /// It could not be read which keys are held.
    pub locks_unknown: &'static str,
    /// It could not be read again which keys are held.
    pub locks_old: &'static str,
    pub invalidate: &'static str,
    pub invalidate_title: &'static str,
    /// So many more than are listed.
    pub and_more: fn(&str) -> String,
    pub invalidate_text: fn(&str, &str) -> String,
    pub invalidate_release: fn(usize) -> String,
    pub invalidate_delete: fn(usize) -> String,
    pub invalidate_none: &'static str,
    /// It is not known which keys the session holds, and they are released.
    pub invalidate_unknown_release: &'static str,
    /// It is not known which keys the session holds, and they are deleted.
    pub invalidate_unknown_delete: &'static str,
    /// Only so many keys of so many were looked at, and what is held is released.
    pub invalidate_part_release: fn(u64, u64) -> String,
    /// Only so many keys of so many were looked at, and what is held is deleted.
    pub invalidate_part_delete: fn(u64, u64) -> String,
    pub invalidate_for_good: &'static str,
    pub invalidate_delay: fn(&str) -> String,
    pub invalidated: &'static str,
    pub held_by: &'static str,
    pub held_warning: fn(&str, &str) -> String,
    pub held_text: &'static str,
    pub gone: &'static str,
}

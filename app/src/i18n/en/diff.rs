//! Comparisons in English.

use crate::i18n::DiffMessages;

/// Comparisons in English.
pub(in crate::i18n) static DIFF: DiffMessages = DiffMessages {
    label: "Differences",
    layout: "Layout",
    side_by_side: "Side by side",
    inline: "Inline",
    previous_change: "Previous change (p)",
    next_change: "Next change (n)",
    change_of: |here, count| match (here, count) {
        (0, 1) => "1 change".to_owned(),
        (0, count) => format!("{count} changes"),
        (here, count) => format!("{here} of {count}"),
    },
    unchanged_lines: |count| match count {
        1 => "1 unchanged line".to_owned(),
        count => format!("{count} unchanged lines"),
    },
    more_rows: |count| format!("Show more ({count} rows left)"),
    no_difference: "Both are the same.",
    removed: "removed",
    added: "added",
    not_text: |size| format!("Not text: {size} bytes"),
    only_flags: "The values are equal; the flags differ.",
    flags: |before, after| format!("Flags: {before} → {after}."),
    empty_value: "The key has an empty value on one side; on the other it does not exist.",
};

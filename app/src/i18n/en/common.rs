//! Words used everywhere.

use wire::health::Health;

use crate::i18n::CommonMessages;

pub(super) const COMMON: CommonMessages = CommonMessages {
    passing: "Passing",
    warning: "Warning",
    critical: "Critical",
    maintenance: "Maintenance",
    no_checks: "No checks",
    unreachable: "Unreachable",
    health: "Health",
    name: "Name",
    empty: "empty",
    tags: "Tags",
    version: "Version",
    address: "Address",
    checks: "Checks",
    meta: "Meta",
    key: "Key",
    value: "Value",
    datacenter: "Datacenter",
    all: "All",
    copy: "Copy",
    copied: "Copied",
    copy_failed: "The browser did not allow copying",
    close: "Close",
    cancel: "Cancel",
    try_again: "Try again",
    try_now: "Try now",
    loading: "Loading",
    filter: "Filter",
    clear_filter: "Clear filter",
    show_more: |count| format!("Show {count} more"),
    shown_of: |shown, total| format!("{shown} of {total} shown"),
    sort_by: |column| format!("Sort by {column}"),
    move_key: "move",
    open_key: "open",
    filter_key: "filter",
    all_keys: "all keys",
    views: "Views",
    path: "Path",
    status: "Status",
    none: "none",
    counts: |counts| {
        let parts: Vec<String> = Health::WORST_FIRST
            .into_iter()
            .filter(|health| counts.get(*health) > 0)
            .map(|health| {
                let count = counts.get(health);
                match health {
                    Health::Critical => format!("{count} critical"),
                    Health::Warning => format!("{count} warning"),
                    Health::Maintenance => format!("{count} in maintenance"),
                    Health::Passing => format!("{count} passing"),
                    Health::None => format!("{count} without checks"),
                }
            })
            .collect();
        if parts.is_empty() {
            "none".to_owned()
        } else {
            parts.join(", ")
        }
    },
    seconds: |seconds| format!("{seconds} s"),
    unknown_field: |field, known| format!("There is no field {field}: here. Fields: {known}"),
    missing_value: |field| format!("{field}: needs a value right behind it, such as {field}:x"),
    unknown_value: |field, value, known| format!("{field}: is never {value}. Values: {known}"),
    open_quote: "A quote (\") is not closed",
    read_only: "Read-only",
    more_tags: |count| format!("{count} more tags"),
    more: "More",
    rows: "Rows",
    rows_before: "Rows before",
    rows_after: "Rows after",
    rows_changed: |count| {
        if count == 1 {
            "1 row changed".to_owned()
        } else {
            format!("{count} rows changed")
        }
    },
    ago: |seconds| match seconds {
        0..5 => "just now".to_owned(),
        5..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    },
};

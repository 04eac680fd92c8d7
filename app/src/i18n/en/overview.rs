//! The overview.

use crate::i18n::OverviewMessages;

pub(super) const OVERVIEW: OverviewMessages = OverviewMessages {
    title: "Overview",
    leader: "Leader",
    quorum: "Servers",
    nodes: "Nodes",
    services: "Services",
    last_hour: "Failing services, last hour",
    no_leader: "No leader",
    leads_for: |time, longer| {
        if longer {
            format!("for {time} or longer")
        } else {
            format!("for {time}")
        }
    },
    servers: |alive, all| format!("{alive} of {all} alive"),
    may_fail: |servers| match servers {
        0 => "none may fail".to_owned(),
        servers => format!("{servers} may fail"),
    },
    no_quorum: "no quorum",
    not_known: "not known",
    failed: |names| format!("failed: {names}"),
    left: |names| format!("left: {names}"),
    members_unknown: |why| format!("Members are not known: {why}"),
    not_seen: "not seen in this hour",
    worst: |failing| match failing {
        0 => "none failed".to_owned(),
        failing => format!("up to {failing} at once"),
    },
    worst_unseen: |worst, time| format!("{worst}; not seen for {time}"),
    worst_since: |worst, time| format!("{worst} in {time}"),
    critical_now: "Critical now",
    nothing_critical: "Nothing is critical",
    nothing_critical_text: "Services and nodes appear here as soon as a check fails.",
    recent_changes: "Recent changes of keys",
    more_critical: |count| format!("and {count} more"),
    duration: |seconds| match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    },
};

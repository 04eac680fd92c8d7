//! What the overview has to say.

/// The overview.
#[derive(Debug)]
#[expect(missing_docs, reason = "each name is its own English text, shortened")]
pub struct OverviewMessages {
    pub title: &'static str,
    pub leader: &'static str,
    pub quorum: &'static str,
    pub nodes: &'static str,
    pub services: &'static str,
    pub last_hour: &'static str,
    pub no_leader: &'static str,
    /// For how long; whether it can be longer.
    pub leads_for: fn(&str, bool) -> String,
    /// So many servers of so many.
    pub servers: fn(u32, u32) -> String,
    pub may_fail: fn(u32) -> String,
    pub no_quorum: &'static str,
    pub not_known: &'static str,
    pub failed: fn(&str) -> String,
    pub left: fn(&str) -> String,
    pub members_unknown: fn(&str) -> String,
    pub not_seen: &'static str,
    pub worst: fn(u32) -> String,
    /// What `worst` says; for how long nothing was seen.
    pub worst_unseen: fn(&str, &str) -> String,
    /// What `worst` says; for how long there is something to say it of.
    pub worst_since: fn(&str, &str) -> String,
    pub critical_now: &'static str,
    pub nothing_critical: &'static str,
    pub nothing_critical_text: &'static str,
    pub more_critical: fn(usize) -> String,
    pub recent_changes: &'static str,
    /// A number of seconds, in its largest unit.
    pub duration: fn(u64) -> String,
}

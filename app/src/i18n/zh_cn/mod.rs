//! Simplified Chinese.

mod changes;
mod common;
mod diff;
mod history;
mod kv;
mod overview;
mod pages;
mod problem;
mod shell;
mod tools;

use super::Messages;

pub(super) static MESSAGES: Messages = Messages {
    common: common::COMMON,
    shell: shell::SHELL,
    problem: problem::PROBLEM,
    services: pages::SERVICES,
    nodes: pages::NODES,
    kv: kv::KV,
    diff: diff::DIFF,
    overview: overview::OVERVIEW,
    tools: tools::TOOLS,
    search: tools::SEARCH,
    compare: tools::COMPARE,
    sessions: tools::SESSIONS,
    changes: changes::CHANGES,
    history: history::HISTORY,
};

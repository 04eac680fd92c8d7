//! Simplified Chinese.

pub(super) mod changes;
mod common;
pub(super) mod diff;
pub(super) mod edit;
pub(super) mod folder;
pub(super) mod history;
pub(super) mod kv;
mod overview;
mod pages;
mod problem;
pub(super) mod seldom;
mod shell;
pub(super) mod tools;
pub(super) mod versions;

use super::{Apart, Language, Messages};

pub(super) static MESSAGES: Messages = Messages {
    common: common::COMMON,
    shell: shell::SHELL,
    problem: problem::PROBLEM,
    services: pages::SERVICES,
    nodes: pages::NODES,
    kv: Apart::of(Language::ZhCn),
    folder: Apart::of(Language::ZhCn),
    edit: Apart::of(Language::ZhCn),
    seldom: Apart::of(Language::ZhCn),
    versions: Apart::of(Language::ZhCn),
    diff: Apart::of(Language::ZhCn),
    overview: overview::OVERVIEW,
    tools: tools::TOOLS,
    search: Apart::of(Language::ZhCn),
    compare: Apart::of(Language::ZhCn),
    sessions: Apart::of(Language::ZhCn),
    changes: Apart::of(Language::ZhCn),
    history: Apart::of(Language::ZhCn),
};

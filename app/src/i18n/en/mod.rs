//! English.

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
    kv: Apart::of(Language::En),
    folder: Apart::of(Language::En),
    edit: Apart::of(Language::En),
    seldom: Apart::of(Language::En),
    versions: Apart::of(Language::En),
    diff: Apart::of(Language::En),
    overview: overview::OVERVIEW,
    tools: tools::TOOLS,
    search: Apart::of(Language::En),
    compare: Apart::of(Language::En),
    sessions: Apart::of(Language::En),
    changes: Apart::of(Language::En),
    history: Apart::of(Language::En),
};

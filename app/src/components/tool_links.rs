//! The ways to the tools of the configuration centre.

use leptos::prelude::*;

use super::Icon;
use crate::{
    i18n::{ToolsMessages, use_t},
    routes::{self, Tool},
    state::use_settings,
};

/// A tool's place among the links: which, its icon, its name, and how its address names a folder.
type Line = (Tool, &'static str, fn(&ToolsMessages) -> &'static str, bool);

const LINES: [Line; 5] = [
    (Tool::Search, "search", |t| t.search, true),
    (Tool::Compare, "columns", |t| t.compare, true),
    (Tool::History, "timeline", |t| t.history, true),
    (Tool::Import, "export", |t| t.import, true),
    (Tool::Sessions, "sessions", |t| t.sessions, false),
];

/// A link to each tool, for what is below `folder`.
#[component]
pub fn ToolLinks(
    /// Datacenter.
    dc: String,
    /// The folder, with its `/`; empty for the whole store.
    #[prop(optional, into)]
    folder: String,
    /// The tool whose page this is.
    #[prop(optional_no_strip)]
    here: Option<Tool>,
) -> impl IntoView {
    let t = use_t();
    let read_only = use_settings().read_only;
    let links = LINES
        .iter()
        .filter(|(tool, ..)| !(read_only && *tool == Tool::Import))
        .map(|(tool, icon, name, is_below)| {
            let query = [("prefix", folder.as_str())];
            let href = routes::tool(&dc, *tool, if *is_below { &query } else { &[] });
            let current = (here == Some(*tool)).then_some("page");
            view! {
                <a class="button is-quiet is-small" href=href aria-current=current>
                    <Icon name=icon/>
                    {name(&t.tools)}
                </a>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! { <nav class="tool-links" aria-label=t.tools.tools>{links}</nav> }.into_any()
}

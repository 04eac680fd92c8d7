//! Side navigation, and the dock that takes its place on narrow screens.

use leptos::prelude::*;
use wire::health::Health;

use super::{BrandMark, datacenter_picker::DatacenterButton, section_links, use_datacenters};
use crate::{
    components::{HealthGlyph, dynamic},
    i18n::use_t,
    routes,
};

/// Side navigation.
#[component]
pub fn SideBar(
    /// The datacenter of the page.
    dc: Memo<Option<String>>,
) -> impl IntoView {
    let t = use_t();
    view! {
        <aside class="side-bar">
            <a class="brand" href=routes::home()><BrandMark/><b>"waggle"</b></a>
            <DatacenterButton dc/>
            <nav class="main-navigation" aria-label=t.shell.main_navigation>
                {section_links(dc, false)}
            </nav>
            <AgentLine dc/>
        </aside>
    }
}

/// Navigation at the bottom of narrow screens.
#[component]
pub fn Dock(
    /// The datacenter of the page.
    dc: Memo<Option<String>>,
) -> impl IntoView {
    let t = use_t();
    view! {
        <nav class="dock" aria-label=t.shell.main_navigation>{section_links(dc, true)}</nav>
    }
}

/// Which agent answers for the page's datacenter, and its Consul's version.
#[component]
fn AgentLine(
    /// The datacenter of the page.
    dc: Memo<Option<String>>,
) -> impl IntoView {
    let t = use_t();
    let live = use_datacenters();
    let line = move || {
        let failed = live.problem.with(Option::is_some);
        let text = live.data.with(|data| {
            data.as_ref().map(|data| {
                let agent = dc.with(|dc| data.agent_of(dc.as_deref()))?;
                let name = if agent.node.is_empty() {
                    &agent.address
                } else {
                    &agent.node
                };
                let via = (t.shell.via)(name);
                let line = if agent.version.is_empty() {
                    via
                } else {
                    format!("Consul {} · {via}", agent.version)
                };
                Some((line, (t.shell.agent_hint)(&agent.address)))
            })
        });
        match text {
            Some(Some((line, hint))) if !failed => {
                view! { <HealthGlyph health=Health::Passing/><small title=hint>{line}</small> }
                    .into_any()
            }
            None if !failed => ().into_any(),
            _ => view! { <HealthGlyph health=Health::Critical/><small>{t.shell.no_agent}</small> }
                .into_any(),
        }
    };
    view! { <footer>{dynamic(line)}</footer> }.into_any()
}

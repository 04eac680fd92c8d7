//! The frame round every page. May import components, live, state, i18n, routes.

pub mod datacenter_picker;
pub mod keyboard;
pub mod side_bar;
pub mod top_bar;

use leptos::prelude::*;
use wire::{
    datacenters::{ALL, Datacenters},
    live::Topic,
};

use crate::{
    api,
    components::{Icon, PageHead, ProblemView, SkeletonRows, ToastList, dynamic},
    effect::effect,
    i18n::use_t,
    live::{Live, use_live},
    navigation::use_navigation,
    routes,
    state::use_settings,
};

/// The datacenters that the agent knows, shared by the frame and the pages.
///
/// # Panics
/// Outside of `App`.
#[must_use]
pub fn use_datacenters() -> Live<Datacenters> {
    expect_context()
}

/// Puts the shared data in place, once, in `App`.
pub fn provide() {
    let live = use_live::<Datacenters>(Topic::datacenters(), api::datacenters());
    provide_context(live);
}

/// The datacenter of the page: the address's, else the agent's own.
fn use_datacenter() -> Memo<Option<String>> {
    let navigation = use_navigation();
    let datacenters = use_datacenters().data;
    Memo::new(move |_| {
        let (place, _) = routes::parse(&navigation.path());
        place
            .dc()
            .map(str::to_owned)
            .or_else(|| datacenters.with(|data| Some(local(data.as_deref()?)?.to_owned())))
    })
}

fn local(datacenters: &Datacenters) -> Option<&str> {
    datacenters
        .items
        .iter()
        .find(|datacenter| datacenter.local)
        .or(datacenters.items.first())
        .map(|datacenter| datacenter.name.as_str())
}

/// Where keys are shown from a page of this datacenter: keys of all at once there are none.
fn datacenter_of_keys(dc: &str, datacenters: Option<&Datacenters>) -> Option<String> {
    if dc == ALL {
        local(datacenters?).map(str::to_owned)
    } else {
        Some(dc.to_owned())
    }
}

/// The frame.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    let t = use_t();
    let dc = use_datacenter();
    let help = RwSignal::new(false);
    keyboard::listen(dc, help);
    view! {
        <a class="skip-link" href="#main">{t.shell.skip}</a>
        <div class="app-frame">
            <side_bar::SideBar dc/>
            <div class="app-main">
                <top_bar::TopBar dc/>
                <DemoBanner/>
                <main id="main" class="app-main" tabindex="-1">{children()}</main>
            </div>
            <side_bar::Dock dc/>
        </div>
        <datacenter_picker::DatacenterMenu dc/>
        <keyboard::KeyboardHelp open=help/>
        <ToastList/>
    }
}

/// Says that the cluster is made up, and how to see one's own.
#[component]
fn DemoBanner() -> impl IntoView {
    let t = use_t();
    use_settings().demo.then(|| {
        view! {
            <div class="page-banner" role="note">
                <b>{t.shell.demo}</b>
                <span>{t.shell.demo_text}</span>
                <span class="wide-only">{t.shell.demo_own} <code>{t.shell.demo_how}</code></span>
            </div>
        }
        .into_any()
    })
}

/// The way from `/` to the local datacenter.
#[component]
pub fn Home() -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let live = use_datacenters();
    effect(move || {
        if let Some(dc) = live
            .data
            .with(|data| Some(local(data.as_deref()?)?.to_owned()))
        {
            navigation.replace(&routes::services(&dc));
        }
    });
    let head = view! { <PageHead title=t.services.title/> };
    let body = dynamic(move || match live.problem.get() {
        Some(problem) => {
            view! { <ProblemView problem retry=Callback::new(move |()| live.reload())/> }.into_any()
        }
        None => {
            view! { <table class="data-table"><SkeletonRows widths=&[30, 60, 20, 40]/></table> }
                .into_any()
        }
    });
    view! {
        {head}
        {body}
    }
}

/// The mark of waggle: a comb cell and the bee's dance in it.
#[component]
fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 22 22" aria-hidden="true">
            <path
                d="M11 .8 19.8 5.9v10.2L11 21.2l-8.8-5.1V5.9z"
                fill="currentColor"
                stroke="currentColor"
                stroke-width="1.2"
                stroke-linejoin="round"
            ></path>
            <path
                class="brand-dance"
                transform="rotate(-30 11 11)"
                d="M11 11c-1.5-2-2.7-2.7-3.9-2.7a2.7 2.7 0 0 0 0 5.4c1.2 0 2.4-.7 3.9-2.7s2.7-2.7 3.9-2.7a2.7 2.7 0 0 1 0 5.4c-1.2 0-2.4-.7-3.9-2.7z"
            ></path>
        </svg>
    }
}

/// A line of the navigation.
struct Section {
    icon: &'static str,
    label: fn(&crate::i18n::ShellMessages) -> &'static str,
    short: fn(&crate::i18n::ShellMessages) -> &'static str,
    href: fn(&str) -> String,
    /// All datacenters have it on one page.
    everywhere: bool,
    is_current: fn(&routes::Place) -> bool,
}

/// What the navigation leads to: only what works.
const SECTIONS: [Section; 5] = [
    Section {
        icon: "overview",
        label: |t| t.overview,
        short: |t| t.overview,
        href: routes::overview,
        everywhere: true,
        is_current: |place| matches!(place, routes::Place::Overview { .. }),
    },
    Section {
        icon: "services",
        label: |t| t.services,
        short: |t| t.services,
        href: routes::services,
        everywhere: true,
        is_current: |place| {
            matches!(
                place,
                routes::Place::Home
                    | routes::Place::Services { .. }
                    | routes::Place::Service { .. }
                    | routes::Place::Instance { .. }
            )
        },
    },
    Section {
        icon: "nodes",
        label: |t| t.nodes,
        short: |t| t.nodes,
        href: routes::nodes,
        everywhere: true,
        is_current: |place| {
            matches!(
                place,
                routes::Place::Nodes { .. } | routes::Place::Node { .. }
            )
        },
    },
    Section {
        icon: "kv",
        label: |t| t.kv,
        short: |t| t.kv_short,
        href: |dc| routes::kv(dc, ""),
        everywhere: false,
        is_current: |place| match place {
            routes::Place::Tool { tool, .. } => *tool != routes::Tool::History,
            place => matches!(place, routes::Place::Kv { .. }),
        },
    },
    Section {
        icon: "timeline",
        label: |t| t.history,
        short: |t| t.history,
        href: |dc| routes::tool(dc, routes::Tool::History, &[]),
        everywhere: true,
        is_current: |place| {
            let history = routes::Tool::History;
            matches!(place, routes::Place::Tool { tool, .. } if *tool == history)
        },
    },
];

/// The links of the navigation, for the side bar or the dock.
fn section_links(dc: Memo<Option<String>>, short: bool) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let datacenters = use_datacenters().data;
    SECTIONS
        .iter()
        .map(|section| {
            let href = move || {
                let dc = dc.get().and_then(|dc| {
                    if section.everywhere {
                        return Some(dc);
                    }
                    datacenters.with(|data| datacenter_of_keys(&dc, data.as_deref()))
                });
                dc.as_deref().map_or_else(routes::home, section.href)
            };
            let current =
                Memo::new(move |_| (section.is_current)(&routes::parse(&navigation.path()).0));
            let label = dynamic(move || {
                let words = &t.shell;
                if short {
                    (section.short)(words)
                } else {
                    (section.label)(words)
                }
            });
            view! {
                <a href=href aria-current=move || current.get().then_some("page")>
                    <Icon name=section.icon/>
                    {label}
                </a>
            }
            .into_any()
        })
        .collect::<Vec<_>>()
        .into_any()
}

//! One node: its service instances, its checks, meta.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    checks::Check,
    live::{Subject, Topic},
    nodes::NodeDetail,
};

use super::instances::{self, InstancesTab};
use crate::{
    api,
    components::{
        Blank, CheckList, CopyButton, Crumb, HealthGlyph, HealthWord, HiddenNote, PageFoot,
        PageHead, PairList, ProblemNote, ProblemView, SkeletonRows, TabItem, Tabs, WaitingNote,
        check_facts, dynamic,
    },
    effect::effect,
    i18n::use_t,
    live::{Live, Marks, Stage, use_live},
    pages::{
        listing::{List, announcement},
        not_found::MissingView,
        order,
    },
    routes,
};

/// Where the node is: datacenter and name.
type At = StoredValue<(String, String)>;

/// One node.
#[component]
pub fn NodePage(
    /// Datacenter.
    dc: String,
    /// Its name.
    name: String,
    /// The tab shown; empty for the first.
    tab: Memo<String>,
) -> impl IntoView {
    let t = use_t();
    let url = api::node(&dc, &name);
    let topic = Topic::new(Subject::Node(name.clone()), &*dc);
    let live = use_live::<NodeDetail>(topic, url);
    let on_checks = Memo::new(move |_| tab.with(|tab| tab == "checks"));
    // together with the rest, not after it
    let list = (!on_checks.get_untracked()).then(|| instances::open(&dc, &name));
    let at: At = StoredValue::new((dc, name));
    let stage = live.stage();
    let body = dynamic(move || match stage.get() {
        Stage::Missing => {
            let (dc, name) = at.get_value();
            let list = routes::nodes(&dc);
            let list_label = t.problem.all_nodes;
            view! { <MissingView name dc list list_label/> }.into_any()
        }
        Stage::Problem => {
            let retry = Callback::new(move |()| live.reload());
            live.problem
                .get_untracked()
                .map(|problem| view! { <ProblemView problem retry/> }.into_any())
                .into_any()
        }
        Stage::Loading => view! {
            <WaitingNote waiting=live.loading/>
            <table class="data-table"><SkeletonRows widths=&[60, 70, 30, 60]/></table>
        }
        .into_any(),
        Stage::Data => data_view(live, at, on_checks, list).into_any(),
    });
    let crumbs = Signal::derive(move || {
        let href = at.with_value(|(dc, _)| routes::nodes(dc));
        vec![Crumb {
            label: t.nodes.title.to_owned(),
            href,
        }]
    });
    let glyph = move || {
        live.data.with(|data| {
            data.as_ref()
                .filter(|_| stage.get() != Stage::Missing)
                .map(|data| view! { <HealthGlyph health=data.health large=true/> }.into_any())
        })
    };
    let foot = move || {
        live.data.with(
            |data| match data.as_ref().filter(|_| stage.get() != Stage::Missing) {
                Some(data) => (t.nodes.detail_totals)(
                    data.instance_health.total() as usize,
                    data.checks.len(),
                    &data.node.node,
                ),
                None => String::new(),
            },
        )
    };
    view! {
        <PageHead title=at.with_value(|(_, name)| name.clone()) glyph=glyph crumbs/>
        {body}
        <PageFoot text=Signal::derive(foot) list=true/>
    }
}

fn data_view(
    live: Live<NodeDetail>,
    at: At,
    on_checks: Memo<bool>,
    list: Option<List>,
) -> impl IntoView {
    let t = use_t();
    let detail = Memo::new(move |before: Option<&Arc<NodeDetail>>| {
        live.data
            .get()
            .or_else(|| before.cloned())
            .unwrap_or_default()
    });
    let hidden = Memo::new(move |_| detail.with(|detail| detail.filtered_by_acl));
    let items = Signal::derive(move || {
        let (instances, checks) =
            detail.with(|detail| (detail.instance_health.total() as usize, detail.checks.len()));
        let (dc, name) = at.get_value();
        vec![
            TabItem {
                label: t.services.tab_instances,
                count: Some(instances),
                href: routes::node(&dc, &name),
                current: !on_checks.get(),
            },
            TabItem {
                label: t.nodes.node_checks,
                count: Some(checks),
                href: routes::node_tab(&dc, &name, "checks"),
                current: on_checks.get(),
            },
        ]
    });
    let sorted = Memo::new(move |_| detail.with(|detail| sorted(&detail.checks)));
    let marks = Marks::none();
    effect(move || marks.compare(sorted.with(|checks| check_facts(checks))));
    let body = dynamic(move || {
        if on_checks.get() {
            view! {
                <ProblemNote
                    problem=live.problem
                    arrived=live.arrived
                    retry=Callback::new(move |()| live.reload())
                />
                <HiddenNote hidden/>
                {announcement(t, marks)}
                {checks(sorted, marks)}
            }
            .into_any()
        } else {
            // what is the matter with the data the list says itself
            let open = || at.with_value(|(dc, name)| instances::open(dc, name));
            let list = list.unwrap_or_else(open);
            view! { <InstancesTab list/> }.into_any()
        }
    });
    view! {
        {move || summary(&detail.get(), at)}
        <Tabs items/>
        <div class="split">
            <div>{body}</div>
            <aside class="rail">{move || rail(&detail.get())}</aside>
        </div>
    }
}

fn summary(detail: &NodeDetail, at: At) -> AnyView {
    let t = use_t();
    let (leader, server) = (detail.leader, detail.server);
    let role = dynamic(move || at.with_value(|(dc, _)| (t.nodes.role_in)(leader, server, dc)));
    let version = detail.version.clone().map(|version| {
        view! { <span class="separator-dot"></span><span>{format!("Consul {version}")}</span> }
            .into_any()
    });
    let address = detail.node.address.clone();
    view! {
        <div class="page-summary">
            <HealthWord health=detail.health/>
            <span class="separator-dot"></span>
            <span class="mono">{address.clone()}</span>
            <CopyButton text=address/>
            <span class="separator-dot"></span>
            <span>{role}</span>
            {version}
        </div>
    }
    .into_any()
}

fn checks(checks: Memo<Vec<Check>>, marks: Marks) -> AnyView {
    let t = use_t();
    let is_empty = Memo::new(move |_| checks.with(Vec::is_empty));
    let body = dynamic(move || {
        if is_empty.get() {
            let title = t.nodes.no_checks;
            let text = t.nodes.no_checks_text;
            return view! { <Blank icon="stale" title text/> }.into_any();
        }
        view! { <CheckList checks marks class="check-list is-padded"/> }.into_any()
    });
    body.into_any()
}

/// The worst first.
fn sorted(checks: &[Check]) -> Vec<Check> {
    order::sorted(checks, |a, b| b.health().cmp(&a.health()))
}

fn rail(detail: &NodeDetail) -> AnyView {
    let t = use_t();
    let node = &detail.node;
    let mut addresses = Vec::new();
    if !node.id.is_empty() {
        addresses.push((t.nodes.node_id.to_owned(), node.id.clone()));
    }
    addresses.push((t.common.address.to_owned(), node.address.clone()));
    addresses.extend(node.tagged_addresses.clone());
    let meta: Vec<_> = node.meta.clone().into_iter().collect();
    [(t.services.addresses, addresses), (t.common.meta, meta)]
        .into_iter()
        .filter(|(_, pairs)| !pairs.is_empty())
        .map(|(title, pairs)| {
            view! {
                <section>
                    <div class="section-head"><h2>{title}</h2></div>
                    <PairList pairs/>
                </section>
            }
            .into_any()
        })
        .collect::<Vec<_>>()
        .into_any()
}

//! One node: its service instances, its checks, meta.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    instances::Instance,
    live::{Subject, Topic},
    nodes::NodeDetail,
};

use crate::{
    api,
    components::{
        Blank, CheckOutput, CheckSquares, CopyButton, Crumb, HealthGlyph, HealthWord, HiddenNote,
        MoreRows, PageFoot, PageHead, PairList, ProblemNote, ProblemView, SkeletonRows, TabItem,
        Tabs, dynamic, split_name,
    },
    i18n::use_t,
    live::{Live, Stage, use_live},
    pages::{not_found::MissingView, order},
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
        Stage::Loading => {
            view! { <table class="data-table"><SkeletonRows widths=&[60, 70, 30, 60]/></table> }
                .into_any()
        }
        Stage::Data => data_view(live, at, tab).into_any(),
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
                    data.instances.len(),
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

fn data_view(live: Live<NodeDetail>, at: At, tab: Memo<String>) -> impl IntoView {
    let t = use_t();
    let detail = Memo::new(move |before: Option<&Arc<NodeDetail>>| {
        live.data
            .get()
            .or_else(|| before.cloned())
            .unwrap_or_default()
    });
    let hidden = Memo::new(move |_| detail.with(|detail| detail.filtered_by_acl));
    let on_checks = Memo::new(move |_| tab.with(|tab| tab == "checks"));
    let items = Signal::derive(move || {
        let (instances, checks) =
            detail.with(|detail| (detail.instances.len(), detail.checks.len()));
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
    let body = dynamic(move || {
        if on_checks.get() {
            checks(&detail.get())
        } else {
            instances(detail, at).into_any()
        }
    });
    view! {
        {move || summary(&detail.get(), at)}
        <ProblemNote
            problem=live.problem
            arrived=live.arrived
            retry=Callback::new(move |()| live.reload())
        />
        <HiddenNote hidden/>
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

fn instances(detail: Memo<Arc<NodeDetail>>, at: At) -> impl IntoView {
    let t = use_t();
    let more = MoreRows::new();
    let total = Signal::derive(move || detail.with(|detail| detail.instances.len()));
    let empty = Memo::new(move |_| total.get() == 0);
    let rows = move || {
        let dc = at.with_value(|(dc, _)| dc.clone());
        detail.with(|detail| {
            detail
                .instances
                .iter()
                .take(more.limit())
                .map(|instance| instance_row(&dc, instance))
                .collect::<Vec<_>>()
        })
    };
    dynamic(move || {
        if empty.get() {
            let title = t.nodes.no_instances;
            let text = t.nodes.no_instances_text;
            return view! { <Blank icon="services" title text/> }.into_any();
        }
        view! {
            <table class="data-table is-folding node-instances-table">
                <colgroup>
                    <col class="column-service"/>
                    <col class="column-id column-secondary"/>
                    <col class="column-port"/>
                    <col class="column-health"/>
                </colgroup>
                <thead>
                    <tr>
                        <th scope="col">{t.services.service}</th>
                        <th scope="col" class="column-secondary">{t.services.id}</th>
                        <th scope="col">{t.services.port}</th>
                        <th scope="col">{t.common.health}</th>
                    </tr>
                </thead>
                <tbody>{dynamic(rows)}</tbody>
            </table>
            {more.button(total)}
        }
        .into_any()
    })
}

fn instance_row(dc: &str, instance: &Instance) -> AnyView {
    let service = &instance.service;
    let (prefix, last) = split_name(&service.service);
    let href = routes::instance(dc, &service.service, &instance.node.node, &service.id);
    // the service stands beside it: the eye needs the rest of the ID
    let short_id = match service.id.strip_prefix(&service.service) {
        Some(rest) if !rest.is_empty() => format!("…{rest}"),
        _ => service.id.clone(),
    };
    let port = if service.port == 0 {
        String::new()
    } else {
        format!(":{}", service.port)
    };
    view! {
        <tr>
            <td data-fold="1">
                <a class="row-name" data-row-link="" href=href title=service.service.clone()>
                    <i>{prefix}</i>
                    {last}
                </a>
            </td>
            <td class="mono text-secondary column-secondary" title=service.id.clone()>{short_id}</td>
            <td class="mono text-secondary" data-fold="2">{port}</td>
            <td data-fold="3">
                <span class="health-cell">
                    <HealthWord health=instance.health/>
                    <CheckSquares checks=instance.checks.clone()/>
                </span>
            </td>
        </tr>
    }
    .into_any()
}

fn checks(detail: &NodeDetail) -> AnyView {
    let t = use_t();
    if detail.checks.is_empty() {
        let title = t.nodes.no_checks;
        let text = t.nodes.no_checks_text;
        return view! { <Blank icon="stale" title text/> }.into_any();
    }
    let list: Vec<_> = order::sorted(&detail.checks, |a, b| b.health().cmp(&a.health()))
        .into_iter()
        .map(|check| view! { <CheckOutput check/> }.into_any())
        .collect();
    view! { <div class="check-list is-padded">{list}</div> }.into_any()
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

//! One instance: its checks with their output, tags, meta, addresses, weights.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    checks::Check,
    instances::Instance,
    live::{Subject, Topic},
};

use crate::{
    api,
    components::{
        Blank, CheckList, CopyButton, Crumb, HealthGlyph, HealthWord, PageFoot, PageHead, PairList,
        ProblemNote, ProblemView, WaitingNote, check_facts, dynamic,
    },
    effect::effect,
    i18n::{number, use_t},
    live::{Live, Marks, Stage, use_live},
    pages::{listing::announcement, not_found::MissingView, order, services::DecodedTags},
    routes,
};

/// Where the instance is: datacenter, service, node, ID.
type At = StoredValue<[String; 4]>;

/// One instance.
#[component]
pub fn InstancePage(
    /// Datacenter.
    dc: String,
    /// The service's name.
    name: String,
    /// Its node.
    node: String,
    /// Its ID.
    id: String,
) -> impl IntoView {
    let t = use_t();
    let url = api::instance(&dc, &name, &node, &id);
    let topic = Topic::new(Subject::Service(name.clone()), &*dc);
    let live = use_live::<Instance>(topic, url);
    let at: At = StoredValue::new([dc, name, node, id]);
    let title = at.with_value(|[_, _, _, id]| id.clone());
    let stage = live.stage();
    let body = dynamic(move || match stage.get() {
        Stage::Missing => {
            let [dc, name, _, id] = at.get_value();
            let list = routes::service(&dc, &name);
            view! { <MissingView name=id dc list list_label=name/> }.into_any()
        }
        Stage::Problem => {
            let retry = Callback::new(move |()| live.reload());
            live.problem
                .get_untracked()
                .map(|problem| view! { <ProblemView problem retry/> }.into_any())
                .into_any()
        }
        Stage::Loading => view! { <WaitingNote waiting=live.loading/> }.into_any(),
        Stage::Data => data_view(live, at).into_any(),
    });
    let crumbs = Signal::derive(move || {
        at.with_value(|[dc, name, ..]| {
            vec![
                Crumb {
                    label: t.services.title.to_owned(),
                    href: routes::services(dc),
                },
                Crumb {
                    label: name.clone(),
                    href: routes::service(dc, name),
                },
            ]
        })
    });
    let glyph = move || {
        live.data.with(|data| {
            data.as_ref()
                .filter(|_| stage.get() != Stage::Missing)
                .map(|data| view! { <HealthGlyph health=data.health large=true/> }.into_any())
        })
    };
    let foot = at.with_value(|[dc, name, node, _]| format!("{name} · {node} · {dc}"));
    view! {
        <PageHead title=title.clone() glyph=glyph crumbs>
            <CopyButton text=title/>
        </PageHead>
        {body}
        <PageFoot text=foot/>
    }
}

fn data_view(live: Live<Instance>, at: At) -> impl IntoView {
    let instance = Memo::new(move |before: Option<&Arc<Instance>>| {
        live.data
            .get()
            .or_else(|| before.cloned())
            .unwrap_or_default()
    });
    let sorted = Memo::new(move |_| instance.with(|instance| sorted(&instance.checks)));
    let marks = Marks::none();
    effect(move || marks.compare(sorted.with(|checks| check_facts(checks))));
    view! {
        {move || summary(&instance.get(), at)}
        <ProblemNote
            problem=live.problem
            arrived=live.arrived
            retry=Callback::new(move |()| live.reload())
        />
        {announcement(use_t(), marks)}
        <div class="split has-top-line">
            <div>{checks(sorted, marks)} {move || tags(&instance.get())}</div>
            <aside class="rail">{move || rail(&instance.get())}</aside>
        </div>
    }
}

fn summary(instance: &Instance, at: At) -> AnyView {
    let t = use_t();
    let [dc, _, node, _] = at.get_value();
    let address = match instance.service.port {
        0 => instance.address().to_owned(),
        port => format!("{}:{port}", instance.address()),
    };
    let version = instance.version().map(|version| {
        let version = version.to_owned();
        view! {
            <span class="separator-dot"></span>
            <span>{t.common.version}" "<b>{version}</b></span>
        }
        .into_any()
    });
    let kind = (!instance.service.kind.is_empty())
        .then(|| view! { <span class="badge">{instance.service.kind.clone()}</span> }.into_any());
    view! {
        <div class="page-summary">
            <HealthWord health=instance.health/>
            <span class="separator-dot"></span>
            <a href=routes::node(&dc, &node)>{node.clone()}</a>
            <span class="separator-dot"></span>
            <span class="mono">{address}</span>
            {version}
            {kind}
        </div>
    }
    .into_any()
}

fn checks(checks: Memo<Vec<Check>>, marks: Marks) -> AnyView {
    let t = use_t();
    let is_empty = Memo::new(move |_| checks.with(Vec::is_empty));
    let body = dynamic(move || {
        if is_empty.get() {
            let title = t.services.no_checks_title;
            let text = t.services.no_checks_text;
            return view! { <Blank icon="stale" title text/> }.into_any();
        }
        view! {
            <section>
                <div class="section-head is-padded">
                    <h2>{t.common.checks}</h2>
                    <span class="text-tertiary">{move || checks.with(Vec::len)}</span>
                </div>
                <CheckList checks marks class="check-list" has_place=true/>
            </section>
        }
        .into_any()
    });
    body.into_any()
}

/// The worst first; of the same state, the service's own before the node's.
fn sorted(checks: &[Check]) -> Vec<Check> {
    order::sorted(checks, |a, b| {
        let order = b.health().cmp(&a.health());
        order.then_with(|| a.service_id.is_empty().cmp(&b.service_id.is_empty()))
    })
}

fn tags(instance: &Instance) -> AnyView {
    let t = use_t();
    let plain: Vec<_> = instance
        .plain_tags()
        .map(|tag| view! { <span class="tag">{tag.to_owned()}</span> }.into_any())
        .collect();
    let decoded = instance
        .micro
        .as_ref()
        .map(|micro| micro.tags.clone())
        .filter(|tags| !tags.is_empty());
    let plain = (!plain.is_empty()).then(|| {
        view! {
            <section class="page-section">
                <div class="section-head"><h2>{t.common.tags}</h2></div>
                <div class="tag-list">{plain}</div>
            </section>
        }
        .into_any()
    });
    let decoded = decoded.map(|tags| {
        view! { <section class="page-section"><DecodedTags tags/></section> }.into_any()
    });
    view! {
        {plain}
        {decoded}
    }
    .into_any()
}

fn rail(instance: &Instance) -> AnyView {
    let t = use_t();
    let service = &instance.service;
    let mut addresses = vec![(t.services.node.to_owned(), instance.node.address.clone())];
    if !service.address.is_empty() {
        addresses.push((t.services.service.to_owned(), service.address.clone()));
    }
    if service.port != 0 {
        addresses.push((t.services.port.to_owned(), service.port.to_string()));
    }
    addresses.extend(service.tagged_addresses.iter().map(|(name, address)| {
        let text = match address.port {
            0 => address.address.clone(),
            port => format!("{}:{port}", address.address),
        };
        (name.clone(), text)
    }));
    let meta: Vec<_> = service.meta.clone().into_iter().collect();
    let micro: Vec<_> = instance
        .micro
        .iter()
        .flat_map(|micro| micro.metadata.clone())
        .collect();
    let weights = vec![
        (
            t.services.weight_passing.to_owned(),
            service.weights.passing.to_string(),
        ),
        (
            t.services.weight_warning.to_owned(),
            service.weights.warning.to_string(),
        ),
    ];
    let registration = vec![
        (
            t.services.create_index.to_owned(),
            number(service.create_index),
        ),
        (
            t.services.modify_index.to_owned(),
            number(service.modify_index),
        ),
    ];
    [
        (t.services.addresses, addresses),
        (t.common.meta, meta),
        (t.services.micro_metadata, micro),
        (t.services.weights, weights),
        (t.services.registration, registration),
    ]
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

//! One service: its instances, and what their tags say.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;
use wire::{
    health::{Counts, Health},
    live::{Subject, Topic},
    services::ServiceDetail,
};

use super::{
    endpoints::EndpointsTab, instance_table::InstancesTab, metadata::MetadataTab, tags::TagsTab,
};
use crate::{
    api,
    components::{
        CopyButton, Crumb, HealthGlyph, HealthWord, HiddenNote, PageFoot, PageHead, ProblemNote,
        ProblemView, SkeletonRows, TabItem, Tabs, TagList, dynamic,
    },
    i18n::use_t,
    live::{Live, Stage, use_live},
    pages::not_found::MissingView,
    routes,
};

/// One service.
#[component]
pub fn ServicePage(
    /// Datacenter.
    dc: String,
    /// Its name.
    name: String,
    /// The tab shown; empty for the first.
    tab: Memo<String>,
) -> impl IntoView {
    let t = use_t();
    let url = api::service(&dc, &name);
    let topic = Topic::new(Subject::Service(name.clone()), &*dc);
    let live = use_live::<ServiceDetail>(topic, url);
    let names = StoredValue::new((dc, name));
    let retry = Callback::new(move |()| live.reload());
    let stage = live.stage();
    let body = dynamic(move || match stage.get() {
        Stage::Missing => {
            let (dc, name) = names.get_value();
            let list = routes::services(&dc);
            let list_label = t.problem.all_services;
            view! { <MissingView name dc list list_label/> }.into_any()
        }
        Stage::Problem => live
            .problem
            .get_untracked()
            .map(|problem| view! { <ProblemView problem retry/> }.into_any())
            .into_any(),
        Stage::Loading => {
            view! { <table class="data-table"><SkeletonRows widths=&[80, 40, 50, 60, 20]/></table> }
                .into_any()
        }
        Stage::Data => data_view(live, names, tab).into_any(),
    });
    let crumbs = Signal::derive(move || {
        let href = names.with_value(|(dc, _)| routes::services(dc));
        vec![Crumb {
            label: t.services.title.to_owned(),
            href,
        }]
    });
    let health = Memo::new(move |_| {
        live.data
            .with(|data| data.as_ref().map(|data| data.health))
            .filter(|_| stage.get() != Stage::Missing)
    });
    let glyph = move || {
        health
            .get()
            .map(|health| view! { <HealthGlyph health large=true/> }.into_any())
    };
    let dns = names.with_value(|(dc, name)| format!("{name}.service.{dc}.consul"));
    view! {
        <PageHead title=names.with_value(|(_, name)| name.clone()) glyph=glyph crumbs>
            <CopyButton text=dns label=t.services.copy_dns/>
        </PageHead>
        {body}
        <PageFoot
            text=names.with_value(|(dc, name)| format!("{name} · {dc}"))
            list=true
        />
    }
}

fn data_view(
    live: Live<ServiceDetail>,
    names: StoredValue<(String, String)>,
    tab: Memo<String>,
) -> impl IntoView {
    let detail = Memo::new(move |before: Option<&Arc<ServiceDetail>>| {
        live.data
            .get()
            .or_else(|| before.cloned())
            .unwrap_or_default()
    });
    let hidden = Memo::new(move |_| detail.with(|detail| detail.filtered_by_acl));
    let tab = Memo::new(move |_| {
        tab.with(|tab| match tab.as_str() {
            "tags" => "tags",
            "endpoints" => "endpoints",
            "metadata" => "metadata",
            _ => "instances",
        })
    });
    let body = dynamic(move || match tab.get() {
        "tags" => view! { <TagsTab detail/> }.into_any(),
        "endpoints" => view! { <EndpointsTab detail/> }.into_any(),
        "metadata" => view! { <MetadataTab detail/> }.into_any(),
        _ => view! { <InstancesTab detail/> }.into_any(),
    });
    view! {
        {summary(detail)}
        <ProblemNote
            problem=live.problem
            arrived=live.arrived
            retry=Callback::new(move |()| live.reload())
        />
        <HiddenNote hidden/>
        {tabs(detail, names, tab)}
        {body}
    }
}

fn tabs(
    detail: Memo<Arc<ServiceDetail>>,
    names: StoredValue<(String, String)>,
    tab: Memo<&'static str>,
) -> impl IntoView {
    let t = use_t();
    let counts = Memo::new(move |_| {
        detail.with(|detail| {
            [
                detail.instances.len(),
                super::tags::count(detail),
                super::endpoints::all(detail).len(),
                super::metadata::all(detail).len(),
            ]
        })
    });
    let items = Signal::derive(move || {
        let t = &t.services;
        let [instances, tags, endpoints, metadata] = counts.get();
        let item = |word: &'static str, label, count| TabItem {
            label,
            count: Some(count),
            href: names.with_value(|(dc, name)| match word {
                "instances" => routes::service(dc, name),
                _ => routes::service_tab(dc, name, word),
            }),
            current: tab.get() == word,
        };
        vec![
            item("instances", t.tab_instances, instances),
            item("tags", t.tab_tags, tags),
            item("endpoints", t.tab_endpoints, endpoints),
            item("metadata", t.tab_metadata, metadata),
        ]
    });
    view! { <Tabs items/> }
}

/// Health in a sentence, versions, tags.
fn summary(detail: Memo<Arc<ServiceDetail>>) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        let detail = detail.get();
        let counts: Counts = detail
            .instances
            .iter()
            .map(|instance| instance.health)
            .collect();
        let failing = counts.critical + counts.warning + counts.maintenance;
        let sentence = if failing == 0 {
            (t.services.all_pass)(counts.total())
        } else {
            (t.services.some_fail)(failing, counts.total())
        };
        let sentence = (detail.health != Health::None).then_some(sentence);
        let versions = versions(&detail);
        let versions = (!versions.is_empty()).then(|| {
            let list: Vec<String> = versions
                .iter()
                .map(|(version, count)| {
                    if versions.len() > 1 {
                        format!("{version} ({count})")
                    } else {
                        version.clone()
                    }
                })
                .collect();
            view! {
                <span class="separator-dot"></span>
                <span>{t.common.version}" "<b>{list.join(", ")}</b></span>
            }
            .into_any()
        });
        let tags = super::tags::plain(&detail).into_keys().collect::<Vec<_>>();
        let tags = (!tags.is_empty()).then(|| {
            view! { <span class="separator-dot"></span><TagList tags most=5/> }.into_any()
        });
        let kind = (!detail.kind.is_empty()).then(|| {
            view! { <span class="separator-dot"></span><span class="badge">{detail.kind.clone()}</span> }.into_any()
        });
        view! {
            <div class="page-summary">
                <HealthWord health=detail.health/>
                <span>{sentence}</span>
                {kind}
                {versions}
                {tags}
            </div>
        }
        .into_any()
    })
}

/// Versions and how many instances run them, the newest first as far as text tells.
fn versions(detail: &ServiceDetail) -> Vec<(String, usize)> {
    let mut versions = BTreeMap::<&str, usize>::new();
    for version in detail
        .instances
        .iter()
        .filter_map(|instance| instance.version())
    {
        *versions.entry(version).or_default() += 1;
    }
    versions
        .into_iter()
        .rev()
        .map(|(version, count)| (version.to_owned(), count))
        .collect()
}

//! One service: its instances, and what their tags say.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    health::Health,
    live::{Subject, Topic},
    services::ServiceDetail,
};

use super::{
    endpoints::EndpointsTab,
    instance_table::{self, InstancesTab},
    metadata::MetadataTab,
    tags::TagsTab,
};
use crate::{
    api,
    components::{
        CopyButton, Crumb, HealthGlyph, HealthWord, HiddenNote, PageFoot, PageHead, ProblemNote,
        ProblemView, SkeletonRows, TabItem, Tabs, TagList, WaitingNote, dynamic,
    },
    i18n::{number, use_t},
    live::{Live, Stage, use_live},
    pages::{listing::List, not_found::MissingView},
    routes,
};

/// Versions named above the tabs at most.
const VERSIONS_MAX: usize = 6;

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
    let tab = Memo::new(move |_| tab.with(|tab| shown_tab(tab)));
    // together with the rest, not after it
    let list = (tab.get_untracked() == "instances").then(|| instance_table::open(&dc, &name));
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
        Stage::Loading => view! {
            <WaitingNote waiting=live.loading/>
            <table class="data-table"><SkeletonRows widths=&[80, 40, 50, 60, 20]/></table>
        }
        .into_any(),
        Stage::Data => data_view(live, names, tab, list).into_any(),
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

/// The tab that a word in the address means.
fn shown_tab(word: &str) -> &'static str {
    match word {
        "tags" => "tags",
        "endpoints" => "endpoints",
        "metadata" => "metadata",
        _ => "instances",
    }
}

fn data_view(
    live: Live<ServiceDetail>,
    names: StoredValue<(String, String)>,
    tab: Memo<&'static str>,
    list: Option<List>,
) -> impl IntoView {
    let detail = Memo::new(move |before: Option<&Arc<ServiceDetail>>| {
        live.data
            .get()
            .or_else(|| before.cloned())
            .unwrap_or_default()
    });
    let hidden = Memo::new(move |_| detail.with(|detail| detail.filtered_by_acl));
    let notes = move || {
        view! {
            <ProblemNote
                problem=live.problem
                arrived=live.arrived
                retry=Callback::new(move |()| live.reload())
            />
            <HiddenNote hidden/>
        }
    };
    let body = dynamic(move || match tab.get() {
        "tags" => view! { {notes()} <TagsTab detail/> }.into_any(),
        "endpoints" => view! { {notes()} <EndpointsTab detail/> }.into_any(),
        "metadata" => view! { {notes()} <MetadataTab detail/> }.into_any(),
        _ => {
            // what is the matter with the data the list says itself
            let list = list
                .unwrap_or_else(|| names.with_value(|(dc, name)| instance_table::open(dc, name)));
            view! { <InstancesTab list/> }.into_any()
        }
    });
    view! {
        {summary(detail)}
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
            let together = &detail.together;
            [
                detail.instance_health.total() as usize,
                together.tags.total + together.decoded_tags.total,
                together.endpoints.total,
                together.meta.total,
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
        let counts = detail.instance_health;
        let failing = counts.trouble();
        let sentence = if failing == 0 {
            (t.services.all_pass)(counts.total())
        } else {
            (t.services.some_fail)(failing, counts.total())
        };
        let sentence = (detail.health != Health::None).then_some(sentence);
        let versions = &detail.together.versions.items;
        let versions = (!versions.is_empty()).then(|| {
            let list: Vec<String> = versions
                .iter()
                .take(VERSIONS_MAX)
                .map(|version| {
                    if versions.len() > 1 {
                        let count = number(u64::from(version.instances));
                        format!("{} ({count})", version.value)
                    } else {
                        version.value.clone()
                    }
                })
                .collect();
            let cut = if versions.len() > VERSIONS_MAX {
                ", …"
            } else {
                ""
            };
            view! {
                <span class="separator-dot"></span>
                <span>{t.common.version}" "<b>{list.join(", ")}{cut}</b></span>
            }
            .into_any()
        });
        let tags = detail.together.tags.items.iter();
        let tags: Vec<String> = tags.map(|tag| tag.value.clone()).collect();
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

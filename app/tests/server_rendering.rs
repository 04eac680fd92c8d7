//! Pages rendered to HTML on the server, as their first window will be sent.
#![cfg(feature = "ssr")]

use app::{live::FirstData, render::render};
use wire::{
    datacenters::{AgentSummary, Datacenter, Datacenters},
    health::{Counts, Health},
    problem::Problem,
    rows::Rows,
    services::ServiceRow,
    settings::Settings,
};

fn row(name: &str, health: Health) -> ServiceRow {
    ServiceRow {
        name: name.to_owned(),
        datacenter: "dc1".to_owned(),
        health,
        instances: [health, Health::Passing].into_iter().collect::<Counts>(),
        tags: vec!["<b>tag</b>".to_owned()],
        ..ServiceRow::default()
    }
}

fn datacenters() -> Datacenters {
    Datacenters {
        items: vec![Datacenter {
            name: "dc1".to_owned(),
            local: true,
        }],
        agent: AgentSummary {
            version: "1.22.6".to_owned(),
            node: "src-1".to_owned(),
            ..AgentSummary::default()
        },
    }
}

fn services() -> FirstData {
    let rows = Rows::whole(vec![
        row("omo.msa.startkit", Health::Critical),
        row("<img src=x onerror=alert(1)>", Health::Passing),
    ]);
    FirstData::default()
        .with("api/datacenters", &datacenters())
        .with("api/services?dc=dc1", &rows)
}

#[test]
fn services_are_rows_and_text_only() {
    let html = render("/ui/dc1/services", Settings::default(), services());
    assert!(html.contains("startkit"), "{html}");
    assert!(
        html.contains("href=\"/ui/dc1/services/omo.msa.startkit\""),
        "{html}"
    );
    assert!(!html.contains("<img"), "a name became markup: {html}");
    assert!(html.contains("&lt;img src=x"), "{html}");
    assert!(!html.contains("<b>tag"), "a tag became markup: {html}");
    assert!(html.contains("Consul 1.22.6"), "{html}");
}

#[test]
fn filter_language_and_base_path_count_on_the_server_too() {
    let settings = Settings {
        base_path: "/x".to_owned(),
        language: "zh-CN".to_owned(),
        ..Settings::default()
    };
    let html = render("/x/ui/dc1/services?filter=startkit", settings, services());
    assert!(
        html.contains("href=\"/x/ui/dc1/services/omo.msa.startkit\""),
        "{html}"
    );
    assert!(
        !html.contains("onerror"),
        "the filter holds nothing back: {html}"
    );
    assert!(html.contains("故障"), "{html}");
}

#[test]
fn every_kind_of_page_renders_without_data() {
    for path in [
        "/",
        "/ui/",
        "/ui/dc1/services",
        "/ui/dc1/services/a/tags",
        "/ui/dc1/nodes",
        "/ui/dc1/nodes/n",
        "/ui/dc1/kv",
        "/ui/dc1/kv/a/b/",
        "/ui/dc1/kv/create",
        "/ui/dc1/kv/a/b.yaml/edit",
        "/ui/dc1/services/a/instances/n/i",
        "/ui/dc1/what",
        "/ui/dc9/nodes",
    ] {
        let first = FirstData::default().with("api/datacenters", &datacenters());
        let html = render(path, Settings::default(), first);
        assert!(html.contains("<h1"), "{path}: {html}");
    }
    // a problem is data of the client only: nothing of it may be needed here
    let _ = Problem::default();
}

//! Pages rendered to HTML on the server, as their first window will be sent.
#![cfg(feature = "ssr")]

use app::{live::FirstData, render::render};
use wire::{
    checks::Check,
    datacenters::{AgentSummary, Datacenter, DatacenterState, Datacenters},
    health::{Counts, Health},
    history::{Kind, Record, Records},
    instances::{AgentService, Endpoint, Instance, InstanceRow, Micro},
    kv::{KvEntry, KvPair},
    nodes::{Node, NodeDetail, NodeRow},
    overview::{DatacenterOverview, Moment, Overview, Trouble},
    problem::Problem,
    rows::Rows,
    services::{Counted, ServiceDetail, ServiceRow, Together, Told},
    sessions::{Lock, Locks, SessionRow},
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
        failed: Vec::new(),
        others: Vec::new(),
    }
}

fn services() -> FirstData {
    let rows = Rows::whole(vec![
        row("omo.msa.startkit", Health::Critical),
        row("<img src=x onerror=alert(1)>", Health::Passing),
    ]);
    FirstData::default()
        .with("api/datacenters", &datacenters())
        .with("api/services?dc=dc1&limit=100", &rows)
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
fn a_history_is_rows_and_text_only() {
    let record = Record {
        id: 7,
        datacenter: "dc1".to_owned(),
        key: "app/<img src=x>".to_owned(),
        kind: Kind::Updated,
        ..Record::default()
    };
    let records = Records {
        items: vec![record],
        total: 1,
        ..Records::default()
    };
    let first = services().with("api/history?dc=dc1&last=3600&limit=100", &records);
    let html = render("/ui/dc1/history", Settings::default(), first);
    assert!(html.contains("&lt;img src=x"), "{html}");
    assert!(!html.contains("<img"), "a key became markup: {html}");
    assert!(html.contains("data-kind=\"updated\""), "{html}");
}

#[test]
fn filter_language_and_base_path_count_on_the_server_too() {
    let settings = Settings {
        base_path: "/x".to_owned(),
        language: "zh-CN".to_owned(),
        ..Settings::default()
    };
    // a list that a filter is asked with is not whole: what is shown is what the answer holds
    let found = Rows {
        all: 2,
        ..Rows::whole(vec![row("omo.msa.startkit", Health::Critical)])
    };
    let first = services().with("api/services?dc=dc1&limit=100&q=startkit", &found);
    let html = render("/x/ui/dc1/services?filter=startkit", settings, first);
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
        "/ui/dc1/history?key=a",
        "/ui/dc1/kv/a/b.yaml/edit",
        "/ui/dc1/services/a/instances/n/i",
        "/ui/dc1/search",
        "/ui/dc1/search?q=a&in=values",
        "/ui/dc1/compare?prefix=a%2F&with=dc2",
        "/ui/dc1/sessions",
        "/ui/dc1/import",
        "/ui/dc1/import?prefix=a%2F",
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

/// One critical instance, as go-micro registers them.
fn instance() -> Instance {
    Instance {
        node: Node {
            node: "msa-1".to_owned(),
            address: "10.0.2.11".to_owned(),
            ..Node::default()
        },
        service: AgentService {
            id: "a-1".to_owned(),
            service: "a".to_owned(),
            tags: vec!["v1".to_owned()],
            ..AgentService::default()
        },
        checks: vec![Check {
            name: "alive".to_owned(),
            status: "critical".to_owned(),
            output: "</pre><b>no</b>".to_owned(),
            ..Check::default()
        }],
        health: Health::Critical,
        micro: Some(Micro {
            version: Some("latest".to_owned()),
            endpoints: vec![Endpoint {
                name: "A.Call".to_owned(),
                ..Endpoint::default()
            }],
            ..Micro::default()
        }),
    }
}

/// The row of an instance of `a`; in trouble it says so.
fn instance_row(number: usize, health: Health) -> InstanceRow {
    let failing = instance().checks;
    InstanceRow {
        service: "a".to_owned(),
        id: format!("a-{}", number + 1),
        node: "msa-1".to_owned(),
        address: "10.0.2.11:80".to_owned(),
        health,
        failing: if health.is_trouble() {
            failing
        } else {
            Vec::new()
        },
        passing: vec!["<b>no".to_owned()],
        ..InstanceRow::default()
    }
}

/// The service of that instance.
fn service() -> ServiceDetail {
    ServiceDetail {
        name: "a".to_owned(),
        datacenter: "dc1".to_owned(),
        health: Health::Critical,
        instance_health: [Health::Critical].into_iter().collect(),
        together: Together {
            tags: Told::first(
                vec![Counted {
                    value: "v1".to_owned(),
                    instances: 1,
                }],
                1,
            ),
            endpoints: Told::first(
                vec![Endpoint {
                    name: "A.Call".to_owned(),
                    ..Endpoint::default()
                }],
                1,
            ),
            ..Together::default()
        },
        ..ServiceDetail::default()
    }
}

/// The data of a small cluster.
fn everything() -> FirstData {
    let instance = instance();
    let service = service();
    let node = NodeDetail {
        node: instance.node.clone(),
        health: Health::Passing,
        ..NodeDetail::default()
    };
    let rows = Rows::whole(vec![instance_row(0, Health::Critical)]);
    let row = NodeRow {
        name: "msa-1".to_owned(),
        leader: true,
        instance_health: [Health::Critical; 9].into_iter().collect(),
        ..NodeRow::default()
    };
    let entries = ["x/", "y.yaml"].map(|name| KvEntry {
        key: format!("k/{name}"),
        name: name.trim_end_matches('/').to_owned(),
        folder: name.ends_with('/'),
    });
    let text = KvPair {
        key: "k/y.yaml".to_owned(),
        // "<b>: 1\n</textarea>"
        value: Some("PGI+OiAxCjwvdGV4dGFyZWE+".to_owned()),
        modify_index: u64::MAX,
        ..KvPair::default()
    };
    let bytes = KvPair {
        key: "k/bytes".to_owned(),
        value: Some("/wD+".to_owned()),
        ..KvPair::default()
    };
    let session = SessionRow {
        id: "s-1".to_owned(),
        name: "<b>no".to_owned(),
        ..SessionRow::default()
    };
    let locks = Locks {
        items: vec![Lock {
            key: "k/<b>no".to_owned(),
            session: "s-1".to_owned(),
        }],
        looked_at: 1,
        of: 2,
    };
    FirstData::default()
        .with("api/datacenters", &datacenters())
        .with("api/services/a?dc=dc1&limit=0", &service)
        .with("api/instances?dc=dc1&service=a&limit=100", &rows)
        .with("api/instances?dc=dc1&node=msa-1&limit=100", &rows)
        .with("api/services/a/instances/msa-1/a-1?dc=dc1", &instance)
        .with(
            "api/nodes?dc=dc1&limit=100",
            &Rows::whole(vec![row.clone()]),
        )
        .with("api/nodes/msa-1?dc=dc1&limit=0", &node)
        .with(
            "api/kv?dc=dc1&prefix=k%2F&limit=100",
            &Rows::whole(entries.to_vec()),
        )
        .with("api/kv/value?dc=dc1&key=k%2Fy.yaml", &text)
        .with("api/kv/value?dc=dc1&key=k%2Fbytes", &bytes)
        .with("api/sessions?dc=dc1&limit=100", &Rows::whole(vec![session]))
        .with("api/sessions/locks?dc=dc1", &locks)
}

/// Nothing of a browser's may be touched while a page with all its data is rendered: on the
/// server that would end the process.
#[test]
fn every_kind_of_page_renders_with_its_data() {
    for (path, expected) in [
        ("/ui/dc1/services/a", "a-1"),
        ("/ui/dc1/services/a/tags", "v1"),
        ("/ui/dc1/services/a/endpoints", "A.Call"),
        ("/ui/dc1/services/a/metadata", "</h1>"),
        ("/ui/dc1/services/a/instances/msa-1/a-1", "alive"),
        ("/ui/dc1/nodes", "msa-1"),
        ("/ui/dc1/services/a", "&lt;/pre&gt;"),
        ("/ui/dc1/nodes/msa-1", "10.0.2.11"),
        ("/ui/dc1/nodes/msa-1", "…-1"),
        ("/ui/dc1/sessions", "&lt;b&gt;no"),
        ("/ui/dc1/kv/k/", "y.yaml"),
        ("/ui/dc1/kv/k/y.yaml/edit", "18,446,744,073,709,551,615"),
        ("/ui/dc1/kv/k/y.yaml/edit", "&lt;b&gt;"),
        ("/ui/dc1/kv/k/y.yaml/edit?mode=edit", "&lt;b>"),
        ("/ui/dc1/kv/k/bytes/edit", "ff 00 fe"),
    ] {
        let html = render(path, Settings::default(), everything());
        assert!(html.contains(expected), "{path}: {html}");
        assert!(!html.contains("<b>no"), "{path}: output became markup");
        assert!(!html.contains("<b>: 1"), "{path}: a value became markup");
        assert_eq!(
            html.matches("</textarea>").count(),
            usize::from(path.contains("mode=edit"))
        );
    }
}

/// Of a long list a screen full is sent; the rest is room, so that the scroll bar is true.
#[test]
fn a_long_list_is_a_screen_full_and_room() {
    let rows = (0..100).map(|number| row(&format!("service-{number}"), Health::Passing));
    let rows = Rows {
        total: 5_000,
        all: 5_000,
        ..Rows::whole(rows.collect())
    };
    let first = FirstData::default()
        .with("api/datacenters", &datacenters())
        .with("api/services?dc=dc1&limit=100", &rows);
    let html = render("/ui/dc1/services", Settings::default(), first);
    assert_eq!(html.matches("data-row-link").count(), 24);
    assert!(html.contains("aria-rowcount=\"5001\""), "{html}");
    assert!(html.contains("aria-rowindex=\"25\""), "{html}");
    let room = (5_000 - 24) * 36;
    assert!(html.contains(&format!("height=\"{room}\"")), "{html}");
}

/// A service of many instances is no more than one of few; what fails takes its room.
#[test]
fn many_instances_are_a_screen_full_and_room() {
    let of = |count: usize| {
        let failing = count / 10;
        let rows = (0..100).map(|number| {
            let health = [Health::Passing, Health::Critical][usize::from(number < failing)];
            instance_row(number, health)
        });
        let mut rows = Rows {
            total: count,
            all: count,
            ..Rows::whole(rows.collect())
        };
        rows.health.critical = u32::try_from(failing).unwrap();
        rows.health.passing = u32::try_from(count - failing).unwrap();
        let first = everything().with("api/instances?dc=dc1&service=a&limit=100", &rows);
        render("/ui/dc1/services/a", Settings::default(), first)
    };
    let html = of(20_000);
    assert_eq!(html.matches("data-row-link").count(), 24);
    assert_eq!(html.matches("check-outputs").count(), 24);
    assert!(html.contains("aria-rowcount=\"20001\""), "{html}");
    let room = (20_000 - 24) * 36 + (2_000 - 24) * 132;
    assert!(html.contains(&format!("height=\"{room}\"")), "{html}");
    let fewer = of(2_000);
    assert!(html.len().abs_diff(fewer.len()) < 100);
}

/// A folder's keys stand by name, folders first, although lists begin with trouble.
#[test]
fn keys_stand_by_name() {
    let first = everything();
    let html = render("/ui/dc1/kv/k/", Settings::default(), first);
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text}: {html}"));
    assert!(at("href=\"/ui/dc1/kv/k/x/\"") < at("y.yaml/edit"), "{html}");
}

/// Room for the tree is kept beside a folder from the first paint on; its lines come afterwards.
#[test]
fn a_folder_has_room_for_the_tree() {
    let settings = Settings {
        interrupted: true,
        undoable: true,
        tree: "280".to_owned(),
        ..Settings::default()
    };
    let html = render("/ui/dc1/kv/k/", settings.clone(), everything());
    assert!(html.contains("keys-page is-folder"), "{html}");
    assert!(!html.contains("role=\"tree\""), "{html}");
    let html = render("/ui/dc1/kv/k/y.yaml/edit", settings, everything());
    assert!(!html.contains("is-folder"), "{html}");
}

/// A file that is imported is chosen, and nothing of it is asked for before.
#[test]
fn the_import_page_is_a_form() {
    let first = FirstData::default().with("api/datacenters", &datacenters());
    let html = render("/ui/dc1/import?prefix=a%2F", Settings::default(), first);
    assert!(html.contains("type=\"file\""), "{html}");
    assert!(html.contains("Import keys"), "{html}");
    let first = FirstData::default().with("api/datacenters", &datacenters());
    let read_only = Settings {
        read_only: true,
        ..Settings::default()
    };
    let html = render("/ui/dc1/import", read_only, first);
    assert!(!html.contains("type=\"file\""), "{html}");
}

/// The overview says what a datacenter is, and leads to what is critical in it.
#[test]
fn the_overview_names_leader_quorum_and_trouble() {
    let overview = Overview {
        items: vec![DatacenterOverview {
            state: DatacenterState {
                name: "dc1".to_owned(),
                ..DatacenterState::default()
            },
            leader: Some("src-2".to_owned()),
            servers: 3,
            servers_alive: 3,
            failed: vec!["<b>gone</b>".to_owned()],
            history: vec![Moment::default(), Moment::default()],
            ..DatacenterOverview::default()
        }],
        critical: vec![Trouble {
            datacenter: "dc1".to_owned(),
            name: "omo.msa.notice".to_owned(),
            ..Trouble::default()
        }],
        critical_total: 1,
    };
    let first = FirstData::default()
        .with("api/datacenters", &datacenters())
        .with("api/overview?dc=%40all", &overview);
    let html = render("/ui/@all/overview", Settings::default(), first);
    for text in [
        "src-2",
        "1 may fail",
        "failed: &lt;b&gt;gone",
        "href=\"/ui/dc1/services/omo.msa.notice\"",
        "M0 18H60",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
}

//! Windows of lists: what `q`, `status`, `sort`, `offset` and `limit` give, on each agent.

use wire::{health::Health, kv::KvEntry, problem::ProblemKind, rows::Rows, services::ServiceRow};

use crate::{
    agents::{TestAgent, on_each_agent},
    fake::Fake,
    http::send,
    seed::{self, Instance},
    waggle::Waggle,
};

on_each_agent!(
    windows_of_services_are_slices,
    windows_of_a_folder_are_slices,
    what_cannot_be_read_is_said
);

async fn windows_of_services_are_slices(agent: &'static TestAgent) {
    let base = agent.unique("windowed");
    let waggle = Waggle::over(agent).await;
    for number in 0..5 {
        let service = format!("{base}-{number}");
        Instance {
            service: &service,
            id: &service,
            status: if number == 3 { "critical" } else { "passing" },
            tags: if number < 4 { &["Blue"] } else { &["green"] },
            ..Instance::default()
        }
        .register(agent)
        .await;
    }
    let ask = async |rest: &str| -> Rows<ServiceRow> {
        let path = format!("/api/services?dc=dc1&q={base}{rest}");
        waggle.get(&path).await.read()
    };
    let names = |rows: &Rows<ServiceRow>| -> Vec<String> {
        let names = rows.items.iter().map(|row| row.name.clone());
        names.collect()
    };
    let whole = ask("").await;
    assert_eq!(whole.items[0].health, Health::Critical, "trouble first");
    assert_eq!((whole.total, whole.offset, whole.instances), (5, 0, 5));
    assert_eq!((whole.health.passing, whole.health.critical), (4, 1));
    assert!(whole.all >= 5);
    for (offset, limit) in [(0, 2), (2, 2), (4, 2), (5, 2), (0, 500)] {
        let part = ask(&format!("&offset={offset}&limit={limit}")).await;
        let end = (offset + limit).min(5);
        assert_eq!(names(&part), names(&whole)[offset..end]);
        assert_eq!((part.total, part.offset), (5, offset));
    }
    let critical = ask("&status=critical").await;
    assert_eq!(names(&critical), [format!("{base}-3")]);
    assert_eq!((critical.total, critical.health.passing), (1, 4));
    let backwards = ask("%20tag:blue&sort=-name&limit=1").await;
    assert_eq!(names(&backwards), [format!("{base}-3")]);
    assert_eq!(backwards.total, 4);
    let without = ask("%20-tag:blue").await;
    assert_eq!(names(&without), [format!("{base}-4")]);
}

async fn windows_of_a_folder_are_slices(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("windowed");
    for key in ["b", "a:1", "z/1", "A", "a/1"] {
        seed::kv(agent, &format!("{root}/{key}"), "v").await;
    }
    for (query, expected) in [
        ("", vec!["a", "z", "A", "a:1", "b"]),
        ("&offset=1&limit=2", vec!["z", "A"]),
        ("&q=a", vec!["a", "A", "a:1"]),
        ("&q=a:1", vec!["a:1"]),
        ("&q=-a", vec!["z", "b"]),
    ] {
        let path = format!("/api/kv?prefix={root}%2F{query}");
        let rows: Rows<KvEntry> = waggle.get(&path).await.read();
        let names: Vec<&str> = rows.items.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, expected, "{query}");
        assert_eq!(rows.all, 5);
    }
}

async fn what_cannot_be_read_is_said(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    for (path, word) in [
        ("/api/services?limit=501", "500"),
        ("/api/services?status=ill", "critical"),
        ("/api/services?sort=colour", "instances"),
        ("/api/services?q=colour:red", "tag:"),
        ("/api/nodes?q=role:", "role"),
        ("/api/nodes?q=%22open", "quote"),
        ("/api/kv?limit=9999", "500"),
        ("/api/kv?prefix=&colour=red", "colour"),
    ] {
        let problem = waggle.get(path).await.problem(400);
        assert_eq!(problem.kind, ProblemKind::BadRequest, "{path}");
        assert!(problem.detail.contains(word), "{path}: {}", problem.detail);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_said_to_who_has_the_rows_already() {
    let fake = Fake::healthy().await;
    let waggle = Waggle::over_addresses(&[fake.address]).await;
    for list in [
        "services?dc=dc1",
        "services?dc=@all",
        "nodes?dc=@all",
        "instances?dc=dc1&service=web",
        "instances?dc=@all&service=web",
        "kv?dc=dc1",
        "sessions?dc=dc1",
    ] {
        let path = format!("/api/{list}");
        let tag = waggle.settled(&path).await.header("etag");
        for (rest, status) in [
            ("", 304),
            ("&limit=7", 304),
            ("&limit=501", 400),
            ("&q=%22open", 400),
            ("&status=ill", 400),
            ("&sort=colour", 400),
        ] {
            let again = waggle.request("GET", &format!("{path}{rest}"));
            let reply = send(again.header("If-None-Match", &tag)).await;
            assert_eq!(reply.status.as_u16(), status, "{path}{rest}");
        }
    }
}

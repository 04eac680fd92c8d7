//! Clusters beside each other, and lists over every datacenter.

use server::{config::ClusterConfig, consul::Secret};
use wire::{
    datacenters::{AgentSummary, Condition, Datacenters},
    nodes::{NodeDetail, NodeRow},
    problem::ProblemKind,
    rows::Rows,
    services::{ServiceDetail, ServiceRow},
};

use crate::{
    fake::{Answer, Fake, answer, consul},
    http::send,
    waggle::{self, Waggle, settings},
};

/// Over two clusters, each with a token of its own.
async fn over(west: &Fake, east: &Fake) -> Waggle {
    let east = east.address;
    Waggle::with(&[west.address], |config| {
        config.cluster = "west".to_owned();
        config.agents[0].token = Some(Secret::new("of-west"));
        let mut agent = settings(east);
        agent.token = Some(Secret::new("of-east"));
        config.other_clusters = vec![ClusterConfig {
            name: "east".to_owned(),
            agents: vec![agent],
        }];
    })
    .await
}

/// What was asked of the agent beside the names of its datacenters, and whether it lives.
fn asked(fake: &Fake) -> Vec<String> {
    let heads = fake.heads().into_iter();
    let is_look = |head: &str| head.starts_with("GET /v1/status/leader HTTP");
    heads
        .filter(|head| !head.contains("/v1/catalog/datacenters") && !is_look(head))
        .collect()
}

#[tokio::test]
async fn each_name_reaches_its_own_cluster_and_with_its_own_token() {
    for path in [
        "/api/services?dc=dc1@east",
        "/api/services/web?dc=dc1%40east",
        "/api/services/web/instances/n1/web-1?dc=dc1@east",
        "/api/nodes?dc=dc1@east",
        "/api/nodes/n1?dc=dc1@east",
        "/api/kv?dc=dc1@east",
        "/api/kv/value?dc=dc1@east&key=one",
    ] {
        let (west, east) = (Fake::healthy().await, Fake::healthy().await);
        let waggle = over(&west, &east).await;
        waggle.get(path).await.ok();
        assert_eq!(asked(&west), Vec::<String>::new(), "{path}");
        let heads = asked(&east);
        assert!(!heads.is_empty(), "{path}");
        for head in heads {
            let line = head.lines().next().unwrap_or_default();
            assert!(!line.contains("east"), "{path}: {line}");
            let head = head.to_ascii_lowercase();
            assert!(head.contains("x-consul-token: of-east"), "{path}: {head}");
        }
    }
}

#[tokio::test]
async fn a_write_goes_to_the_cluster_that_it_names() {
    let writable = || {
        Fake::start(|target| match target.contains("cas=") {
            true => Answer::Json(serde_json::json!(true)),
            false => Answer::Json(consul(target)),
        })
    };
    let (west, east) = (writable().await, writable().await);
    let waggle = over(&west, &east).await;
    let writes = |fake: &Fake| {
        let heads = fake.heads();
        heads.iter().filter(|head| !head.starts_with("GET")).count()
    };
    let mut body = crate::kv::save("one", b"x", 0);
    body["Datacenter"] = "dc1@east".into();
    waggle.put("/api/kv/value", &body).await.ok();
    assert_eq!((writes(&west), writes(&east)), (0, 1));
    body["Datacenter"] = "dc1".into();
    waggle.put("/api/kv/value", &body).await.ok();
    assert_eq!((writes(&west), writes(&east)), (1, 1));
    body["Datacenter"] = "dc1@north".into();
    let problem = waggle.put("/api/kv/value", &body).await.problem(404);
    assert_eq!(problem.kind, ProblemKind::UnknownDatacenter);
    assert_eq!((writes(&west), writes(&east)), (1, 1));
}

#[tokio::test]
async fn rows_and_problems_say_where_they_are_from() {
    let east = Fake::start(|target| match target {
        target if target.starts_with("/v1/kv/") => {
            Answer::Raw(answer("403 Forbidden", "", "Permission denied"))
        }
        target => Answer::Json(consul(target)),
    })
    .await;
    let west = Fake::healthy().await;
    let waggle = over(&west, &east).await;
    let rows: Rows<ServiceRow> = waggle.get("/api/services?dc=dc1@east").await.read();
    assert_eq!(rows.items[0].datacenter, "dc1@east");
    let rows: Rows<NodeRow> = waggle.get("/api/nodes?dc=dc1@east").await.read();
    assert_eq!(rows.items[0].datacenter, "dc1@east");
    let service: ServiceDetail = waggle.get("/api/services/web?dc=dc1@east").await.read();
    assert_eq!(service.datacenter, "dc1@east");
    let node: NodeDetail = waggle.get("/api/nodes/n1?dc=dc1@east").await.read();
    assert_eq!(node.node.datacenter, "dc1@east");
    assert_eq!(node.version.as_deref(), Some("1.22.6"));
    let problem = waggle.get("/api/kv?dc=dc1@east").await.problem(403);
    assert_eq!(problem.datacenter.as_deref(), Some("dc1@east"));
    for unknown in ["dc2@east", "dc1@north", "dc1@west"] {
        let path = format!("/api/nodes?dc={unknown}");
        let problem = waggle.get(&path).await.problem(404);
        assert_eq!(problem.kind, ProblemKind::UnknownDatacenter, "{unknown}");
    }
    let found: Datacenters = waggle.get("/api/datacenters").await.read();
    let names: Vec<(&str, bool)> = found
        .items
        .iter()
        .map(|one| (one.name.as_str(), one.local))
        .collect();
    assert_eq!(names, [("dc1", true), ("dc1@east", false)]);
}

#[tokio::test]
async fn one_list_over_all_of_them() {
    let (west, east) = (Fake::healthy().await, Fake::healthy().await);
    let waggle = over(&west, &east).await;
    let rows: Rows<ServiceRow> = waggle.settled("/api/services?dc=@all").await.read();
    assert_eq!(rows.total, 1);
    let places: Vec<&str> = rows.items[0]
        .places
        .iter()
        .map(|place| place.datacenter.as_str())
        .collect();
    assert_eq!(places, ["dc1", "dc1@east"]);
    let one: Rows<ServiceRow> = waggle.get("/api/services?dc=dc1").await.read();
    let (all, one) = (rows.items[0].instances, one.items[0].instances);
    assert_eq!(all.total(), 2 * one.total());
    let rows: Rows<NodeRow> = waggle
        .settled("/api/nodes?dc=%40all&sort=-dc&limit=1")
        .await
        .read();
    assert_eq!((rows.total, rows.items.len()), (2, 1));
    assert_eq!(rows.items[0].datacenter, "dc1@east");
    let path = "/api/nodes?dc=@all&q=dc:dc1";
    let rows: Rows<NodeRow> = waggle.settled(path).await.read();
    assert_eq!((rows.total, rows.all), (1, 2));
    assert_eq!(waggle.get("/api/kv?dc=@all").await.status, 400);
}

#[tokio::test]
async fn one_that_hangs_or_fails_leaves_the_rest() {
    let hanging = Fake::start(|target| match target {
        "/v1/catalog/datacenters" => Answer::Json(consul(target)),
        _ => Answer::Hang,
    })
    .await;
    let failing = Fake::start(|target| match target {
        "/v1/catalog/datacenters" => Answer::Json(consul(target)),
        _ => Answer::Raw(answer("500 Internal Server Error", "", "No cluster leader")),
    })
    .await;
    let west = Fake::healthy().await;
    for (east, condition, kind) in [
        (&hanging, Condition::Asking, ProblemKind::AgentTimeout),
        (&failing, Condition::NoLeader, ProblemKind::NoLeader),
    ] {
        let waggle = over(&west, east).await;
        // on a slow machine one that answers may be late at first
        let rows = waggle
            .until("/api/nodes?dc=@all", |reply| {
                let rows: Rows<NodeRow> = reply.read();
                let found = rows.datacenters.iter().map(|state| state.condition);
                let is_told = found.eq([Condition::Ok, condition]);
                is_told.then_some(rows)
            })
            .await;
        assert_eq!(rows.items.len(), 1);
        let states: Vec<(&str, Condition)> = rows
            .datacenters
            .iter()
            .map(|state| (state.name.as_str(), state.condition))
            .collect();
        assert_eq!(states, [("dc1", Condition::Ok), ("dc1@east", condition)]);
        assert_eq!(rows.failed[0].problem.kind, kind);
    }
}

#[tokio::test]
async fn a_cluster_that_names_no_datacenter_is_told_of_everywhere() {
    let west = Fake::healthy().await;
    let dead = waggle::free_port();
    let clusters = async |home, other| {
        Waggle::with(&[home], |config| {
            config.cluster = "west".to_owned();
            config.other_clusters = vec![ClusterConfig {
                name: "east".to_owned(),
                agents: vec![settings(other)],
            }];
        })
        .await
    };
    for (home, other, known, failed) in [
        (west.address, dead, "dc1", "@east"),
        (dead, west.address, "dc1@east", "@west"),
    ] {
        let waggle = clusters(home, other).await;
        // on a slow machine they may be late at first
        let found = waggle
            .until("/api/datacenters", |reply| {
                let found: Datacenters = reply.status.is_success().then(|| reply.read())?;
                let mut silent = found.failed.iter();
                let is_late = silent.any(|one| one.problem.kind == ProblemKind::AgentTimeout);
                (!is_late && !found.items.is_empty()).then_some(found)
            })
            .await;
        let names: Vec<&str> = found.items.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, [known]);
        let silent: Vec<_> = found
            .failed
            .iter()
            .map(|one| (one.datacenter.as_str(), one.problem.kind))
            .collect();
        assert_eq!(silent, [(failed, ProblemKind::AgentUnreachable)]);
        let mut states = [known, failed];
        if home == dead {
            states.reverse();
        }
        for list in ["services", "nodes", "instances"] {
            let rows = waggle.settled(&format!("/api/{list}?dc=@all")).await.json();
            assert_eq!(rows["Total"], 1, "{list}");
            assert_eq!(rows["Failed"][0]["Datacenter"], failed, "{list}");
            for (place, name) in states.iter().enumerate() {
                assert_eq!(rows["Datacenters"][place]["Name"], *name, "{list}");
            }
        }
        let overview = waggle.settled("/api/overview?dc=@all").await.json();
        for (place, name) in states.iter().enumerate() {
            assert_eq!(overview["Items"][place]["State"]["Name"], *name);
        }
        // it is no place to go to
        waggle
            .get(&format!("/api/nodes?dc={failed}"))
            .await
            .problem(400);
    }
}

/// The datacenters once the agent of the other cluster says who it is, which is told the next time
/// where it is late.
async fn both_are_told(waggle: &Waggle) -> Datacenters {
    waggle
        .until("/api/datacenters", |reply| {
            let found: Datacenters = reply.status.is_success().then(|| reply.read())?;
            let is_told = found
                .others
                .first()
                .is_some_and(|other| !other.agent.version.is_empty());
            let is_named = found.items.iter().any(|one| one.name == "dc1@east");
            (is_told && is_named).then_some(found)
        })
        .await
}

/// The first versions that the stream of these topics tells.
async fn told(waggle: &Waggle, query: &str) -> serde_json::Value {
    let request = waggle.request("GET", &format!("/api/live?{query}"));
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{query}");
    let mut text = String::new();
    loop {
        let chunk = response.chunk().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
        let data = text
            .split("\n\n")
            .filter_map(|event| event.strip_prefix("event: versions\ndata: "));
        let mut all = serde_json::Map::new();
        for data in data {
            all.extend(serde_json::from_str::<serde_json::Map<_, _>>(data).unwrap());
        }
        if all.len() == query.split('&').count() {
            return all.into();
        }
    }
}

#[tokio::test]
async fn the_stream_tells_the_versions_that_the_answers_carry() {
    let (west, east) = (Fake::healthy().await, Fake::healthy().await);
    let waggle = over(&west, &east).await;
    both_are_told(&waggle).await;
    let etag = async |path: &str| {
        // what an overview tells of the last hour is another when a minute begins between the two
        for _ in 0..3 {
            let tag = waggle.settled(path).await.header("etag");
            let again = waggle.request("GET", path).header("If-None-Match", &tag);
            if send(again).await.status == 304 {
                return tag;
            }
        }
        panic!("{path} is another each time");
    };
    for (topic, path) in [
        ("services@dc1@east", "/api/services?dc=dc1@east"),
        ("services@@all", "/api/services?dc=@all"),
        ("nodes@@all", "/api/nodes?dc=@all&limit=1"),
        ("key:one@dc1@east", "/api/kv/value?dc=dc1@east&key=one"),
        ("datacenters", "/api/datacenters"),
        ("instances@dc1@east", "/api/instances?dc=dc1@east"),
        ("instances@@all", "/api/instances?dc=@all"),
        ("overview@dc1", "/api/overview?dc=dc1"),
        ("overview@@all", "/api/overview?dc=@all"),
    ] {
        let tag = etag(path).await;
        // lists over all are told part by part at first
        let mut version = String::new();
        for _ in 0..50 {
            let versions = told(&waggle, &format!("topic={topic}")).await;
            version = versions[topic].as_str().unwrap().to_owned();
            if tag == format!("W/\"{version}\"") {
                break;
            }
        }
        assert_eq!(tag, format!("W/\"{version}\""), "{topic}");
    }
    let unknown = waggle.get("/api/live?topic=services@dc1@north").await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn what_an_acl_hides_is_said_wherever_rows_are() {
    let hidden = Fake::start(|target| {
        let headers = "Content-Type: application/json\r\nX-Consul-Index: 7\r\n\
            X-Consul-Results-Filtered-By-ACLs: true\r\n";
        Answer::Raw(answer("200 OK", headers, &consul(target).to_string()))
    })
    .await;
    let west = Fake::healthy().await;
    let waggle = over(&west, &hidden).await;
    for list in ["services", "nodes", "instances"] {
        let path = |dc: &str| format!("/api/{list}?dc={dc}");
        let rows: Rows<serde_json::Value> = waggle.get(&path("dc1@east")).await.read();
        assert!(rows.filtered_by_acl, "{list}");
        let rows: Rows<serde_json::Value> = waggle.get(&path("dc1")).await.read();
        assert!(!rows.filtered_by_acl, "{list}");
        let rows: Rows<serde_json::Value> = waggle.settled(&path("@all")).await.read();
        assert!(rows.filtered_by_acl, "{list}");
        let states: Vec<(&str, Condition)> = rows
            .datacenters
            .iter()
            .map(|state| (state.name.as_str(), state.condition))
            .collect();
        assert_eq!(
            states,
            [("dc1", Condition::Ok), ("dc1@east", Condition::Hidden)],
            "{list}"
        );
    }
    let service: ServiceDetail = waggle.get("/api/services/web?dc=dc1@east").await.read();
    assert!(service.filtered_by_acl);
    let node: NodeDetail = waggle.get("/api/nodes/n1?dc=dc1@east").await.read();
    assert!(node.filtered_by_acl);
}

#[tokio::test]
async fn an_agent_that_is_slow_to_say_who_it_is_is_named_by_its_address() {
    let west = Fake::healthy().await;
    let (tell, tells) = tokio::sync::watch::channel(false);
    let east = Fake::start(move |target| match target {
        "/v1/agent/self" => Answer::Once(tells.clone(), consul(target)),
        _ => Answer::Json(consul(target)),
    })
    .await;
    let waggle = over(&west, &east).await;
    let agent = |wanted: fn(&AgentSummary) -> bool| {
        waggle.until("/api/datacenters", move |reply| {
            let found: Datacenters = reply.read();
            found
                .agent_of(Some("dc1@east"))
                .filter(|agent| wanted(agent))
                .cloned()
        })
    };
    let unknown = agent(|_| true).await;
    assert_eq!(unknown.address, format!("http://{}", east.address));
    assert_eq!(unknown.version, "");
    tell.send_replace(true);
    let known = agent(|agent| !agent.version.is_empty()).await;
    assert_eq!(
        (known.address, known.node.as_str()),
        (unknown.address, "n1")
    );
}

#[tokio::test]
async fn each_cluster_has_its_agent() {
    let (west, east) = (Fake::healthy().await, Fake::healthy().await);
    let address = |fake: &Fake| format!("http://{}", fake.address);
    let waggle = over(&west, &east).await;
    let of = |found: &Datacenters, dc| found.agent_of(Some(dc)).map(|agent| agent.address.clone());
    let found = both_are_told(&waggle).await;
    assert_eq!(of(&found, "dc1"), Some(address(&west)));
    assert_eq!(of(&found, "dc1@east"), Some(address(&east)));
    assert_eq!(found.others[0].agent.version, "1.22.6");
    // the first one is gone
    let waggle = Waggle::with(&[waggle::free_port()], |config| {
        config.other_clusters = vec![ClusterConfig {
            name: "east".to_owned(),
            agents: vec![settings(east.address)],
        }];
    })
    .await;
    let found = both_are_told(&waggle).await;
    assert_eq!(of(&found, "dc1"), None);
    assert_eq!(of(&found, "dc1@east"), Some(address(&east)));
    assert_eq!(of(&found, "@all"), Some(address(&east)));
}

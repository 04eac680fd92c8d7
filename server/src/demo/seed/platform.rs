//! What the services of the mission stand on: stores, queues, proxies, monitoring.

use super::builder::{Health, Instance, Seeder, check};
use super::outputs;

type Pairs = &'static [(&'static str, &'static str)];

/// A service that is not go-micro's: where it runs, and what its check says while all is well.
struct Platform {
    name: &'static str,
    port: u16,
    nodes: &'static [&'static str],
    tags: &'static [&'static str],
    meta: Pairs,
    kind: &'static str,
    fine: &'static str,
}

macro_rules! platform {
    ($name:literal, $port:literal, $nodes:expr, $tags:expr, $meta:expr, $kind:literal, $fine:expr) => {
        Platform {
            name: $name,
            port: $port,
            nodes: &$nodes,
            tags: &$tags,
            meta: &$meta,
            kind: $kind,
            fine: $fine,
        }
    };
}

const EVERYWHERE: [&str; 12] = [
    "src-1", "src-2", "src-3", "dsc-1", "dsc-2", "dsc-3", "msa-1", "msa-2", "msa-3", "bla-1",
    "bla-2", "bla-3",
];

const SERVICES: [Platform; 20] = [
    platform!(
        "redis",
        6379,
        ["msa-1", "msa-2", "msa-3"],
        ["cache"],
        [("version", "7.2.5")],
        "tcp",
        outputs::REDIS_FINE
    ),
    platform!(
        "postgres",
        5432,
        ["dsc-1", "dsc-2", "dsc-3"],
        ["sql"],
        [("version", "16.4")],
        "script",
        outputs::POSTGRES_FINE
    ),
    platform!(
        "nginx",
        80,
        ["bla-1", "bla-2", "bla-3"],
        ["http", "edge"],
        [("version", "1.27.1")],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "gateway",
        443,
        ["bla-1", "bla-2"],
        ["https", "public"],
        [("team", "bla")],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "kafka",
        9092,
        ["bla-1", "bla-2", "bla-3"],
        ["queue"],
        [("version", "3.8.0")],
        "script",
        outputs::KAFKA_FINE
    ),
    platform!(
        "zookeeper",
        2181,
        ["bla-1", "bla-2", "bla-3"],
        [],
        [],
        "tcp",
        outputs::TCP_FINE
    ),
    platform!(
        "elasticsearch",
        9200,
        ["dsc-1", "dsc-2", "dsc-3"],
        ["search"],
        [("version", "8.15.0")],
        "http",
        outputs::ELASTIC_FINE
    ),
    platform!(
        "minio",
        9000,
        ["dsc-1", "dsc-2", "dsc-3"],
        ["s3", "storage"],
        [],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "rabbitmq",
        5672,
        ["msa-1", "msa-2"],
        ["queue", "amqp"],
        [("version", "3.13.6")],
        "tcp",
        outputs::TCP_FINE
    ),
    platform!(
        "mongodb",
        27017,
        ["msa-1", "msa-2", "msa-3"],
        ["rs0"],
        [("version", "7.0.14")],
        "tcp",
        outputs::TCP_FINE
    ),
    platform!(
        "prometheus",
        9090,
        ["src-1"],
        ["metrics", "monitoring"],
        [],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "alertmanager",
        9093,
        ["src-1", "src-2"],
        ["monitoring"],
        [],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "grafana",
        3000,
        ["src-3"],
        ["monitoring", "http"],
        [("version", "11.2.0")],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "loki",
        3100,
        ["src-3"],
        ["logs", "monitoring"],
        [],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "node-exporter",
        9100,
        EVERYWHERE,
        ["metrics"],
        [],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "registry",
        5000,
        ["src-2"],
        ["docker"],
        [],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "gitea",
        3001,
        ["src-2"],
        ["git", "http"],
        [("version", "1.22.2")],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "nats",
        4222,
        ["msa-1", "msa-2", "msa-3"],
        ["queue"],
        [],
        "tcp",
        outputs::TCP_FINE
    ),
    platform!(
        "jaeger",
        16686,
        ["src-3"],
        ["tracing"],
        [],
        "http",
        outputs::HTTP_FINE
    ),
    platform!(
        "中文-文档",
        8081,
        ["msa-2"],
        ["文档", "http"],
        [("负责人", "平台组")],
        "http",
        outputs::HTTP_FINE
    ),
];

/// What is not passing: service, node, health.
const TROUBLE: [(&str, &str, Health<'static>); 6] = [
    ("redis", "msa-3", ("warning", outputs::REDIS_LAG)),
    ("postgres", "dsc-3", ("warning", outputs::POSTGRES_LAG)),
    ("kafka", "bla-3", ("critical", outputs::KAFKA_DOWN)),
    (
        "elasticsearch",
        "dsc-3",
        ("warning", outputs::ELASTIC_YELLOW),
    ),
    ("rabbitmq", "msa-2", ("critical", outputs::TCP_REFUSED)),
    ("gateway", "bla-2", ("warning", outputs::CERTIFICATE)),
];

/// Tags that tell the instances of one service apart.
fn role(service: &str, node: &str) -> Option<&'static str> {
    match (service, node) {
        ("redis", "msa-1") | ("postgres", "dsc-1") | ("mongodb", "msa-1") => Some("primary"),
        ("redis" | "postgres" | "mongodb", _) => Some("replica"),
        _ => None,
    }
}

pub(super) fn first(seeder: &mut Seeder) {
    for service in &SERVICES {
        for node in service.nodes {
            let trouble = TROUBLE
                .iter()
                .find(|(name, at, _)| (*name, *at) == (service.name, *node));
            let health = trouble.map_or(("passing", service.fine), |(_, _, health)| *health);
            let tags = service
                .tags
                .iter()
                .copied()
                .chain(role(service.name, node))
                .map(str::to_owned)
                .collect();
            let mut checks = vec![check(
                service.kind,
                &format!("{} alive", service.name),
                health,
            )];
            if service.name == "postgres" {
                checks.push(check("tcp", "port 5432", ("passing", outputs::TCP_FINE)));
            }
            seeder.instance(Instance {
                node,
                id: service.name.to_owned(),
                name: service.name,
                port: service.port,
                tags,
                meta: service.meta,
                checks,
                ..Instance::default()
            });
        }
    }
    seeder.maintenance("bla-3", "nginx", "kernel update, back at 18:00 (ops)");
    // Registered by hand on a node without an agent: nobody checks it.
    seeder.instance(Instance {
        node: "mail-relay.example",
        id: "smtp-relay".to_owned(),
        name: "smtp-relay",
        port: 25,
        tags: vec!["smtp".to_owned(), "external".to_owned()],
        ..Instance::default()
    });
}

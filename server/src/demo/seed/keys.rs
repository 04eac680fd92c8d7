//! The keys of both datacenters: what people keep there, and some that are odd on purpose.

use crate::demo::state::{Guard, State};

const BROKER: &str =
    "broker:\n  kind: nats\n  address:\n    - nats.service.consul:4222\n  retry: 3\n";
const ACCOUNT: &str = "# account service\nlogger:\n  level: 4\n  format: json\ndatabase:\n  host: postgres.service.consul\n  port: 5432\n  name: account\n  pool:\n    min: 4\n    max: 64\ntoken:\n  expires: 12h\n  issuer: omo.msa.account\n";
/// What the services' own settings may say: for all keys of the folder.
const CONFIG_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Settings of every omo.msa service",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "logger": {
      "description": "What is written to the log.",
      "type": "object",
      "required": ["level"],
      "additionalProperties": false,
      "properties": {
        "level": {
          "description": "0 nothing, 1 fatal, 2 errors, 3 warnings, 4 what happens, 5 everything",
          "type": "integer",
          "enum": [0, 1, 2, 3, 4, 5]
        },
        "format": {"description": "How a line looks.", "enum": ["json", "text"]},
        "file": {"description": "Where it is written; the console if left out.", "type": "string"}
      }
    },
    "broker": {
      "description": "What carries messages between services.",
      "type": "object",
      "required": ["kind", "address"],
      "properties": {
        "kind": {"enum": ["nats", "kafka", "http"]},
        "address": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": ":[0-9]+$"}},
        "retry": {"type": "integer", "minimum": 0}
      }
    }
  }
}
"#;
const BROKEN_YAML: &str = "logger:\n  level: 3\n   format: json\nroutes: [a, b\n";
const DASHBOARD: &str = r#"{
  "title": "BeeHive",
  "refresh": "10s",
  "rows": [
    {"service": "omo.msa.startkit", "warn": 0.95, "critical": 0.8},
    {"service": "omo.dsc.search", "warn": 0.99, "critical": 0.9}
  ],
  "bigNumber": 9007199254740993
}
"#;
const TOML: &str = "title = \"ingest\"\n\n[queue]\nsize = 4096\nworkers = 8\ntimeout = \"30s\"\n\n[[source]]\nname = \"camera\"\nenabled = true\n\n[[source]]\nname = \"archive\"\nenabled = false\n";
const HCL: &str = "service {\n  name = \"web\"\n  port = 8080\n  tags = [\"blue\", \"v2\"]\n\n  check {\n    http     = \"http://localhost:8080/healthz\"\n    interval = \"10s\"\n  }\n}\n";
const PROPERTIES: &str = "# report builder\nspring.datasource.url=jdbc:postgresql://postgres.service.consul:5432/report\nspring.datasource.username=report\nserver.port=8088\nreport.title=\\u6708\\u5ea6\\u62a5\\u544a\n";
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<configuration scan=\"true\">\n  <appender name=\"STDOUT\" class=\"ch.qos.logback.core.ConsoleAppender\">\n    <encoder>\n      <pattern>%d{HH:mm:ss.SSS} [%thread] %-5level %logger{36} - %msg%n</pattern>\n    </encoder>\n  </appender>\n  <root level=\"info\">\n    <appender-ref ref=\"STDOUT\"/>\n  </root>\n</configuration>\n";
const NOTES: &str = "Runbook\n=======\n1. drain bla-3 before the kernel update\n2. nginx: maintenance mode, then reboot\n3. check kafka: 0 under-replicated partitions\n";

/// Text keys of `dc1`: key, value, flags.
const TEXTS: [(&str, &str, u64); 28] = [
    ("omo/msa/config/default.yaml", "logger:\n  level: 3\n", 0),
    ("omo/msa/config/broker.yaml", BROKER, 0),
    ("omo/msa/config/.schema.json", CONFIG_SCHEMA, 0),
    ("omo/msa/account/config.yaml", ACCOUNT, 42),
    (
        "omo/msa/account/feature.json",
        "{\"signup\": true, \"sms\": false, \"regions\": [\"cn-north\", \"cn-east\"]}\n",
        0,
    ),
    (
        "omo/msa/organization/config.yaml",
        "logger:\n  level: 3\ncache:\n  ttl: 300s\n",
        0,
    ),
    (
        "omo/msa/notification/config.yml",
        "smtp:\n  host: smtp-relay.service.consul\n  port: 25\n  from: noreply@omo.example\n",
        0,
    ),
    ("omo/msa/notification/broken.yaml", BROKEN_YAML, 0),
    (
        "omo/msa/startkit/readme.txt",
        "The start kit is the service to copy from.\n",
        0,
    ),
    ("omo/dsc/ingest/config.toml", TOML, 0),
    (
        "omo/dsc/search/synonyms.txt",
        "car, auto, 汽车\nphoto, picture, 图片\n",
        0,
    ),
    ("omo/dsc/search/service.hcl", HCL, 0),
    ("omo/bla/report/application.properties", PROPERTIES, 0),
    ("omo/bla/report/logback.xml", XML, 0),
    (
        "omo/bla/gateway/routes.json",
        "{\"/api/account\": \"omo.msa.account\", \"/api/search\": \"omo.dsc.search\"}\n",
        0,
    ),
    (
        "omo/bla/billing/rates.json",
        "[{\"currency\": \"CNY\", \"rate\": 1}, {\"currency\": \"EUR\", \"rate\": 0.128}]\n",
        0,
    ),
    ("omo/bla/empty/", "", 0),
    ("monitoring/dashboard.json", DASHBOARD, 0),
    ("monitoring/alerts/enabled", "true", 1),
    (
        "monitoring/alerts/receivers",
        "ops@omo.example\non-call@omo.example\n",
        0,
    ),
    ("monitoring/silences", "", 0),
    ("notes/runbook.txt", NOTES, 0),
    ("notes/with spaces in it.txt", "A key may hold spaces.\n", 0),
    (
        "notes/平台/说明.txt",
        "平台组的说明：修改配置前先看这里。\n",
        0,
    ),
    ("notes/emoji 🐝", "bee\n", 0),
    (
        "notes/percent%20and?question#hash",
        "Escaped when it goes into an address.\n",
        0,
    ),
    (
        "flags/largest",
        "The flags of this key are the largest number there is.\n",
        u64::MAX,
    ),
    ("version", "2026.3.1\n", 0),
];

fn put(state: &mut State, key: &str, value: &[u8], flags: u64) {
    let written = state.kv_put(key, value.to_vec().into(), flags, &Guard::Always);
    assert_eq!(written, Ok(true), "a plain write is never refused");
}

pub(super) fn first(state: &mut State) {
    for (key, value, flags) in TEXTS {
        put(state, key, value.as_bytes(), flags);
    }
    put(
        state,
        "omo/dsc/search/routes.yaml",
        large_yaml(1500).as_bytes(),
        0,
    );
    put(
        state,
        "monitoring/baseline.json",
        large_json(1200).as_bytes(),
        0,
    );
    put(state, "keys/aes.bin", &bytes(64), 0);
    put(state, "keys/model.bin", &bytes(40_000), 0);
    put(
        state,
        "keys/latin1.txt",
        b"Gr\xfc\xdfe, nicht in UTF-8\n",
        0,
    );
    for tenant in 1..=60 {
        let value = format!(
            "tenant: t{tenant:03}\nquota:\n  users: {}\n  storage: {}GB\n",
            tenant * 10,
            tenant * 5
        );
        put(
            state,
            &format!("omo/msa/tenants/t{tenant:03}/quota.yaml"),
            value.as_bytes(),
            0,
        );
    }
}

pub(super) fn second(state: &mut State) {
    put(
        state,
        "omo/msa/config/default.yaml",
        b"logger:\n  level: 5\n",
        0,
    );
    put(
        state,
        "edge/config.json",
        b"{\"cache\": \"16GB\", \"origin\": \"dc1\"}\n",
        0,
    );
}

fn large_yaml(routes: usize) -> String {
    let route = |number: usize| {
        format!(
            "  - path: /search/shard-{number:04}\n    service: omo.dsc.search\n    timeout: {}ms\n",
            100 + number % 900
        )
    };
    std::iter::once("routes:\n".to_owned())
        .chain((0..routes).map(route))
        .collect()
}

fn large_json(points: usize) -> String {
    let point = |number: usize| {
        format!(
            "  {{\"minute\": {number}, \"requests\": {}}}",
            900 + (number * 7919) % 400
        )
    };
    format!(
        "[\n{}\n]\n",
        (0..points).map(point).collect::<Vec<_>>().join(",\n")
    )
}

/// Bytes that look random and are the same at each start.
fn bytes(count: usize) -> Vec<u8> {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    std::iter::repeat_with(|| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 56) as u8
    })
    .take(count)
    .collect()
}

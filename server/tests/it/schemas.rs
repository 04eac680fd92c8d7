//! `api/validate`, `api/complete` and `api/kv/schema`: what a value is compared with.

use std::io::Write;

use serde_json::{Value, json};
use server::config::SchemaConfig;
use wire::{
    format::{Severity, Validation},
    schema::{Completions, SchemaOf},
};

use crate::{
    agents::{TestAgent, on_each_agent},
    http::part,
    seed,
    waggle::Waggle,
};

on_each_agent!(
    the_nearest_folder_has_the_schema,
    a_file_wins_over_a_key,
    a_wrong_schema_stops_no_save,
    keys_and_values_are_offered,
    duplicate_keys_of_yaml_are_saved_as_they_are,
);

const LEVEL: &str = r#"{"properties": {"level": {"type": "integer", "enum": [1, 2]}}}"#;
const NAME: &str = r#"{"properties": {"level": {"type": "string"}}}"#;

fn checked(key: &str, text: &str) -> Value {
    json!({"Format": "yaml", "Text": text, "Place": {"Datacenter": "dc1", "Key": key}})
}

async fn validate(waggle: &Waggle, key: &str, text: &str) -> Validation {
    waggle
        .post("/api/validate", &checked(key, text))
        .await
        .read()
}

async fn schema_of(waggle: &Waggle, key: &str) -> SchemaOf {
    waggle
        .get(&format!("/api/kv/schema?dc=dc1&key={}", part(key)))
        .await
        .read()
}

async fn the_nearest_folder_has_the_schema(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("schema");
    let key = format!("{root}/a/b/app.yaml");
    assert_eq!(schema_of(&waggle, &key).await.schema, None);
    assert_eq!(validate(&waggle, &key, "level: x\n").await.diagnostics, []);

    let top = format!("{root}/.schema.json");
    seed::kv(agent, &top, LEVEL).await;
    let found = validate(&waggle, &key, "# why\nlevel: x\n").await;
    assert_eq!(found.schema.unwrap().key.as_deref(), Some(&*top));
    let [first, second] = found.diagnostics.as_slice() else {
        panic!("{:?}", found.diagnostics);
    };
    for violation in [first, second] {
        assert_eq!((violation.line, violation.column), (2, 8));
        assert_eq!(violation.severity, Severity::Warning);
    }

    let near = format!("{root}/a/.schema.json");
    seed::kv(agent, &near, NAME).await;
    assert_eq!(validate(&waggle, &key, "level: x\n").await.diagnostics, []);
    let found = schema_of(&waggle, &key).await.schema.unwrap();
    assert_eq!(found.key.as_deref(), Some(&*near));
    // a schema has none itself, and is looked at as one
    assert_eq!(schema_of(&waggle, &near).await.schema, None);
    let mut own = checked(&near, "{\n  \"type\": \"word\"\n}");
    own["Format"] = json!("json");
    let found: Validation = waggle.post("/api/validate", &own).await.read();
    assert_eq!((found.diagnostics[0].line, found.diagnostics.len()), (2, 1));
}

async fn a_file_wins_over_a_key(agent: &'static TestAgent) {
    let root = agent.unique("schema-file");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(NAME.as_bytes()).unwrap();
    let path = file.path().to_owned();
    let waggle = Waggle::with(&[agent.address], |config| {
        config.schemas.push(SchemaConfig {
            prefix: format!("{root}/"),
            datacenter: None,
            file: path.clone(),
        });
    })
    .await;
    let key = format!("{root}/app.yaml");
    seed::kv(agent, &format!("{root}/.schema.json"), LEVEL).await;
    let found = validate(&waggle, &key, "level: 1\n").await;
    let schema = found.schema.unwrap();
    assert_eq!(schema.file.as_deref(), path.to_str());
    assert_eq!((schema.key, found.diagnostics.len()), (None, 1));
    // a change of the file counts at once
    std::fs::write(&path, LEVEL).unwrap();
    assert_eq!(validate(&waggle, &key, "level: 1\n").await.diagnostics, []);
    std::fs::remove_file(&path).unwrap();
    let found = validate(&waggle, &key, "level: 1\n").await;
    assert!(found.schema.unwrap().problem.is_some());
    assert_eq!(found.diagnostics.len(), 1);
}

async fn a_wrong_schema_stops_no_save(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("schema-wrong");
    let key = format!("{root}/app.yaml");
    for (text, word) in [
        ("{\n  \"type\": 7\n}", "line 2"),
        ("{", "line 1"),
        (
            "{\"$ref\": \"http://127.0.0.1:1/s.json\"}",
            "http://127.0.0.1:1",
        ),
        ("\u{0}\u{1}", "line 1"),
    ] {
        seed::kv(agent, &format!("{root}/.schema.json"), text).await;
        let found = validate(&waggle, &key, "level: 1\n").await;
        let [said] = found.diagnostics.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(said.severity, Severity::Warning);
        assert!(said.message.contains(".schema.json"), "{said:?}");
        assert!(said.message.contains(word), "{said:?}");
        assert!(found.schema.unwrap().problem.unwrap().contains(word));
    }
    let mut body = crate::kv::save(&key, b"level: nonsense\n", 0);
    body["Format"] = json!("yaml");
    waggle.put("/api/kv/value", &body).await.ok();
}

async fn keys_and_values_are_offered(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("schema-offers");
    let offered = async |text: &str, line: u32, column: u32| -> Completions {
        let mut body = checked(&format!("{root}/app.yaml"), text);
        body["Line"] = json!(line);
        body["Column"] = json!(column);
        waggle.post("/api/complete", &body).await.read()
    };
    assert_eq!(offered("", 1, 1).await.items, []);
    seed::kv(agent, &format!("{root}/.schema.json"), LEVEL).await;
    let found = offered("le\n", 1, 3).await;
    assert_eq!((found.from, found.to), (1, 3));
    assert_eq!(found.items[0].insert, "level: ");
    assert_eq!(found.items[0].detail, "integer");
    let found = offered("level: \n", 1, 8).await;
    let words: Vec<&str> = found.items.iter().map(|item| &*item.insert).collect();
    assert_eq!(words, ["1", "2"]);
    // places that are none
    for (line, column) in [(0, 0), (99, 1), (1, 999)] {
        let _ = offered("level: 1\n", line, column).await;
    }
}

async fn duplicate_keys_of_yaml_are_saved_as_they_are(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let key = format!("{}/twice.yaml", agent.unique("twice"));
    let text = "level: 1\nname: a\nlevel: 2\n";
    let found = validate(&waggle, &key, text).await;
    let [twice] = found.diagnostics.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((twice.line, twice.column), (3, 1));
    assert_eq!(twice.severity, Severity::Warning);
    assert!(twice.message.contains("line 1"), "{twice:?}");
    let mut body = crate::kv::save(&key, text.as_bytes(), 0);
    body["Format"] = json!("yaml");
    waggle.put("/api/kv/value", &body).await.ok();
    let there = seed::kv_get(agent, &key).await.unwrap();
    assert_eq!(there["Value"], body["Value"]);
}

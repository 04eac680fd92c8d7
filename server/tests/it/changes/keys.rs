//! Keys and folders are deleted, copied, moved and put back, as they were planned.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use wire::changes::{ChangeState, Reason, StepDetail};

use super::{apply, apply_with, below, plan, steps, undo, write, write_many};
use crate::{
    agents::{TestAgent, on_each_agent},
    between::{Between, Fate},
    odd, seed,
    waggle::Waggle,
};

on_each_agent!(
    a_folder_goes_and_its_neighbour_stays,
    a_key_that_comes_after_the_preview_stays,
    all_that_a_filter_finds,
    a_copy_keeps_every_byte_and_flag,
    odd_keys_are_moved_and_put_back,
    a_move_never_overwrites_what_changed,
    locked_keys_stay_unless_asked_for,
    large_values_go_alone,
    an_undo_leaves_what_was_changed_since,
    a_lost_answer_is_found_out,
    four_editors_lose_nothing,
);

async fn a_folder_goes_and_its_neighbour_stays(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("delete");
    for key in ["app/a", "app/b/c", "app/", "apple", "app"] {
        seed::kv(
            agent,
            &format!("{root}/{key}"),
            if key.ends_with('/') { "" } else { "v" },
        )
        .await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/app/")]});
    let change = plan(&waggle, "/api/kv/delete", body).await;
    assert_eq!(change.counts.delete, 3);
    assert_eq!(change.state, ChangeState::Planned);
    assert_eq!(
        seed::kv_keys(agent, &root).await.len(),
        5,
        "nothing is written"
    );
    let done = apply(&waggle, &change).await;
    assert_eq!((done.state, done.outcomes.done), (ChangeState::Done, 3));
    let left = seed::kv_keys(agent, &root).await;
    assert_eq!(left, [format!("{root}/app"), format!("{root}/apple")]);
    let back = undo(&waggle, &done).await;
    assert_eq!((back.counts.create, back.total), (3, 3));
    assert_eq!(apply(&waggle, &back).await.outcomes.done, 3);
    assert_eq!(seed::kv_keys(agent, &root).await.len(), 5);
    // what was undone cannot be undone again
    let again = format!("/api/changes/{}/undo", done.id);
    waggle.post(&again, &json!({})).await.problem(400);
    for keys in [json!([""]), json!([])] {
        let body = json!({"Datacenter": "dc1", "Keys": keys});
        waggle.post("/api/kv/delete", &body).await.problem(400);
    }
}

async fn a_key_that_comes_after_the_preview_stays(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("late");
    for key in ["app/a", "app/b", "application"] {
        seed::kv(agent, &format!("{root}/{key}"), "v").await;
    }
    let folder = format!("{root}/app/");
    for (path, late, more) in [
        ("/api/kv/delete", "late", json!({})),
        (
            "/api/kv/move",
            "later",
            json!({"ToFolder": format!("{root}/elsewhere/")}),
        ),
    ] {
        let late = format!("{folder}{late}");
        let mut body = json!({"Datacenter": "dc1", "Keys": [folder]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let change = plan(&waggle, path, body).await;
        assert_eq!((change.total, change.appeared), (2, 0));
        seed::kv(agent, &late, "v").await;
        let done = apply(&waggle, &change).await;
        assert_eq!((done.outcomes.done, done.appeared), (2, 1), "{path}");
        assert_eq!(seed::kv_keys(agent, &folder).await, [late]);
        seed::kv(agent, &format!("{folder}a"), "v").await;
    }
}

async fn all_that_a_filter_finds(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("matching");
    let prefix = format!("{root}/");
    write_many(agent, &prefix, 130).await;
    for key in ["00-folder/x", "00-folder/y", "other"] {
        seed::kv(agent, &format!("{prefix}{key}"), "v").await;
    }
    let matching = json!({"Folder": prefix, "Filter": "00", "Except": [format!("{prefix}00000")]});
    let body = json!({"Datacenter": "dc1", "Matching": matching});
    let file = waggle.post("/api/kv/export", &body).await.ok();
    // 00001 to 00129, and the two of the folder
    assert_eq!(file.json().as_array().unwrap().len(), 131);
    let change = plan(&waggle, "/api/kv/delete", body).await;
    assert_eq!(change.counts.delete, 131);
    assert_eq!(apply(&waggle, &change).await.outcomes.done, 131);
    let left = ["00000", "other"].map(|name| format!("{prefix}{name}"));
    assert_eq!(seed::kv_keys(agent, &prefix).await, left);
    for (matching, status) in [
        (json!({"Folder": ""}), 400),
        (json!({"Folder": "", "Filter": "  "}), 400),
        (json!({"Folder": root}), 400),
        (json!({"Folder": prefix, "Filter": "\""}), 400),
        (json!({"Folder": prefix, "Filter": "nothing-like-it"}), 404),
    ] {
        let body = json!({"Datacenter": "dc1", "Matching": matching});
        waggle.post("/api/kv/delete", &body).await.problem(status);
    }
    assert_eq!(seed::kv_keys(agent, &prefix).await, left);
}

async fn a_copy_keeps_every_byte_and_flag(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("copy");
    let value: Vec<u8> = (0..=255).collect();
    write(agent, &format!("{root}/from/bytes"), &value, u64::MAX).await;
    write(agent, &format!("{root}/from/sub/"), b"", 3).await;
    write(agent, &format!("{root}/from/sub/same"), b"same", 0).await;
    write(agent, &format!("{root}/to/from/sub/same"), b"same", 0).await;
    write(agent, &format!("{root}/to/from/bytes"), b"old", 9).await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "ToFolder": format!("{root}/to/")});
    let change = plan(&waggle, "/api/kv/copy", body.clone()).await;
    let counts = change.counts;
    assert_eq!((counts.create, counts.overwrite, counts.equal), (1, 1, 1));
    let skipped = apply_with(&waggle, &change, json!({"OnConflict": "skip"})).await;
    assert_eq!((skipped.outcomes.done, skipped.outcomes.skipped), (1, 2));
    let change = plan(&waggle, "/api/kv/copy", body).await;
    let steps = steps(&waggle, &change, "overwrite").await;
    assert_eq!(steps.total, 1);
    let path = format!("/api/changes/{}/steps/{}", change.id, steps.items[0].number);
    let detail: StepDetail = waggle.get(&path).await.read();
    assert_eq!(detail.before, Some(STANDARD.encode("old")));
    assert_eq!(detail.after, Some(STANDARD.encode(&value)));
    assert_eq!((detail.before_flags, detail.after_flags), (9, u64::MAX));
    apply(&waggle, &change).await;
    let from = below(agent, &format!("{root}/from/")).await;
    let to = below(agent, &format!("{root}/to/from/")).await;
    assert_eq!(
        from.values().collect::<Vec<_>>(),
        to.values().collect::<Vec<_>>()
    );
    assert_eq!(to.len(), 3);
}

async fn odd_keys_are_moved_and_put_back(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("odd");
    for (number, key) in odd::keys().iter().enumerate() {
        write(
            agent,
            &format!("{root}/from/{key}"),
            key.as_bytes(),
            number as u64,
        )
        .await;
    }
    let prefix = format!("{root}/from/");
    let before = below(agent, &prefix).await;
    assert!(before.len() > 40);
    let body = json!({"Datacenter": "dc1", "Keys": [prefix], "Names": [format!("{root}//to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    assert_eq!(change.counts.create, before.len());
    let done = apply(&waggle, &change).await;
    assert_eq!(
        done.outcomes.done,
        before.len(),
        "{:?}",
        steps(&waggle, &done, "failed").await
    );
    assert!(below(agent, &prefix).await.is_empty());
    let there = below(agent, &format!("{root}//to/")).await;
    assert_eq!(
        before.values().collect::<Vec<_>>(),
        there.values().collect::<Vec<_>>()
    );
    let back = undo(&waggle, &done).await;
    apply(&waggle, &back).await;
    assert_eq!(below(agent, &prefix).await, before);
    assert!(below(agent, &format!("{root}//")).await.is_empty());
}

async fn a_move_never_overwrites_what_changed(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("race");
    for key in ["from/a", "from/b", "from/c", "to/c"] {
        seed::kv(agent, &format!("{root}/{key}"), key).await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    // the source of one, the destinations of the others
    seed::kv(agent, &format!("{root}/from/a"), "newer").await;
    seed::kv(agent, &format!("{root}/to/b"), "theirs").await;
    seed::kv(agent, &format!("{root}/to/c"), "theirs").await;
    let done = apply(&waggle, &change).await;
    assert_eq!(done.outcomes.changed, 3);
    let texts = below(agent, &format!("{root}/")).await;
    let text = |key: &str| texts[&format!("{root}/{key}")].0.clone();
    assert_eq!(text("from/a"), STANDARD.encode("newer"));
    assert_eq!(text("to/b"), STANDARD.encode("theirs"));
    assert_eq!(text("from/c"), STANDARD.encode("from/c"));
    assert!(!texts.contains_key(&format!("{root}/to/a")));
    let inside = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "ToFolder": format!("{root}/from/")});
    let problem = waggle.post("/api/kv/move", &inside).await.problem(400);
    assert!(problem.detail.contains("into itself"), "{}", problem.detail);
}

async fn locked_keys_stay_unless_asked_for(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("locked");
    let session = agent
        .http()
        .put("/v1/session/create", json!({"Name": "holder"}).to_string())
        .await
        .json()["ID"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1/kv/{root}/held?acquire={session}");
    agent.http().put(&path, "v").await.ok();
    seed::kv(agent, &format!("{root}/free"), "v").await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/")]});
    let change = plan(&waggle, "/api/kv/delete", body.clone()).await;
    assert_eq!((change.counts.locked, change.counts.delete), (1, 1));
    let step = &steps(&waggle, &change, "locked").await.items[0];
    assert_eq!(step.session.as_deref(), Some(session.as_str()));
    apply(&waggle, &change).await;
    assert_eq!(seed::kv_keys(agent, &root).await, [format!("{root}/held")]);
    let change = plan(&waggle, "/api/kv/delete", body).await;
    apply_with(&waggle, &change, json!({"WithLocked": true})).await;
    assert!(seed::kv_keys(agent, &root).await.is_empty());
}

async fn large_values_go_alone(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("large");
    for (key, size) in [("a", 1), ("b", 512 * 1024), ("c", 380 * 1024), ("d", 1)] {
        seed::kv(agent, &format!("{root}/from/{key}"), vec![b'x'; size]).await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    let done = apply(&waggle, &change).await;
    assert_eq!(
        done.outcomes.done,
        4,
        "{:?}",
        steps(&waggle, &done, "").await
    );
    let there = below(agent, &format!("{root}/to/")).await;
    let sizes: Vec<usize> = there
        .values()
        .map(|(value, _)| STANDARD.decode(value).unwrap().len())
        .collect();
    assert_eq!(sizes, [1, 512 * 1024, 380 * 1024, 1]);
    assert!(below(agent, &format!("{root}/from/")).await.is_empty());
    let back = undo(&waggle, &done).await;
    assert_eq!(apply(&waggle, &back).await.outcomes.done, 4);
    // no way for a large value to a key that no path carries
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/b")],
        "Names": [format!("{root}//b")]});
    let change = plan(&waggle, "/api/kv/copy", body).await;
    let step = &steps(&waggle, &change, "refused").await.items[0];
    assert_eq!(step.reason, Some(Reason::NoWay));
}

async fn an_undo_leaves_what_was_changed_since(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("undo");
    for key in ["from/a", "from/b", "to/b"] {
        seed::kv(agent, &format!("{root}/{key}"), key).await;
    }
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    assert_eq!((change.counts.create, change.counts.overwrite), (1, 1));
    let done = apply(&waggle, &change).await;
    seed::kv(agent, &format!("{root}/to/a"), "since").await;
    let back = undo(&waggle, &done).await;
    assert_eq!((back.counts.create, back.counts.refused), (1, 1));
    let refused = &steps(&waggle, &back, "refused").await.items[0];
    assert_eq!(refused.reason, Some(Reason::ChangedSince));
    apply(&waggle, &back).await;
    let texts = below(agent, &format!("{root}/")).await;
    let text = |key: &str| {
        texts
            .get(&format!("{root}/{key}"))
            .map(|(text, _)| text.clone())
    };
    assert_eq!(text("to/a"), Some(STANDARD.encode("since")));
    assert_eq!(text("from/a"), None);
    assert_eq!(text("from/b"), Some(STANDARD.encode("from/b")));
    assert_eq!(text("to/b"), Some(STANDARD.encode("to/b")));
}

async fn a_lost_answer_is_found_out(agent: &'static TestAgent) {
    // 300 keys of a move are 10 chunks of 32: the third landed and its answer was lost
    let lose = |number| {
        if number == 2 {
            Fate::LoseAnswer
        } else {
            Fate::Pass
        }
    };
    let between = Between::start(agent.address, lose).await;
    let waggle = Waggle::over_addresses(&[between.address]).await;
    let root = agent.unique("lost");
    write_many(agent, &format!("{root}/from/"), 300).await;
    let body = json!({"Datacenter": "dc1", "Keys": [format!("{root}/from/")],
        "Names": [format!("{root}/to/")]});
    let change = plan(&waggle, "/api/kv/move", body).await;
    let done = apply(&waggle, &change).await;
    assert_eq!((done.state, done.outcomes.done), (ChangeState::Done, 300));
    assert_eq!(below(agent, &format!("{root}/to/")).await.len(), 300);
    assert!(below(agent, &format!("{root}/from/")).await.is_empty());
    let bodies = between.bodies();
    assert_eq!(bodies.len(), 10, "nothing is sent twice");
    // what it learned is enough to take it back
    let back = undo(&waggle, &done).await;
    assert_eq!(back.counts.create, 300);
}

async fn four_editors_lose_nothing(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = agent.unique("editors");
    for number in 0..50 {
        seed::kv(agent, &format!("{root}/{number:02}"), "0").await;
    }
    let editors = (0..4).map(|_| async {
        let mut saved = 0_u32;
        for number in 0..50 {
            let key = format!("{root}/{number:02}");
            // each adds one to what it read, as often as it loses
            loop {
                let pair: Value = waggle
                    .get(&format!("/api/kv/value?key={}", crate::http::part(&key)))
                    .await
                    .json();
                let now: u32 =
                    String::from_utf8(STANDARD.decode(pair["Value"].as_str().unwrap()).unwrap())
                        .unwrap()
                        .parse()
                        .unwrap();
                let body = json!({"Datacenter": "dc1", "Key": key, "Cas": pair["ModifyIndex"],
                    "Value": STANDARD.encode((now + 1).to_string())});
                if waggle.put("/api/kv/value", &body).await.status == 200 {
                    saved += 1;
                    break;
                }
            }
        }
        saved
    });
    let saved: u32 = futures::future::join_all(editors).await.iter().sum();
    assert_eq!(saved, 200);
    for (value, _) in below(agent, &format!("{root}/")).await.values() {
        assert_eq!(*value, STANDARD.encode("4"));
    }
}

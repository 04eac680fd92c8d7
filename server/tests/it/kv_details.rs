//! `api/kv/details`: what is said of keys besides their names, and of a folder's own key.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use wire::kv::{KeyDetails, KvPair};

use crate::{
    agents::{TestAgent, on_each_agent},
    http::part,
    kv::save,
    seed, sessions,
    waggle::Waggle,
};

on_each_agent!(
    details_are_of_the_keys_of_the_window,
    a_folders_own_key_may_hold_a_value,
);

async fn details(waggle: &Waggle, prefix: &str, more: &str) -> KeyDetails {
    let path = format!("/api/kv/details?dc=dc1&prefix={}{more}", part(prefix));
    waggle.get(&path).await.read()
}

async fn details_are_of_the_keys_of_the_window(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = format!("{}/", agent.unique("details"));
    let id = sessions::session(agent, &agent.unique("holder"), json!({})).await;
    sessions::lock(agent, &format!("{root}held"), &id).await;
    let mut body = save(&format!("{root}some"), b"12345", 0);
    body["Flags"] = json!(7);
    let some: KvPair = waggle.put("/api/kv/value", &body).await.read();
    seed::kv(agent, &format!("{root}sub/below"), "below").await;
    seed::kv(agent, &format!("{root}zero"), "").await;
    let all = details(&waggle, &root, "").await;
    let names: Vec<&str> = all
        .items
        .iter()
        .map(|item| item.key.strip_prefix(&root).unwrap())
        .collect();
    assert_eq!(names, ["held", "some", "zero"]);
    assert_eq!(all.own, None);
    let [held, known, zero] = &all.items[..] else {
        panic!("{all:?}");
    };
    assert_eq!(held.session.as_ref(), Some(&id));
    assert_eq!(held.node.as_ref(), Some(&agent.node));
    assert_eq!((known.size_bytes, known.flags), (Some(5), 7));
    assert_eq!(known.modify_index, some.modify_index);
    assert_eq!((&known.session, zero.size_bytes), (&None, Some(0)));
    // the second and third row, the folder being the first
    let some = details(&waggle, &root, "&offset=1&limit=2").await;
    assert_eq!(some.items, all.items[..2]);
}

async fn a_folders_own_key_may_hold_a_value(agent: &'static TestAgent) {
    let waggle = Waggle::over(agent).await;
    let root = format!("{}/", agent.unique("own"));
    seed::kv(agent, &format!("{root}below"), "below").await;
    assert_eq!(details(&waggle, &root, "").await.own, None);
    seed::kv(agent, &root, "of the folder").await;
    let path = format!("/api/kv/value?key={}", part(&root));
    let read: KvPair = waggle.get(&path).await.read();
    assert_eq!(read.value, Some(STANDARD.encode("of the folder")));
    let body = save(&root, b"anew", read.modify_index);
    let saved: KvPair = waggle.put("/api/kv/value", &body).await.read();
    assert_eq!(saved.value, Some(STANDARD.encode("anew")));
    assert_eq!(saved.key, root);
    // what is below is what it was, and is all that the list is of
    let below: KvPair = waggle.get(&format!("{path}below")).await.read();
    assert_eq!(below.value, Some(STANDARD.encode("below")));
    let other = Waggle::over(agent).await;
    let told = details(&other, &root, "").await;
    assert_eq!(told.items.len(), 1);
    assert_eq!(told.own.map(|own| own.size_bytes), Some(Some(4)));
    assert_eq!(details(&other, "", "").await.own, None);
}

//! Keys and values.

use base64::{Engine, engine::general_purpose::STANDARD};
use server::consul::{Cas, Error};

use super::{bytes, client, get, here, put};
use crate::{
    agents::{TestAgent, on_each_agent},
    seed,
};

on_each_agent!(
    kv_every_byte,
    kv_flags,
    kv_empty_is_not_missing,
    kv_create_only,
    kv_stale_index,
    kv_delete_compares,
    kv_keys_by_level,
    kv_odd_keys,
    kv_double_slash,
    kv_indexes_grow,
    kv_size_limit,
);

async fn kv_every_byte(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("bytes");
    let value: Vec<u8> = (0..=255).collect();
    put(&client, &key, &value).await;
    let pair = get(&client, &key).await.unwrap();
    assert_eq!(
        (pair.key.as_str(), bytes(&pair)),
        (key.as_str(), value.clone())
    );
    // what Consul's own API says, not only our reading of it
    let raw = seed::kv_get(agent, &key).await.unwrap();
    assert_eq!(raw["Value"], STANDARD.encode(value).as_str());
}

async fn kv_flags(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("flags");
    for flags in [0, 42, u64::MAX] {
        assert!(
            client
                .kv()
                .put(&key, b"x", flags, Cas::Unchecked, &here())
                .await
                .unwrap()
        );
        assert_eq!(get(&client, &key).await.unwrap().flags, flags);
    }
}

async fn kv_empty_is_not_missing(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("empty");
    assert_eq!(get(&client, &key).await, None);
    put(&client, &key, b"").await;
    assert_eq!(bytes(&get(&client, &key).await.unwrap()), b"");
    let missing = client
        .kv()
        .get(&agent.unique("missing"), &here())
        .await
        .unwrap();
    assert!(
        missing.meta.index > 0,
        "a missing key can be waited for too"
    );
}

async fn kv_create_only(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("created");
    let create = async |value: &[u8]| {
        client
            .kv()
            .put(&key, value, 0, Cas::CreateOnly, &here())
            .await
            .unwrap()
    };
    assert!(create(b"first").await);
    assert!(!create(b"second").await);
    assert_eq!(bytes(&get(&client, &key).await.unwrap()), b"first");
}

async fn kv_stale_index(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("stale");
    put(&client, &key, b"one").await;
    let old = get(&client, &key).await.unwrap().modify_index;
    let save = async |value: &[u8], index: u64| {
        client
            .kv()
            .put(&key, value, 0, Cas::Index(index), &here())
            .await
            .unwrap()
    };
    assert!(save(b"two", old).await);
    assert!(!save(b"three", old).await);
    assert!(!save(b"three", u64::MAX).await);
    assert!(!save(b"three", (1 << 53) + 1).await);
    let now = get(&client, &key).await.unwrap();
    assert_eq!(bytes(&now), b"two");
    assert!(now.modify_index > old);
    let missing = agent.unique("never");
    assert!(
        !client
            .kv()
            .put(&missing, b"x", 0, Cas::Index(7), &here())
            .await
            .unwrap()
    );
    assert_eq!(get(&client, &missing).await, None);
}

async fn kv_delete_compares(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("doomed");
    put(&client, &key, b"x").await;
    let index = get(&client, &key).await.unwrap().modify_index;
    let delete = async |cas: Cas| client.kv().delete(&key, cas, &here()).await;
    assert!(!delete(Cas::Index(index + 1_000_000)).await.unwrap());
    assert!(delete(Cas::Index(0)).await.is_err());
    assert!(delete(Cas::CreateOnly).await.is_err());
    assert!(get(&client, &key).await.is_some());
    assert!(delete(Cas::Index(index)).await.unwrap());
    assert_eq!(get(&client, &key).await, None);
}

async fn kv_keys_by_level(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("levels");
    for key in ["a", "b/c", "b/d/e", "f/"] {
        put(&client, &format!("{root}/{key}"), b"").await;
    }
    let prefix = format!("{root}/");
    let named = |keys: Vec<String>| -> Vec<String> {
        keys.iter()
            .map(|key| key[prefix.len()..].to_owned())
            .collect()
    };
    let level = client.kv().keys(&prefix, Some("/"), &here()).await.unwrap();
    assert_eq!(named(level.value), ["a", "b/", "f/"]);
    let all = client.kv().keys(&prefix, None, &here()).await.unwrap();
    assert_eq!(named(all.value), ["a", "b/c", "b/d/e", "f/"]);
    let none = client
        .kv()
        .keys(&agent.unique("no-prefix"), Some("/"), &here())
        .await
        .unwrap();
    assert!(none.value.is_empty());
    let pairs = client.kv().list(&prefix, &here()).await.unwrap();
    assert_eq!(pairs.value.len(), 4);
}

async fn kv_odd_keys(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("odd");
    for odd in crate::odd::keys() {
        // what begins with a slash is below nothing; others write such keys at the same time
        let key = if odd.starts_with('/') {
            format!("{odd}/{root}")
        } else {
            format!("{root}/{odd}")
        };
        match client
            .kv()
            .put(&key, odd.as_bytes(), 0, Cas::Unchecked, &here())
            .await
        {
            Ok(written) => {
                assert!(written, "{key:?}");
                let pair = get(&client, &key)
                    .await
                    .unwrap_or_else(|| panic!("{key:?} was written"));
                assert_eq!(
                    (pair.key.as_str(), bytes(&pair)),
                    (key.as_str(), odd.as_bytes().to_vec())
                );
                assert!(
                    client
                        .kv()
                        .delete(&key, Cas::Index(pair.modify_index), &here())
                        .await
                        .unwrap()
                );
                assert_eq!(get(&client, &key).await, None, "{key:?}");
            }
            Err(Error::Refused { .. }) => {
                assert!(
                    matches!(client.kv().get(&key, &here()).await, Ok(answer) if answer.value.is_none())
                        || matches!(
                            client.kv().get(&key, &here()).await,
                            Err(Error::Refused { .. })
                        ),
                    "{key:?}"
                );
            }
            Err(error) => panic!("{key:?}: {error}"),
        }
    }
    assert!(seed::kv_keys(agent, &format!("{root}/")).await.is_empty());
}

async fn kv_double_slash(agent: &'static TestAgent) {
    let client = client(agent);
    let root = agent.unique("slashes");
    let (single, double) = (format!("{root}/b"), format!("{root}//b"));
    put(&client, &single, b"single").await;
    assert_eq!(get(&client, &double).await, None);
    put(&client, &double, b"double").await;
    assert_eq!(bytes(&get(&client, &double).await.unwrap()), b"double");
    assert_eq!(bytes(&get(&client, &single).await.unwrap()), b"single");
    let below = client
        .kv()
        .keys(&format!("{root}//"), Some("/"), &here())
        .await
        .unwrap();
    assert_eq!(below.value, std::slice::from_ref(&double));
    assert!(
        client
            .kv()
            .delete(&double, Cas::Unchecked, &here())
            .await
            .unwrap()
    );
    assert_eq!(bytes(&get(&client, &single).await.unwrap()), b"single");
}

async fn kv_indexes_grow(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("grows");
    put(&client, &key, b"1").await;
    let first = client.kv().get(&key, &here()).await.unwrap();
    put(&client, &key, b"2").await;
    let second = client.kv().get(&key, &here()).await.unwrap();
    assert!(second.meta.index > first.meta.index);
    let (first, second) = (first.value.unwrap(), second.value.unwrap());
    assert_eq!(first.create_index, second.create_index);
    assert_eq!(first.create_index, first.modify_index);
    assert!(second.modify_index > first.modify_index);
}

async fn kv_size_limit(agent: &'static TestAgent) {
    let client = client(agent);
    let key = agent.unique("sized");
    put(&client, &key, &vec![7; wire::kv::VALUE_MAX_BYTES]).await;
    let more = vec![7; wire::kv::VALUE_MAX_BYTES + 1];
    let outcome = client
        .kv()
        .put(&key, &more, 0, Cas::Unchecked, &here())
        .await;
    assert!(
        matches!(outcome, Err(Error::TooLarge { .. })),
        "{outcome:?}"
    );
    assert_eq!(
        bytes(&get(&client, &key).await.unwrap()).len(),
        wire::kv::VALUE_MAX_BYTES
    );
}

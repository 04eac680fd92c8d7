//! The store by itself: what is kept, how long, and what a kill leaves of it.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use wire::{
    history::{Kind, Note, Who},
    kv::KvPair,
};

use super::{
    Rules,
    attribution::Attributions,
    now,
    store::{Range, Seen, Store, Wanted},
};
use crate::config::HistoryConfig;

/// For how long something is waited for that takes a moment, on a machine that may be very slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// Says to the child that it is one, and where to write.
const CHILD: &str = "WAGGLE_TEST_HISTORY_FOLDER";

fn settings(folder: Option<&Path>) -> HistoryConfig {
    HistoryConfig {
        on: true,
        folder: folder.map(Path::to_owned),
        ..HistoryConfig::default()
    }
}

async fn open(folder: Option<&Path>) -> Store {
    open_with(folder, "secret/").await
}

/// Opens it to write. A process that another test starts holds its lock for a moment, as it does all
/// files that are open then.
async fn open_with(folder: Option<&Path>, secret: &str) -> Store {
    let began = Instant::now();
    loop {
        let store = Store::open(&settings(folder), &[secret.to_owned()]).await;
        let store = store.unwrap();
        if store.writes() {
            return store;
        }
        assert!(began.elapsed() < PATIENCE, "another one writes");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn pair(key: &str, index: u64, value: &[u8]) -> KvPair {
    KvPair {
        key: key.to_owned(),
        value: Some(STANDARD.encode(value)),
        create_index: 1,
        modify_index: index,
        ..KvPair::default()
    }
}

fn seen(pairs: Vec<KvPair>) -> Seen {
    Seen {
        datacenter: "dc1".to_owned(),
        range: Range::Below(String::new()),
        pairs,
        exclude: Vec::new(),
        baseline: false,
        unwatched: false,
        told_to: Some(u64::MAX),
        index_before: 0,
        index: u64::MAX,
        now: now(),
    }
}

async fn take(store: &Store, pairs: Vec<KvPair>) {
    let nobody = Attributions::default();
    store.take_in(&seen(pairs), &nobody).await.unwrap();
}

fn wanted(range: Option<Range>) -> Wanted {
    Wanted {
        datacenter: "dc1".to_owned(),
        range,
        limit: 100,
        ..Wanted::default()
    }
}

#[tokio::test]
async fn numbers_are_exact_and_notes_are_kept() {
    let store = open(None).await;
    let mut first = pair("a", 7, b"1");
    first.flags = u64::MAX;
    take(&store, vec![first]).await;
    let mut again = pair("a", u64::MAX - 1, b"1");
    again.flags = u64::MAX;
    again.create_index = 9;
    again.session = Some("s".to_owned());
    let nobody = Attributions::default();
    let burst = Seen {
        told_to: Some(8),
        ..seen(vec![again])
    };
    store.take_in(&burst, &nobody).await.unwrap();
    let found = store
        .records(&wanted(Some(Range::Exactly("a".into()))))
        .await
        .unwrap();
    let [last, first] = &found.items[..] else {
        panic!("{found:?}");
    };
    assert_eq!((first.kind, last.kind), (Kind::Created, Kind::Updated));
    assert_eq!(last.index_after, Some(u64::MAX - 1));
    assert_eq!(last.flags_before, Some(u64::MAX));
    for note in [Note::MayHaveMissed, Note::Recreated, Note::Same, Note::Lock] {
        assert!(last.notes.contains(&note), "{note:?} {last:?}");
    }
}

#[tokio::test]
async fn what_a_deleted_key_held_last_is_not_taken_for_known() {
    let (a, b, c) = (pair("a", 5, b"1"), pair("b", 5, b"1"), pair("c", 9, b"1"));
    let one_by_one = |told_to, index_before, index, pairs: &[&KvPair]| Seen {
        told_to,
        index_before,
        index,
        ..seen(pairs.iter().map(|pair| (*pair).clone()).collect())
    };
    for (later, may_have_missed) in [
        // the deletion woke us
        (one_by_one(Some(7), 5, 7, &[&b]), false),
        // it came after what woke us: that may have been a write of the same key
        (one_by_one(Some(7), 5, 8, &[&b]), true),
        // nothing was told by itself
        (one_by_one(None, 5, 8, &[&b]), true),
        // but no more than this happened
        (one_by_one(None, 5, 6, &[&b]), false),
        // something else was written before it
        (one_by_one(Some(10), 5, 10, &[&b, &c]), true),
        // a move: both at one index
        (one_by_one(Some(9), 5, 9, &[&b, &c]), false),
        // what woke us was elsewhere
        (one_by_one(Some(9), 5, 7, &[&b]), true),
    ] {
        let store = open(None).await;
        let nobody = Attributions::default();
        take(&store, vec![a.clone(), b.clone()]).await;
        store.take_in(&later, &nobody).await.unwrap();
        let gone = store.deleted(&wanted(None)).await.unwrap();
        let [gone] = &gone.items[..] else {
            panic!("{gone:?}");
        };
        let noted = gone.notes.contains(&Note::MayHaveMissed);
        assert_eq!(noted, may_have_missed, "{later:?}");
    }
}

#[tokio::test]
async fn equal_values_are_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(Some(folder.path())).await;
    let value = vec![b'x'; 100_000];
    for index in 1..40 {
        let pairs = (0..5).map(|n| pair(&format!("key-{n}"), index, &value));
        take(&store, pairs.collect()).await;
    }
    assert!(store.bytes().await.unwrap() < 400_000);
    let found = store.records(&wanted(None)).await.unwrap();
    assert_eq!(found.total, 195);
}

#[tokio::test]
async fn the_oldest_goes_where_it_is_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let mut small = settings(Some(folder.path()));
    small.max_megabytes = 3;
    let store = Store::open(&small, &[]).await.unwrap();
    for index in 1..2_500_u64 {
        // no two are equal
        let mut value = vec![7; 1_500];
        value[..8].copy_from_slice(&index.to_ne_bytes());
        take(&store, vec![pair("a", index, &value)]).await;
    }
    assert!(store.bytes().await.unwrap() > store.max_bytes());
    store.make_room(now()).await.unwrap();
    assert!(store.bytes().await.unwrap() <= store.max_bytes());
    let found = store.records(&wanted(None)).await.unwrap();
    assert_eq!(found.items[0].index_after, Some(2_499));
    assert!(found.total < 2_499 && found.total >= 1_000);
    let last = store.record(found.items[0].id).await.unwrap().unwrap();
    assert!(last.before.is_some() && last.after.is_some());
    // in a hundred years all of it is too old, but for what the key holds
    store
        .make_room(now() + 100 * 365 * 86_400_000)
        .await
        .unwrap();
    assert_eq!(store.records(&wanted(None)).await.unwrap().total, 0);
    assert!(store.bytes().await.unwrap() < 300_000);
    take(&store, Vec::new()).await;
    let gone = store.records(&wanted(None)).await.unwrap();
    let detail = store.record(gone.items[0].id).await.unwrap().unwrap();
    assert_eq!(detail.record.kind, Kind::Deleted);
    assert!(detail.before.is_some());
}

#[tokio::test]
async fn what_is_too_large_is_told_by_its_hash() {
    let mut small = settings(None);
    small.max_value_bytes = 10;
    let store = Store::open(&small, &[]).await.unwrap();
    for (index, value) in [
        (1, &b"0123456789"[..]),
        (2, b"0123456789a"),
        (3, b"0123456789b"),
    ] {
        take(&store, vec![pair("a", index, value)]).await;
    }
    take(&store, vec![pair("a", 4, b"0123456789b")]).await;
    let found = store.records(&wanted(None)).await.unwrap();
    let [same, other, grown, first] = &found.items[..] else {
        panic!("{found:?}");
    };
    assert!(!first.truncated && grown.truncated && other.truncated);
    assert_eq!((grown.size_before, grown.size_after), (Some(10), Some(11)));
    assert!(grown.hash_before.is_none(), "what is kept needs none");
    assert_ne!(other.hash_before, other.hash_after);
    assert_eq!(same.hash_before, same.hash_after);
    assert!(same.notes.contains(&Note::Same));
    let detail = store.record(grown.id).await.unwrap().unwrap();
    assert!(detail.before.is_some() && detail.after.is_none());
}

#[tokio::test]
async fn all_datacenters_are_one_list() {
    let store = open(None).await;
    let nobody = Attributions::default();
    for index in 1..=6_u64 {
        let datacenter = ["dc1", "dc2", "dc3"][index as usize % 3];
        let one = Seen {
            datacenter: datacenter.to_owned(),
            ..seen(vec![pair("a", index, b"1")])
        };
        store.take_in(&one, &nobody).await.unwrap();
    }
    assert_eq!(store.datacenters().await.unwrap(), ["dc1", "dc2", "dc3"]);
    let everywhere = |offset, limit| Wanted {
        datacenter: "@all".to_owned(),
        offset,
        limit,
        ..Wanted::default()
    };
    let indexes = |items: &[wire::history::Record]| -> Vec<u64> {
        items.iter().filter_map(|one| one.index_after).collect()
    };
    let all = store.records(&everywhere(0, 100)).await.unwrap();
    assert_eq!(
        (indexes(&all.items), all.total),
        (vec![6, 5, 4, 3, 2, 1], 6)
    );
    let page = store.records(&everywhere(3, 2)).await.unwrap();
    assert_eq!((indexes(&page.items), page.offset), (vec![3, 2], 3));
    let part = store
        .export(&everywhere(0, 0), all.items[4].id, 3)
        .await
        .unwrap();
    let ids: Vec<u64> = part.iter().map(|one| one.record.id).collect();
    assert_eq!(ids, [all.items[3].id, all.items[2].id, all.items[1].id]);
    for datacenter in ["dc1", "dc3"] {
        let gone = Seen {
            datacenter: datacenter.to_owned(),
            ..seen(Vec::new())
        };
        store.take_in(&gone, &nobody).await.unwrap();
    }
    let gone = store.deleted(&everywhere(0, 100)).await.unwrap();
    let places: Vec<&str> = gone
        .items
        .iter()
        .map(|one| one.datacenter.as_str())
        .collect();
    assert_eq!((places, gone.total), (vec!["dc3", "dc1"], 2));
}

#[tokio::test]
async fn what_becomes_secret_leaves_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(Some(folder.path())).await;
    take(&store, vec![pair("later/a", 1, b"canary-one")]).await;
    take(&store, vec![pair("later/a", 2, b"canary-two")]).await;
    take(&store, vec![pair("later/a", 3, b"canary-two")]).await;
    drop(store);
    let store = open_with(Some(folder.path()), "later/").await;
    let found = store.records(&wanted(None)).await.unwrap();
    assert!(found.items.iter().all(|record| record.secret));
    assert_eq!(found.items[0].hash_before, found.items[0].hash_after);
    assert_ne!(found.items[1].hash_before, found.items[1].hash_after);
    drop(store);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"canary-"));
    }
}

#[tokio::test]
async fn another_cluster_is_told_by_its_servers() {
    let store = open(None).await;
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    for (servers, same) in [
        (ids(&["a", "b"]), true),
        (ids(&["b", "c"]), true),
        (ids(&["d"]), false),
        (ids(&["c"]), true),
        (ids(&[]), true),
    ] {
        assert_eq!(
            store.is_same("dc1", &servers).await.unwrap(),
            same,
            "{servers:?}"
        );
    }
    assert!(store.is_same("dc2", &ids(&["d"])).await.unwrap());
}

#[tokio::test]
async fn who_did_it_may_be_known_later() {
    let store = open(None).await;
    take(&store, vec![pair("a", 7, b"1")]).await;
    let who = Who {
        through_waggle: true,
        accessor_id: "6bd2d1e4".into(),
        name: "ops".into(),
    };
    let said = async |key: &str, index, who: &Who| {
        let changes = [(key.to_owned(), index)];
        store.attribute("dc1", &changes, 0, who).await.unwrap()
    };
    let nameless = Who {
        through_waggle: true,
        ..Who::default()
    };
    assert_eq!(said("a", Some(7), &nameless).await.changed, ["a"]);
    assert_eq!(said("a", Some(7), &who).await.changed, ["a"]);
    for (key, index) in [("a", Some(8)), ("a", Some(7)), ("a", None), ("b", Some(7))] {
        assert!(said(key, index, &who).await.changed.is_empty());
    }
    let found = store.records(&wanted(None)).await.unwrap();
    assert_eq!(
        (&found.items[0].who, &found.people[..]),
        (&who, &[who.clone()][..])
    );
    let by = |who: &str| Wanted {
        who: Some(who.to_owned()),
        ..wanted(None)
    };
    assert_eq!(store.records(&by("6bd2d1e4")).await.unwrap().total, 1);
    assert_eq!(store.records(&by("outside")).await.unwrap().total, 0);
}

#[tokio::test]
async fn what_is_left_out_is_not_gone() {
    let store = open(None).await;
    take(&store, vec![pair("a", 7, b"1"), pair("b", 7, b"1")]).await;
    store.cover("dc1", "").await.unwrap();
    let exclude = vec!["b".to_owned()];
    store.leaves_out("dc1", &exclude).await.unwrap();
    assert!(store.covered("dc1").await.unwrap().is_empty());
    let nobody = Attributions::default();
    let without = Seen {
        exclude,
        ..seen(vec![pair("a", 7, b"1")])
    };
    let written = store.take_in(&without, &nobody).await.unwrap();
    assert!(written.changed.is_empty(), "{written:?}");
    // recorded again: what it became meanwhile is told as that
    store.leaves_out("dc1", &[]).await.unwrap();
    let again = Seen {
        baseline: true,
        unwatched: true,
        ..seen(vec![
            pair("a", 7, b"1"),
            pair("b", 9, b"2"),
            pair("c", 8, b""),
        ])
    };
    let written = store.take_in(&again, &nobody).await.unwrap();
    assert_eq!(written.changed, ["b"]);
    let found = store.records(&wanted(None)).await.unwrap();
    assert_eq!(found.items[0].notes, [Note::Unwatched]);
}

#[tokio::test]
async fn what_was_chosen_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules {
        prefixes: vec!["a/".into(), "b/".into()],
        exclude: vec!["*/x".into()],
    };
    let store = open(Some(folder.path())).await;
    store.choose("dc1", &Rules::default()).await.unwrap();
    store.choose("dc1", &rules).await.unwrap();
    drop(store);
    let store = open(Some(folder.path())).await;
    assert_eq!(store.chosen("dc1").await.unwrap(), rules);
    assert_eq!(store.chosen("dc2").await.unwrap(), Rules::default());
}

/// What was deleted before, and was there again, is no deletion of ours.
#[tokio::test]
async fn only_the_last_deletion_may_be_ours() {
    let store = open(None).await;
    let who = Who {
        through_waggle: true,
        ..Who::default()
    };
    let said = async || {
        let changes = [("a".to_owned(), None)];
        store.attribute("dc1", &changes, 0, &who).await.unwrap()
    };
    take(&store, vec![pair("a", 7, b"1")]).await;
    take(&store, Vec::new()).await;
    take(&store, vec![pair("a", 9, b"1")]).await;
    assert!(said().await.changed.is_empty());
    take(&store, Vec::new()).await;
    assert_eq!(said().await.changed, ["a"]);
    let found = store.records(&wanted(None)).await.unwrap();
    let ours: Vec<bool> = found
        .items
        .iter()
        .map(|record| record.who.through_waggle)
        .collect();
    assert_eq!(ours, [true, false, false, false]);
}

/// However they are asked for, records come newest first and none is left out.
#[tokio::test]
async fn every_way_of_asking_finds_the_same() {
    let store = open(None).await;
    for round in 1..=30_u64 {
        let pairs = (0..1_000_u64).map(|n| {
            let index = if n % 10 == round % 10 || round == 1 {
                round
            } else {
                0
            };
            (n, index)
        });
        // a key that is not written keeps the index that it had
        let pairs = pairs.map(|(n, index)| {
            let last = if index > 0 {
                index
            } else {
                last_round(n, round)
            };
            pair(&format!("f{}/{n}", n % 3), last, &last.to_ne_bytes())
        });
        take(&store, pairs.collect()).await;
    }
    let all = store.records(&wanted(None)).await.unwrap();
    assert!(all.total >= 3_800, "{}", all.total);
    for prefix in ["f0/", "f1/99", "f2/5"] {
        let below = Wanted {
            limit: 500,
            ..wanted(Some(Range::Below(prefix.to_owned())))
        };
        let found = store.records(&below).await.unwrap();
        assert!(
            found
                .items
                .iter()
                .all(|record| record.key.starts_with(prefix))
        );
        assert!(found.items.is_sorted_by(|a, b| a.id > b.id));
        assert_eq!(found.items.len(), found.total.min(500));
        let exported = store.export(&below, 0, 100_000).await.unwrap();
        assert_eq!(exported.len(), found.total);
    }
}

fn last_round(n: u64, round: u64) -> u64 {
    (2..=round)
        .rev()
        .find(|round| n % 10 == round % 10)
        .unwrap_or(1)
}

/// Run as a child by the next test, and killed by it.
#[tokio::test]
#[ignore = "a part of a_kill_at_any_moment_leaves_what_was_written"]
async fn writes_until_it_is_killed() {
    let folder = std::env::var_os(CHILD).expect("run by another test");
    let store = open(Some(Path::new(&folder))).await;
    for index in 1.. {
        let pairs = (0..20).map(|n| pair(&format!("key-{n}"), index, &index.to_ne_bytes()));
        take(&store, pairs.collect()).await;
        // never seen half written
        let reached = Path::new(&folder).join("reached");
        let draft = reached.with_extension("new");
        std::fs::write(&draft, index.to_string()).unwrap();
        std::fs::rename(draft, reached).unwrap();
    }
}

#[tokio::test]
async fn a_kill_at_any_moment_leaves_what_was_written() {
    for round in 0..4_u64 {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "history::tests::writes_until_it_is_killed",
            ])
            .env(CHILD, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        let reached = || -> u64 {
            let text = std::fs::read_to_string(folder.path().join("reached"));
            text.ok().and_then(|text| text.parse().ok()).unwrap_or(0)
        };
        while reached() < 5 && began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(37 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let reached = reached();
        assert!(reached >= 5, "the child wrote");
        // the lock went with the process
        let store = open(Some(folder.path())).await;
        let found = store.records(&wanted(None)).await.unwrap();
        // all of what was committed, and only whole moments
        let last = found.items[0].index_after.unwrap();
        assert!(last >= reached, "{last} {reached}");
        assert_eq!(found.total as u64 % 20, 0);
        let detail = store.record(found.items[0].id).await.unwrap().unwrap();
        assert_eq!(detail.after, Some(STANDARD.encode(last.to_ne_bytes())));
        take(&store, vec![pair("key-0", last + 1, b"next")]).await;
    }
}

//! A store of very many records: for `cargo xtask bench`, and to see that no page reads all of it.

use std::{env, path::Path};

use super::{Range, Store, Wanted};
use crate::{config::HistoryConfig, history::now};

/// Where the benchmark wants its file.
const FOLDER: &str = "WAGGLE_FILL_HISTORY";

/// Between two records, in milliseconds: 2,000 in an hour.
const EVERY: i64 = 1_800;

async fn open(folder: &Path) -> Store {
    let settings = HistoryConfig {
        on: true,
        folder: Some(folder.to_owned()),
        ..HistoryConfig::default()
    };
    Store::open(&settings, &[]).await.unwrap()
}

/// So many changes of 1,000 keys in ten folders, some of keys that are gone, the first forty in a
/// folder of their own; each fifth through waggle, one in 20,000 by somebody known.
async fn fill(store: &Store, records: i64) {
    let mut tx = store.begin().await.unwrap();
    let n = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) ";
    let contents = "INSERT INTO contents (id, hash, size, bytes, refs) \
        SELECT i, 'sha256:' || i, 20, zeroblob(20), 1000000 FROM n";
    let changes = "INSERT INTO records (id, datacenter, name, seen, kind, index_before, \
        index_after, flags_before, flags_after, content_before, content_after, who, notes) \
        SELECT i, 'dc1', CASE WHEN i <= 40 THEN printf('million/rare/key-%04d', i) \
        WHEN i % 100 = 0 THEN printf('million/gone/key-%07d', i) \
        ELSE printf('million/%02d/key-%04d', i * 7 % 10, i * 7 % 1000) END, \
        $2 - ($1 - i) * $3, CASE WHEN i % 100 = 0 THEN 3 ELSE 2 END, i, \
        CASE WHEN i % 100 = 0 THEN NULL ELSE i + 1 END, 0, 0, i % 1000 + 1, \
        CASE WHEN i % 100 = 0 THEN NULL ELSE (i + 1) % 1000 + 1 END, \
        CASE WHEN i % 20000 = 1 THEN '00000000-0000-0000-0000-000000000007' \
        WHEN i % 5 = 0 THEN 'waggle' ELSE '' END, 0 FROM n";
    let gone = "INSERT INTO keys (datacenter, name, present, modify_index, create_index, \
        lock_index, locked, flags, content, secret, last) \
        SELECT 'dc1', printf('million/gone/key-%07d', i * 100), 0, i, 1, 0, 0, 0, NULL, 0, \
        i * 100 FROM n";
    let now = i64::try_from(now()).unwrap();
    for (statement, count) in [(contents, 1_000), (changes, records), (gone, records / 100)] {
        let text = sqlx::AssertSqlSafe(format!("{n}{statement}"));
        let mut query = sqlx::query(text).bind(count);
        if statement == changes {
            query = query.bind(now).bind(EVERY);
        }
        query.execute(&mut *tx).await.unwrap();
    }
    sqlx::query("INSERT INTO people (accessor, name) VALUES ($1, 'ops')")
        .bind("00000000-0000-0000-0000-000000000007")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    store.flush().await.unwrap();
}

#[tokio::test]
#[ignore = "makes the file of a benchmark"]
async fn a_million_records() {
    let folder = env::var_os(FOLDER).expect("the folder of the file");
    fill(&open(folder.as_ref()).await, 1_000_000).await;
}

/// No page reads the whole store, whatever it is asked for.
#[tokio::test]
async fn every_page_is_found_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    fill(&store, 30_000).await;
    let below = |prefix: &str| Some(Range::Below(prefix.to_owned()));
    let somebody = "00000000-0000-0000-0000-000000000007";
    for (range, who, expected) in [
        (None, None, 10_000),
        (below("million/"), None, 10_000),
        (below("million/07/"), None, 2_996),
        (below("million/rare/"), None, 40),
        (None, Some(somebody), 2),
        (below("million/"), Some(somebody), 2),
        (below("million/"), Some("outside"), 10_000),
        (below("million/rare/"), Some("outside"), 31),
        (Some(Range::Exactly("million/07/key-0007".into())), None, 29),
    ] {
        let wanted = Wanted {
            datacenter: "dc1".to_owned(),
            range,
            who: who.map(str::to_owned),
            limit: 100,
            ..Wanted::default()
        };
        let found = store.records(&wanted).await.unwrap();
        assert_eq!(found.total, expected, "{wanted:?}");
        assert_eq!(found.items.len(), expected.min(100), "{wanted:?}");
        assert!(
            found
                .items
                .is_sorted_by_key(|one| std::cmp::Reverse(one.id))
        );
        for plan in store.plans(&wanted).await.unwrap() {
            // the names' index without a name is all of it, too
            let reads_all = ["SCAN r", "records_of_key (datacenter=?)"];
            assert!(!reads_all.iter().any(|all| plan.contains(all)), "{plan}");
        }
    }
}

//! What a folder's list says of its keys besides their names: sizes, ages, locks.
//!
//! Consul tells none of it without the values. What the recorder of history saw is known without
//! asking; the others are read some dozens at a time, as many bytes as are allowed, and kept for a
//! while for all who look.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{extract::State, response::Response};
use tokio::{sync::Mutex as TurnLock, time::Instant};
use wire::{
    kv::{KeyDetail, KeyDetails, KvEntry},
    live::Subject,
    problem::Problem,
    rows::Rows,
    sessions::SessionRow,
};

use super::InFolder;
use crate::{
    api::{
        acl_rule,
        etag::{IfNoneMatch, current},
        history::ask,
        request::place,
        window::{Orders, WindowParams, Windowed, window},
    },
    changes,
    datacenter::{Clusters, Place},
    error::Error,
    history::{History, KnownKey},
    watch::{Version, Watches},
};

/// So many keys are asked for at a time: the values of as many come along.
const AT_A_TIME: usize = 16;

/// What is read of a datacenter in [`COUNTED`], at most.
const READ_MAX_BYTES: usize = 8 * 1024 * 1024;

/// What is counted together of what is read.
const COUNTED: Duration = Duration::from_secs(10);

/// How long what was read is good whatever is told of the folder: many may look at once.
const GOOD: Duration = Duration::from_secs(2);

/// How long it is kept.
const KEPT: Duration = Duration::from_secs(10 * 60);

/// Of so many keys at most.
const KEYS_MAX: usize = 20_000;

/// What was read of keys, by datacenter. A handle: clones share it.
#[derive(Clone, Default)]
pub(crate) struct LookedAt(Arc<Mutex<HashMap<String, Turn>>>);

/// One looks at a time.
type Turn = Arc<TurnLock<Looked>>;

#[derive(Default)]
struct Looked {
    keys: HashMap<String, (Instant, Option<KeyDetail>)>,
    /// When it was begun to count, and how many bytes were read since.
    read: Option<(Instant, usize)>,
}

/// What is known of the keys in a window of a folder's list; a size that would cost too much to
/// know is left out.
#[utoipa::path(
    get,
    path = "/kv/details",
    tag = "kv",
    params(InFolder, WindowParams),
    responses((status = 200, body = KeyDetails), (status = "default", body = Problem))
)]
pub(super) async fn details(
    State(clusters): State<Clusters>,
    State(orders): State<Orders>,
    State(watches): State<Watches>,
    State(history): State<History>,
    State(looked): State<LookedAt>,
    has: IfNoneMatch,
    Windowed(InFolder { dc, prefix }, wanted): Windowed<InFolder>,
) -> Result<Response, Error> {
    let place = place(&clusters, dc).await?;
    let dc = place.shown.clone();
    let found = current(watches.kv_folder(&dc, &prefix).await)
        .map_err(|error| Error::from(error).about(Some(&dc), &acl_rule::keys(&prefix)))?;
    let taken = found.taken;
    let rows = window(
        &found.value.rows,
        &format!("kv:{prefix}@{dc}"),
        found.version.as_str(),
        &wanted,
        &orders,
    )?;
    let mut names = names(rows);
    if !prefix.is_empty() {
        names.push(prefix.clone());
    }
    let known = known(&history, &dc, &names).await?;
    let unknown: Vec<String> = names
        .iter()
        .filter(|name| known.get(*name).is_none_or(|known| known.locked))
        .cloned()
        .collect();
    let read = looked.look(&place, unknown, taken).await;
    let mut items: Vec<KeyDetail> = names
        .into_iter()
        .filter_map(|key| merged(known.get(&key), read.get(&key), key))
        .collect();
    name_holders(&watches, &dc, &mut items).await;
    let own = items.pop_if(|item| item.key == prefix);
    let details = KeyDetails { items, own };
    Ok(has.answer(&Version::of(&details), || details))
}

fn names(rows: Rows<KvEntry>) -> Vec<String> {
    let keys = rows.items.into_iter().filter(|row| !row.folder);
    keys.map(|row| row.key).collect()
}

/// What the recorder knows of keys that it watches now.
async fn known(
    history: &History,
    dc: &str,
    names: &[String],
) -> Result<HashMap<String, KnownKey>, Error> {
    let watched = history.watched(dc);
    let names: Vec<String> = names
        .iter()
        .filter(|name| watched.has(name))
        .cloned()
        .collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let dc = dc.to_owned();
    let found = ask(history, async move |store| store.known(&dc, &names).await).await?;
    Ok(found.unwrap_or_default())
}

/// What was read is of now; when it changed only the recorder knows.
fn merged(known: Option<&KnownKey>, read: Option<&KeyDetail>, key: String) -> Option<KeyDetail> {
    match (known, read) {
        (None, None) => None,
        (known, Some(read)) => Some(KeyDetail {
            changed: known
                .filter(|known| known.modify_index == read.modify_index)
                .and_then(|known| known.changed),
            ..read.clone()
        }),
        (Some(known), None) => Some(KeyDetail {
            key,
            size_bytes: known.size_bytes,
            flags: known.flags,
            modify_index: known.modify_index,
            changed: known.changed,
            session: None,
            node: None,
        }),
    }
}

/// Names the node of each session; where they cannot be listed, the session alone is told.
async fn name_holders(watches: &Watches, dc: &str, items: &mut [KeyDetail]) {
    if items.iter().all(|item| item.session.is_none()) {
        return;
    }
    let sessions = watches.read::<Rows<SessionRow>>(Subject::Sessions, dc);
    let Ok(sessions) = sessions.await else { return };
    for item in items {
        let session = sessions
            .value
            .items
            .iter()
            .find(|session| item.session.as_deref() == Some(session.id.as_str()));
        item.node = session.map(|session| session.node.clone());
    }
}

impl LookedAt {
    /// These keys as the agent tells, or told since their folder changed last, which was read at
    /// `taken`: those that it told of.
    async fn look(
        &self,
        place: &Place,
        names: Vec<String>,
        taken: Instant,
    ) -> HashMap<String, KeyDetail> {
        if names.is_empty() {
            return HashMap::new();
        }
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(place.shown.clone()).or_default())
        };
        let mut looked = turn.lock().await;
        looked.forget();
        let missing: Vec<String> = names
            .iter()
            .filter(|name| !looked.is_good(name, taken))
            .cloned()
            .collect();
        for chunk in missing.chunks(AT_A_TIME) {
            if !looked.may_read() {
                break;
            }
            // where the agent refuses, the list is as good as without it
            let Ok(found) = changes::look_at(place, chunk.to_vec()).await else {
                break;
            };
            looked.keep(chunk, found);
        }
        let found = names.into_iter().filter_map(|name| {
            let (_, detail) = looked.keys.get(&name)?;
            Some((name, detail.clone()?))
        });
        found.collect()
    }
}

impl Looked {
    fn forget(&mut self) {
        if self.keys.len() > KEYS_MAX {
            self.keys.clear();
        }
        self.keys.retain(|_, (when, _)| when.elapsed() < KEPT);
        self.read = self.read.filter(|(since, _)| since.elapsed() < COUNTED);
    }

    /// A write into a folder has it read again: what was read after that is as it was.
    fn is_good(&self, key: &str, taken: Instant) -> bool {
        let when = self.keys.get(key).map(|(when, _)| *when);
        when.is_some_and(|when| when >= taken || when.elapsed() < GOOD)
    }

    fn may_read(&self) -> bool {
        self.read.is_none_or(|(_, bytes)| bytes < READ_MAX_BYTES)
    }

    fn keep(&mut self, asked: &[String], found: Vec<KeyDetail>) {
        let now = Instant::now();
        let read: u64 = found.iter().filter_map(|detail| detail.size_bytes).sum();
        let (_, bytes) = self.read.get_or_insert((now, 0));
        *bytes = bytes.saturating_add(usize::try_from(read).unwrap_or(usize::MAX));
        for key in asked {
            self.keys.insert(key.clone(), (now, None));
        }
        for detail in found {
            self.keys.insert(detail.key.clone(), (now, Some(detail)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(key: &str, modify_index: u64, size_bytes: u64) -> KeyDetail {
        KeyDetail {
            key: key.to_owned(),
            size_bytes: Some(size_bytes),
            modify_index,
            ..KeyDetail::default()
        }
    }

    #[test]
    fn an_age_is_that_of_the_version_shown() {
        let known = KnownKey {
            size_bytes: Some(1),
            flags: 0,
            modify_index: 7,
            locked: false,
            changed: Some(1000),
        };
        let key = || "a".to_owned();
        assert_eq!(merged(None, None, key()), None);
        let alone = merged(Some(&known), None, key()).unwrap();
        assert_eq!((alone.modify_index, alone.changed), (7, Some(1000)));
        for (index, changed) in [(7, Some(1000)), (8, None)] {
            let now = read("a", index, 2);
            let both = merged(Some(&known), Some(&now), key()).unwrap();
            assert_eq!((both.size_bytes, both.changed), (Some(2), changed));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_read_is_good_until_its_folder_changes() {
        let mut looked = Looked::default();
        let folder = Instant::now();
        looked.keep(&["a".into()], vec![read("a", 1, 5)]);
        tokio::time::advance(GOOD * 30).await;
        assert!(looked.is_good("a", folder));
        assert!(!looked.is_good("b", folder));
        let changed = Instant::now();
        assert!(!looked.is_good("a", changed));
        looked.keep(&["a".into()], vec![read("a", 2, 6)]);
        tokio::time::advance(GOOD / 2).await;
        assert!(looked.is_good("a", Instant::now()));
        tokio::time::advance(KEPT).await;
        looked.forget();
        assert!(!looked.is_good("a", changed));
    }

    #[test]
    fn only_so_much_is_read() {
        let mut looked = Looked::default();
        assert!(looked.may_read());
        looked.keep(&["a".into(), "gone".into()], vec![read("a", 1, 5)]);
        assert!(looked.may_read());
        assert_eq!(looked.keys["gone"].1, None);
        let most = READ_MAX_BYTES as u64;
        looked.keep(&["b".into()], vec![read("b", 1, most)]);
        assert!(!looked.may_read());
    }
}

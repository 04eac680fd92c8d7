//! One look at all that is recorded: what changed is found from the top, read and taken in.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use futures::{StreamExt, stream};
use tokio::time::Instant;
use wire::{
    history::FolderKeys,
    kv::{KvPair, is_secret},
};

use super::{
    EVERY_MIN, EVERYTHING_BYTES, Failure, Knowledge, Recorder, SHARE, UNWATCHED_AFTER,
    tree::{PART_BYTES, PART_KEYS, Part, Tree},
};
use crate::{
    consul::{Answer, Error, aside},
    history::{
        now,
        store::{Range, Seen},
    },
};

/// So many questions are under way at once.
const AT_ONCE: usize = 6;

/// So many parts are read at once.
const READ_AT_ONCE: usize = 3;

/// Where names are many, they are listed so seldom that this much a second comes of it.
const NAME_BYTES_A_SECOND: u64 = 512 * 1024;

/// They are not listed more often than this.
const NAMES_EVERY_MIN: Duration = Duration::from_millis(400);

/// The folders that are named for a choice.
const FOLDERS_MAX: usize = 20;

/// What a round is about.
struct Round<'a> {
    covered: &'a [String],
    told_to: Option<u64>,
    unwatched: bool,
    /// How long the store took, which is no burden for the agent: microseconds.
    storing: AtomicU64,
}

impl Recorder {
    /// Lists the names, and cuts them.
    pub(super) async fn begin(&self) -> Result<Knowledge, Failure> {
        let mut trees = Vec::new();
        for prefix in &self.prefixes {
            let names = self.names(prefix).await?.value;
            let prefix = prefix.clone();
            trees.push(aside(move || Tree::new(&prefix, &names)).await);
        }
        Ok(Knowledge {
            trees,
            complete: false,
            looked: Instant::now(),
            names_wanted: false,
            names_due: Instant::now(),
        })
    }

    /// Looks once; gives how long to leave the agent alone.
    pub(super) async fn round(
        &self,
        knowledge: &mut Knowledge,
        covered: &[String],
        told_to: Option<u64>,
    ) -> Result<Duration, Failure> {
        let began = Instant::now();
        let round = Round {
            covered,
            told_to,
            unwatched: knowledge.complete && knowledge.looked.elapsed() > UNWATCHED_AFTER,
            storing: AtomicU64::new(0),
        };
        let waited = self.waited();
        for tree in &mut knowledge.trees {
            let changed = if knowledge.complete {
                self.find(tree).await?
            } else {
                unread(tree)
            };
            knowledge.names_wanted |= knowledge.complete && tree.is_cut();
            self.read(tree, changed, &round).await?;
            // a part that was too large is cut by now, and its parts are to be read
            let cut = unread(tree);
            self.read(tree, cut, &round).await?;
            // what grew is recorded for a while longer than what was found so large
            self.check_size(tree, 2 * EVERYTHING_BYTES).await?;
        }
        if knowledge.names_wanted && Instant::now() >= knowledge.names_due {
            self.look_for_names(knowledge, &round).await?;
        }
        self.sum_up(&knowledge.trees);
        knowledge.looked = Instant::now();
        let took = began.elapsed();
        let storing = Duration::from_micros(round.storing.load(Ordering::Relaxed));
        let asking = took.saturating_sub(storing + self.waited().saturating_sub(waited));
        let pause = self.debt().max(asking * SHARE / 2);
        Ok(EVERY_MIN.saturating_sub(took).max(pause))
    }

    /// The parts in which something changed.
    async fn find(&self, tree: &mut Tree) -> Result<Vec<usize>, Failure> {
        let mut found = Vec::new();
        let mut ways = vec![0];
        while !ways.is_empty() {
            let asked = ways.iter().map(|id| {
                let part = tree.part(*id).clone();
                async move {
                    // to ask whether a small part changed costs as much as to read it
                    let small = part.parts.is_empty() && part.bytes < 2_000;
                    let index = match small || part.exact {
                        true => None,
                        false => Some(self.last_change(&part).await?),
                    };
                    Ok::<_, Error>((*id, index))
                }
            });
            let asked: Vec<_> = asked.collect();
            let answers: Vec<_> = stream::iter(asked).buffered(AT_ONCE).collect().await;
            let mut next = Vec::new();
            for answer in answers {
                let (id, index) = answer?;
                let part = tree.part_mut(id);
                if index.is_some_and(|index| index == part.index && index > 0) {
                    continue;
                }
                if part.parts.is_empty() {
                    found.push(id);
                } else {
                    part.index = index.unwrap_or_default();
                    next.extend(part.parts.iter().copied());
                }
            }
            ways = next;
        }
        Ok(found)
    }

    /// Reads these parts and takes in what they hold.
    async fn read(
        &self,
        tree: &mut Tree,
        parts: Vec<usize>,
        round: &Round<'_>,
    ) -> Result<(), Failure> {
        let asked = parts.into_iter().map(|id| {
            let part = tree.part(id).clone();
            async move {
                let answer = self.values(&part).await;
                (id, part, answer)
            }
        });
        let asked: Vec<_> = asked.collect();
        let mut answers = stream::iter(asked).buffer_unordered(READ_AT_ONCE);
        while let Some((id, part, answer)) = answers.next().await {
            let answer = match answer {
                Err(Error::AnswerTooLarge { .. }) if !part.exact && part.keys > 1 => {
                    let names = self.names(&part.prefix).await?.value;
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    tree.cut_part(id, &names, names.len() / 16);
                    continue;
                }
                answer => answer?,
            };
            let size = answer.meta.body_bytes as u64;
            self.take_in(&part, &answer, round).await?;
            let held: Vec<&str> = answer.value.iter().map(|pair| pair.key.as_str()).collect();
            let known = tree.part_mut(id);
            known.index = answer.meta.index;
            known.keys = held.len();
            known.bytes = size;
            known.value_bytes = answer.value.iter().map(value_bytes).sum();
            if held.len() > 1 && !part.exact && (size > PART_BYTES || held.len() > 2 * PART_KEYS) {
                let share = PART_BYTES as f64 / size.max(1) as f64;
                let most = (held.len() as f64 * share) as usize;
                tree.cut_part(id, &held, most.clamp(1, PART_KEYS));
                read_already(tree, id, answer.meta.index);
                for pair in &answer.value {
                    // where it could not be cut it has its bytes
                    if let Some(leaf) = tree.leaf_of(&pair.key).filter(|leaf| *leaf != id) {
                        let leaf = tree.part_mut(leaf);
                        leaf.bytes += pair_bytes(pair);
                        leaf.value_bytes += value_bytes(pair);
                    }
                }
            }
            tree.part_mut(id).read = true;
            if !part.read {
                self.check_size(tree, EVERYTHING_BYTES).await?;
                self.pause(Duration::ZERO).await?;
            }
        }
        Ok(())
    }

    async fn take_in(
        &self,
        part: &Part,
        answer: &Answer<Vec<KvPair>>,
        round: &Round<'_>,
    ) -> Result<(), Failure> {
        let first = !part.read;
        let covered = round
            .covered
            .iter()
            .any(|prefix| part.prefix.starts_with(prefix.as_str()));
        let pairs = answer.value.iter();
        let seen = Seen {
            datacenter: self.place.shown.clone(),
            range: if part.exact {
                Range::Exactly(part.prefix.clone())
            } else {
                Range::Below(part.prefix.clone())
            },
            pairs: pairs
                .filter(|pair| !is_secret(&self.exclude, &pair.key))
                .cloned()
                .collect(),
            exclude: self.exclude.clone(),
            baseline: first && !covered,
            unwatched: first || round.unwatched,
            told_to: round.told_to,
            index_before: part.index,
            index: answer.meta.index,
            now: now(),
        };
        let began = Instant::now();
        let written = self
            .store
            .take_in(&seen, self.history.attributions())
            .await?;
        let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        round.storing.fetch_add(took, Ordering::Relaxed);
        if !written.changed.is_empty() {
            self.history.tell(&self.place.shown, &written);
        }
        Ok(())
    }

    /// Looks for names that are in no part, and reads their new parts.
    async fn look_for_names(
        &self,
        knowledge: &mut Knowledge,
        round: &Round<'_>,
    ) -> Result<(), Failure> {
        let mut listed = 0;
        for (tree, prefix) in knowledge.trees.iter_mut().zip(&self.prefixes) {
            if !tree.is_cut() {
                continue;
            }
            let answer = self.names(prefix).await?;
            listed += answer.meta.body_bytes as u64;
            if tree.is_worn() {
                let (names, prefix) = (answer.value, prefix.clone());
                *tree = aside(move || Tree::new(&prefix, &names)).await;
                for id in unread(tree) {
                    tree.part_mut(id).read = true;
                }
                continue;
            }
            let new: Vec<usize> = answer
                .value
                .iter()
                .filter_map(|name| tree.cover(name))
                .collect();
            for id in &new {
                tree.part_mut(*id).read = true;
            }
            self.read(tree, new, round).await?;
        }
        knowledge.names_wanted = false;
        let pause = Duration::from_secs_f64(listed as f64 / NAME_BYTES_A_SECOND as f64);
        knowledge.names_due = Instant::now() + pause.max(NAMES_EVERY_MIN);
        Ok(())
    }

    /// More than is recorded unasked?
    async fn check_size(&self, tree: &Tree, most: u64) -> Result<(), Failure> {
        let bytes: u64 = tree.leaves().map(|(_, part)| part.value_bytes).sum();
        if !self.unasked || bytes <= most {
            return Ok(());
        }
        let names = self.names("").await?.value;
        let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
        for name in &names {
            let end = name.find('/').map_or(name.len(), |at| at + 1);
            *folders.entry(&name[..end]).or_default() += 1;
        }
        let mut folders: Vec<FolderKeys> = folders
            .into_iter()
            .map(|(prefix, keys)| FolderKeys {
                prefix: prefix.to_owned(),
                keys,
                value_bytes: None,
            })
            .collect();
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.keys));
        folders.truncate(FOLDERS_MAX);
        Err(Failure::TooLarge(folders))
    }

    fn sum_up(&self, trees: &[Tree]) {
        let leaves = trees.iter().flat_map(Tree::leaves);
        let (mut keys, mut bytes, mut shards) = (0, 0, 0);
        for (_, part) in leaves {
            keys += part.keys as u64;
            bytes += part.value_bytes;
            shards += 1;
        }
        let mut fares = self.status.lock();
        fares.place.keys = keys;
        fares.place.value_bytes = bytes;
        fares.place.shards = shards;
    }
}

/// About what a pair takes in an answer.
fn pair_bytes(pair: &KvPair) -> u64 {
    let value = pair.value.as_ref().map_or(0, String::len);
    (pair.key.len() + value + 120) as u64
}

/// How many bytes its value has, of which the answer holds base64.
fn value_bytes(pair: &KvPair) -> u64 {
    let text = pair.value.as_deref().unwrap_or_default();
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    ((text.len() / 4 * 3).saturating_sub(padding)) as u64
}

/// The parts that were never read.
fn unread(tree: &Tree) -> Vec<usize> {
    let leaves = tree.leaves().filter(|(_, part)| !part.read);
    leaves.map(|(id, _)| id).collect()
}

/// What a part was cut into was read with it.
fn read_already(tree: &mut Tree, id: usize, index: u64) {
    let mut ways = vec![id];
    while let Some(id) = ways.pop() {
        let part = tree.part_mut(id);
        part.read = true;
        if part.parts.is_empty() {
            // an index that no part tells: it is read at the next change above it
            part.index = index.min(1);
        }
        ways.extend(part.parts.iter().copied());
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    #[test]
    fn values_count_by_their_own_bytes() {
        for size in [0_usize, 1, 2, 3, 4, 1_000, 1_001] {
            let pair = KvPair {
                value: Some(STANDARD.encode(vec![7; size])),
                ..KvPair::default()
            };
            assert_eq!(value_bytes(&pair), size as u64);
        }
        assert_eq!(value_bytes(&KvPair::default()), 0);
    }
}

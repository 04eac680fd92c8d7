//! A search from its first event to its last.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use tokio::time::Instant;
use wire::search_hits::{KeyHits, LookIn, Progress, SearchEnd, SearchEvent};

use super::{
    looks::{Looks, Wanted},
    pattern::Pattern,
};
use crate::{
    api::acl_rule,
    consul::{self, aside},
    datacenter::Place,
    error::Error,
    shards::{self, Piece, Walks},
};

/// How many keys a search tells of.
const KEYS_MAX: u64 = 1_000;

/// How long a search may take.
const TIME_MAX: Duration = Duration::from_secs(120);

/// How often it says how far it is.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// What is looked for, and where.
pub(super) struct Search {
    pub(super) place: Place,
    pub(super) walks: Walks,
    pub(super) prefix: String,
    pub(super) pattern: Pattern,
    pub(super) look_in: LookIn,
    pub(super) is_fuzzy: bool,
    pub(super) secret: Vec<String>,
}

impl Search {
    /// Reads the names; the events come as they are asked for.
    ///
    /// # Errors
    /// Why the names cannot be read.
    pub(super) async fn begin(self) -> Result<BoxStream<'static, SearchEvent>, Error> {
        let names = shards::names(&self.place, &self.prefix).await;
        let (names, _) = names.map_err(|error| {
            Error::from(error).about(Some(&self.place.shown), &acl_rule::keys(&self.prefix))
        })?;
        if self.look_in.reads_values() {
            return Ok(self.in_values(names));
        }
        let (pattern, from, is_fuzzy) = (self.pattern, self.prefix.len(), self.is_fuzzy);
        let events = aside(move || in_names(&pattern, from, is_fuzzy, names)).await;
        Ok(stream::iter(events).boxed())
    }

    fn in_values(self, names: Vec<String>) -> BoxStream<'static, SearchEvent> {
        let wanted = Arc::new(Wanted {
            pattern: self.pattern,
            look_in: self.look_in,
            from: self.prefix.len(),
            secret: self.secret,
            over: AtomicBool::new(false),
        });
        let run = Run {
            of: names.len() as u64,
            pieces: None,
            until: Instant::now() + TIME_MAX,
            told: Instant::now(),
            end: SearchEnd {
                of: names.len() as u64,
                ..SearchEnd::default()
            },
            keys: 0,
            is_over: false,
            stop: Stop(Arc::clone(&wanted)),
            dc: self.place.shown.clone(),
            prefix: self.prefix.clone(),
        };
        let (place, prefix, walks) = (self.place, self.prefix, self.walks);
        stream::once(async move {
            let turn = walks.enter().await;
            let make = move || Looks::new(Arc::clone(&wanted));
            let pieces = shards::walk(&place, &prefix, Arc::new(names), make);
            // the turn is over with the last piece
            let pieces = pieces.map(move |piece| {
                let _ = &turn;
                piece
            });
            Run {
                pieces: Some(pieces.boxed()),
                ..run
            }
            .events()
        })
        .flatten()
        .boxed()
    }
}

/// Ends the work on pieces that nobody waits for.
struct Stop(Arc<Wanted>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Relaxed);
    }
}

type Pieces = BoxStream<'static, Result<Piece<Looks>, consul::Error>>;

/// A search through values, under way.
struct Run {
    pieces: Option<Pieces>,
    of: u64,
    until: Instant,
    told: Instant,
    end: SearchEnd,
    keys: u64,
    is_over: bool,
    #[expect(dead_code, reason = "held, not read")]
    stop: Stop,
    dc: String,
    prefix: String,
}

impl Run {
    fn events(self) -> BoxStream<'static, SearchEvent> {
        let events = stream::unfold(self, |mut run| async move {
            let events = run.next().await?;
            Some((stream::iter(events), run))
        });
        events.flatten().boxed()
    }

    /// What the next piece gives; none when all was said.
    async fn next(&mut self) -> Option<Vec<SearchEvent>> {
        if self.is_over {
            return None;
        }
        let pieces = self.pieces.as_mut()?;
        let piece = tokio::time::timeout_at(self.until, pieces.next()).await;
        Some(match piece {
            Ok(Some(Ok(piece))) => self.take(piece),
            Ok(None) => vec![self.finish(false)],
            Err(_) => vec![self.finish(true)],
            Ok(Some(Err(error))) => {
                self.is_over = true;
                let rule = acl_rule::values(&self.prefix);
                let error = Error::from(error).about(Some(&self.dc), &rule);
                vec![SearchEvent {
                    problem: Some(error.problem()),
                    ..SearchEvent::default()
                }]
            }
        })
    }

    fn take(&mut self, piece: Piece<Looks>) -> Vec<SearchEvent> {
        self.end.looked_at += piece.keys as u64;
        self.end.secret += piece.looked.secret;
        self.end.binary += piece.looked.binary;
        let mut events: Vec<SearchEvent> = piece.looked.found.into_iter().map(hit).collect();
        self.keys += events.len() as u64;
        if self.keys >= KEYS_MAX {
            let is_all = self.keys == KEYS_MAX && self.end.looked_at >= self.of;
            let surplus = self.keys - KEYS_MAX;
            events.truncate(events.len() - usize::try_from(surplus).unwrap_or_default());
            events.push(self.finish(!is_all));
        } else if self.told.elapsed() >= PROGRESS_EVERY || self.end.looked_at == 0 {
            self.told = Instant::now();
            events.push(SearchEvent {
                progress: Some(Progress {
                    looked_at: self.end.looked_at,
                    of: self.of,
                }),
                ..SearchEvent::default()
            });
        }
        events
    }

    fn finish(&mut self, cut: bool) -> SearchEvent {
        self.is_over = true;
        self.pieces = None;
        SearchEvent {
            end: Some(SearchEnd { cut, ..self.end }),
            ..SearchEvent::default()
        }
    }
}

fn hit(hit: KeyHits) -> SearchEvent {
    SearchEvent {
        hit: Some(hit),
        ..SearchEvent::default()
    }
}

/// All events of a search in names alone: the best first, of those that are alike by name.
fn in_names(
    pattern: &Pattern,
    from: usize,
    is_fuzzy: bool,
    names: Vec<String>,
) -> Vec<SearchEvent> {
    let of = names.len() as u64;
    let mut found: Vec<(u32, KeyHits)> = names
        .into_iter()
        .filter_map(|key| {
            let (ranges, badness) = pattern.in_name(&key, from)?;
            let hits = KeyHits {
                key,
                ranges,
                ..KeyHits::default()
            };
            Some((badness, hits))
        })
        .collect();
    if is_fuzzy {
        found.sort_by(|(a, left), (b, right)| {
            (a, left.key.len(), &left.key).cmp(&(b, right.key.len(), &right.key))
        });
    }
    let cut = found.len() as u64 > KEYS_MAX;
    let told = found.into_iter().map(|(_, hits)| hit(hits));
    let mut events: Vec<SearchEvent> = told.take(KEYS_MAX as usize).collect();
    events.push(SearchEvent {
        end: Some(SearchEnd {
            looked_at: of,
            of,
            cut,
            ..SearchEnd::default()
        }),
        ..SearchEvent::default()
    });
    events
}

#[cfg(test)]
mod tests {
    use wire::search_hits::PatternKind;

    use super::*;

    #[test]
    fn the_best_names_come_first() {
        let pattern = Pattern::new("ab", PatternKind::Fuzzy, false).unwrap();
        let names = ["a/x/b", "f/a-b", "f/ab", "f/abc", "z"].map(str::to_owned);
        let events = in_names(&pattern, 0, true, names.to_vec());
        let keys: Vec<&str> = events
            .iter()
            .filter_map(|event| Some(event.hit.as_ref()?.key.as_str()))
            .collect();
        assert_eq!(keys, ["f/ab", "f/abc", "f/a-b", "a/x/b"]);
        let end = events.last().and_then(|event| event.end).unwrap();
        assert_eq!((end.looked_at, end.of, end.cut), (5, 5, false));
    }

    #[test]
    fn names_are_told_up_to_a_number() {
        let pattern = Pattern::new("k", PatternKind::Text, false).unwrap();
        let names = (0..KEYS_MAX + 5).map(|n| format!("k{n:05}")).collect();
        let events = in_names(&pattern, 0, false, names);
        assert_eq!(events.len() as u64, KEYS_MAX + 1);
        assert!(events.last().unwrap().end.unwrap().cut);
    }
}

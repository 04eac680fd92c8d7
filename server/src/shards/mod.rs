//! A store read piece by piece: names first, then values by prefixes that hold a bounded number
//! of keys, a few pieces at a time, in the order of the names. Imports `datacenter`, `consul`
//! and wire; used by those parts of `api` that look at every value below a folder.

mod cut;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures::{
    FutureExt, Stream, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    consul::{Error, LookAt, Query},
    datacenter::Place,
};
use cut::Shard;

/// What an answer should have: large enough for its fixed costs, small enough to hold several.
const PIECE_BYTES: usize = 2 * 1024 * 1024;

/// Above this an answer is not read; its shard is cut again.
const PIECE_MAX_BYTES: usize = 8 * 1024 * 1024;

/// How many keys the first pieces have, whose sizes nobody knows.
const FIRST_KEYS: usize = 64;

/// How many keys a piece has at most.
const KEYS_MAX: usize = 4_096;

/// How many pieces are read at the same time.
const AT_ONCE: usize = 3;

/// How many stores are read at the same time; who comes later waits.
const WALKS_MAX: usize = 3;

/// Bounds how much is read at the same time. A handle: clones share the bound.
#[derive(Clone, Debug)]
pub(crate) struct Walks(Arc<Semaphore>);

impl Default for Walks {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(WALKS_MAX)))
    }
}

impl Walks {
    /// Waits for its turn; none only where waggle ends.
    pub(crate) async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}

/// A piece that was looked at.
#[derive(Debug)]
pub(crate) struct Piece<L> {
    /// What looked at its keys.
    pub(crate) looked: L,
    /// How many names it stands for.
    pub(crate) keys: usize,
    /// The size of its answer.
    pub(crate) bytes: usize,
}

/// The names below `prefix`, sorted as bytes, and the index of the answer (0 where there is none).
pub(crate) async fn names(place: &Place, prefix: &str) -> Result<(Vec<String>, u64), Error> {
    let query = Query::in_datacenter(&place.dc);
    let answer = place
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { client.kv().keys(prefix, None, &query).await }
        })
        .await?;
    let mut names = answer.value;
    // as agents send them, but the cutting rests on it
    if !names.is_sorted() {
        names.sort_unstable();
    }
    names.dedup();
    Ok((names, answer.meta.index))
}

/// Looks at every key in `names`, which all begin with `prefix`: pieces in order, each seen by
/// what `make` makes. Dropped, it reads no further.
pub(crate) fn walk<L: LookAt>(
    place: &Place,
    prefix: &str,
    names: Arc<Vec<String>>,
    make: impl Fn() -> L + Send + Sync + 'static,
) -> BoxStream<'static, Result<Piece<L>, Error>> {
    let walk = Arc::new(Walk {
        place: place.clone(),
        prefix: prefix.to_owned(),
        names,
        make,
        keys: AtomicUsize::new(FIRST_KEYS),
    });
    pieces(walk).boxed()
}

fn pieces<L: LookAt, M: Fn() -> L + Send + Sync + 'static>(
    walk: Arc<Walk<M>>,
) -> impl Stream<Item = Result<Piece<L>, Error>> {
    let shards = Arc::clone(&walk);
    stream::unfold(0, move |at| {
        let shard = shards.shard(at);
        async move { shard.map(|shard| (shard.clone(), shard.names.end)) }
    })
    .map(move |shard| {
        let walk = Arc::clone(&walk);
        async move { walk.read(shard).await }
    })
    .buffered(AT_ONCE)
    .flat_map(|pieces| {
        let pieces = match pieces {
            Ok(pieces) => pieces.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        stream::iter(pieces)
    })
}

struct Walk<M> {
    place: Place,
    prefix: String,
    names: Arc<Vec<String>>,
    make: M,
    /// How many keys the next piece may have.
    keys: AtomicUsize,
}

impl<M> Walk<M> {
    fn shard(&self, at: usize) -> Option<Shard> {
        cut::next(
            &self.names,
            at,
            self.prefix.len(),
            self.keys.load(Ordering::Relaxed),
        )
    }

    /// The next pieces follow the sizes that were met.
    fn measured(&self, keys: usize, bytes: usize) {
        let each = (bytes / keys.max(1)).max(1);
        let wanted = (PIECE_BYTES / each).clamp(1, KEYS_MAX);
        let before = self.keys.load(Ordering::Relaxed);
        let next = wanted.min(before * 4).max(1);
        self.keys.store(next, Ordering::Relaxed);
    }
}

impl<L: LookAt, M: Fn() -> L + Send + Sync + 'static> Walk<M> {
    /// What is too large for one answer is cut again, down to single keys.
    fn read(&self, shard: Shard) -> BoxFuture<'_, Result<Vec<Piece<L>>, Error>> {
        async move {
            let keys = shard.names.len();
            if let Some((looked, bytes)) = self.look(&shard).await? {
                self.measured(keys, bytes);
                return Ok(vec![Piece {
                    looked,
                    keys,
                    bytes,
                }]);
            }
            if keys == 1 {
                // others were written below it meanwhile
                let alone = Shard {
                    prefix: self.names[shard.names.start].clone(),
                    is_exact: true,
                    ..shard
                };
                return self.read(alone).await;
            }
            let mut pieces = Vec::new();
            let mut at = shard.names.start;
            while let Some(less) = cut::next(
                &self.names[..shard.names.end],
                at,
                self.prefix.len(),
                keys / 4,
            ) {
                at = less.names.end;
                pieces.extend(self.read(less).await?);
            }
            Ok(pieces)
        }
        .boxed()
    }

    async fn look(&self, shard: &Shard) -> Result<Option<(L, usize)>, Error> {
        let query = Query::in_datacenter(&self.place.dc);
        self.place
            .datacenters
            .read(|client| {
                let query = query.clone();
                async move {
                    let looks = (self.make)();
                    let kv = client.kv();
                    if shard.is_exact {
                        let looked = kv.look_at_one(&shard.prefix, looks, &query).await;
                        return looked.map(Some);
                    }
                    kv.look_at_each(&shard.prefix, PIECE_MAX_BYTES, looks, &query)
                        .await
                }
            })
            .await
    }
}

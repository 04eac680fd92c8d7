//! Both sides are read piece by piece at the same time; what was found is kept for a while, so
//! that looking at another part of it reads nothing.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{Stream, StreamExt, stream};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;
use wire::{compare::Side, kv::is_secret};

use super::merge::{Digest, Pairs, merge};
use crate::{
    api::acl_rule,
    consul::{KvView, LookAt, Query},
    datacenter::Place,
    error::Error,
    shards::{self, Walks},
};

/// How many comparisons are kept.
const KEPT_MAX: usize = 3;

/// How long one is kept.
const KEPT_FOR: Duration = Duration::from_secs(120);

/// Two folders.
#[derive(Clone, Debug)]
pub(super) struct Sides {
    pub(super) left: (Place, String),
    pub(super) right: (Place, String),
}

/// What tells a comparison from another, and from the same one after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    left: (String, String, u64),
    right: (String, String, u64),
}

impl Name {
    /// Both indexes are known: what has this name is what is.
    fn is_certain(&self) -> bool {
        self.left.2 > 0 && self.right.2 > 0
    }
}

/// The comparisons that were made last. A handle: clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    secret: Arc<Vec<String>>,
    kept: Arc<Mutex<VecDeque<Kept>>>,
}

/// A comparison, and when it was made.
type Kept = (Name, Instant, Arc<Pairs>);

impl Compared {
    /// Nothing compared yet; `secret` are the patterns of keys that are marked so.
    pub(crate) fn new(secret: &[String]) -> Self {
        Self {
            secret: Arc::new(secret.to_vec()),
            kept: Arc::default(),
        }
    }

    /// What the two sides have.
    ///
    /// # Errors
    /// Why one of them cannot be read.
    pub(super) async fn read(&self, walks: &Walks, sides: &Sides) -> Result<Arc<Pairs>, Error> {
        let name = name(sides).await?;
        if let Some(pairs) = self.known(&name) {
            return Ok(pairs);
        }
        let _turn = walks.enter().await;
        let (left, right) = futures::try_join!(
            digests(&sides.left, &self.secret),
            digests(&sides.right, &self.secret)
        )?;
        let pairs = Arc::new(merge(left.boxed(), right.boxed()).await?);
        if name.is_certain() {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.truncate(KEPT_MAX - 1);
            kept.push_front((name, Instant::now(), Arc::clone(&pairs)));
        }
        Ok(pairs)
    }

    fn known(&self, name: &Name) -> Option<Arc<Pairs>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, since, _)| since.elapsed() < KEPT_FOR);
        let found = kept.iter().find(|(known, ..)| known == name);
        found.map(|(_, _, pairs)| Arc::clone(pairs))
    }
}

async fn name(sides: &Sides) -> Result<Name, Error> {
    let (left, right) = futures::try_join!(index(&sides.left), index(&sides.right))?;
    let of =
        |(place, prefix): &(Place, String), index| (place.shown.clone(), prefix.clone(), index);
    Ok(Name {
        left: of(&sides.left, left),
        right: of(&sides.right, right),
    })
}

/// The index of what is below a folder.
async fn index((place, prefix): &(Place, String)) -> Result<u64, Error> {
    let query = Query::in_datacenter(&place.dc);
    let top = place
        .datacenters
        .read(|client| {
            let query = query.clone();
            async move { client.kv().keys(prefix, Some("/"), &query).await }
        })
        .await
        .map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::keys(prefix)))?;
    Ok(top.meta.index)
}

/// Keeps of each key what a comparison needs.
struct Looks {
    root: usize,
    secret: Arc<Vec<String>>,
    bytes: Vec<u8>,
    found: Vec<Digest>,
}

impl LookAt for Looks {
    fn look_at(&mut self, pair: &KvView<'_>) {
        let Some(key) = pair.key.get(self.root..) else {
            return;
        };
        // a value that is no base64 equals no other
        if !pair.read_value(&mut self.bytes) {
            self.bytes = format!("?{}", pair.modify_index).into_bytes();
        }
        let mut hash = [0; 16];
        hash.copy_from_slice(&Sha256::digest(&self.bytes)[..16]);
        self.found.push(Digest {
            key: key.to_owned(),
            hash,
            side: Side {
                size_bytes: self.bytes.len() as u64,
                flags: pair.flags,
                modify_index: pair.modify_index,
            },
            secret: is_secret(&self.secret, &pair.key),
        });
    }
}

async fn digests(
    (place, prefix): &(Place, String),
    secret: &Arc<Vec<String>>,
) -> Result<impl Stream<Item = Result<Digest, Error>> + Send + 'static, Error> {
    let names = shards::names(place, prefix).await;
    let (names, _) = names
        .map_err(|error| Error::from(error).about(Some(&place.shown), &acl_rule::keys(prefix)))?;
    let (root, secret) = (prefix.len(), Arc::clone(secret));
    let (dc, rule) = (place.shown.clone(), acl_rule::values(prefix));
    let make = move || Looks {
        root,
        secret: Arc::clone(&secret),
        bytes: Vec::new(),
        found: Vec::new(),
    };
    let pieces = shards::walk(place, prefix, Arc::new(names), make);
    Ok(pieces.flat_map(move |piece| {
        let found: Vec<Result<Digest, Error>> = match piece {
            Ok(piece) => piece.looked.found.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(Error::from(error).about(Some(&dc), &rule))],
        };
        stream::iter(found)
    }))
}

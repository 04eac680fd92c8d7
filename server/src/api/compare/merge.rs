//! Two sorted streams of keys become one of pairs.

use std::cmp::Ordering;

use futures::{Stream, StreamExt};
use wire::compare::{PairCounts, PairRow, PairState, Side};

/// A key of one side, without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digest {
    /// Behind the folder.
    pub(super) key: String,
    /// Of the value.
    pub(super) hash: [u8; 16],
    pub(super) side: Side,
    pub(super) secret: bool,
}

/// How many pairs are kept to be shown.
const ROWS_MAX: usize = 50_000;

/// All pairs, as far as they are kept.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Pairs {
    pub(crate) rows: Vec<PairRow>,
    pub(crate) counts: PairCounts,
    pub(crate) cut: bool,
}

impl Pairs {
    fn add(&mut self, left: Option<Digest>, right: Option<Digest>) {
        let both = left.as_ref().zip(right.as_ref());
        let same_value = both.is_some_and(|(a, b)| a.hash == b.hash);
        let state = match (&left, &right) {
            (Some(_), None) => PairState::Left,
            (None, _) => PairState::Right,
            (Some(a), Some(b)) if same_value && a.side.flags == b.side.flags => PairState::Equal,
            _ => PairState::Different,
        };
        self.counts.add(state);
        if self.rows.len() == ROWS_MAX {
            self.cut = true;
            return;
        }
        let secret = |digest: &Option<Digest>| digest.as_ref().is_some_and(|one| one.secret);
        self.rows.push(PairRow {
            secret: secret(&left) || secret(&right),
            same_value,
            left: left.as_ref().map(|digest| digest.side),
            right: right.as_ref().map(|digest| digest.side),
            key: left.or(right).map(|digest| digest.key).unwrap_or_default(),
            state,
        });
    }
}

/// Reads both sides to their ends, each no further than the other.
pub(super) async fn merge<E>(
    left: impl Stream<Item = Result<Digest, E>> + Unpin,
    right: impl Stream<Item = Result<Digest, E>> + Unpin,
) -> Result<Pairs, E> {
    let (mut left, mut right) = (left.peekable(), right.peekable());
    let mut pairs = Pairs::default();
    loop {
        let (a, b) = (
            std::pin::Pin::new(&mut left).peek().await,
            std::pin::Pin::new(&mut right).peek().await,
        );
        let order = match (a, b) {
            (None, None) => return Ok(pairs),
            // an error is taken first, whichever side it is of
            (Some(Err(_)), _) | (Some(_), None) => Ordering::Less,
            (_, Some(Err(_))) | (None, Some(_)) => Ordering::Greater,
            (Some(Ok(a)), Some(Ok(b))) => a.key.cmp(&b.key),
        };
        let a = match order {
            Ordering::Greater => None,
            _ => left.next().await.transpose()?,
        };
        let b = match order {
            Ordering::Less => None,
            _ => right.next().await.transpose()?,
        };
        pairs.add(a, b);
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    fn side(keys: &[(&str, u8)]) -> Vec<Result<Digest, String>> {
        keys.iter()
            .map(|(key, hash)| {
                Ok(Digest {
                    key: (*key).to_owned(),
                    hash: [*hash; 16],
                    side: Side::default(),
                    secret: *key == "s",
                })
            })
            .collect()
    }

    #[tokio::test]
    async fn pairs_stand_in_order() {
        let left = side(&[("a", 1), ("b", 1), ("d", 1), ("s", 1)]);
        let right = side(&[("b", 1), ("c", 1), ("d", 2), ("s", 2), ("z", 1)]);
        let pairs = merge(stream::iter(left), stream::iter(right))
            .await
            .unwrap();
        let rows: Vec<(&str, PairState)> = pairs
            .rows
            .iter()
            .map(|row| (row.key.as_str(), row.state))
            .collect();
        use PairState::{Different, Equal, Left, Right};
        assert_eq!(
            rows,
            [
                ("a", Left),
                ("b", Equal),
                ("c", Right),
                ("d", Different),
                ("s", Different),
                ("z", Right)
            ]
        );
        assert!(pairs.rows[4].secret && !pairs.rows[3].secret);
        let same = pairs.rows.iter().filter(|row| row.same_value);
        assert_eq!(same.map(|row| row.key.as_str()).collect::<Vec<_>>(), ["b"]);
        let counts = pairs.counts;
        assert_eq!(
            (counts.left, counts.right, counts.different, counts.equal),
            (1, 2, 2, 1)
        );
    }

    #[tokio::test]
    async fn other_flags_are_a_difference() {
        let mut left = side(&[("a", 1)]);
        if let Ok(digest) = &mut left[0] {
            digest.side.flags = u64::MAX;
        }
        let right = side(&[("a", 1)]);
        let pairs = merge(stream::iter(left), stream::iter(right))
            .await
            .unwrap();
        assert_eq!(pairs.counts.different, 1);
        assert!(pairs.rows[0].same_value, "a secret's page has nothing else");
    }

    #[tokio::test]
    async fn a_side_that_fails_fails_all() {
        let mut right = side(&[("b", 1)]);
        right.push(Err("gone".to_owned()));
        let left = side(&[("c", 1)]);
        let outcome = merge(stream::iter(left), stream::iter(right)).await;
        assert_eq!(outcome, Err("gone".to_owned()));
    }
}

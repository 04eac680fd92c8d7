//! What became of a write whose answer was lost, from what the keys hold now. Pure.

use std::collections::HashMap;

use super::{
    derive::Seen,
    units::{Op, Unit, What},
};

/// What one key tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// It is as the write leaves it, at this index (0: gone).
    Landed(u64),
    /// It is as it was before.
    Before,
    /// It is neither: someone else wrote it.
    Other,
    /// It tells nothing.
    Silent,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All of it holds.
    Landed,
    /// It can never hold: these of its units compare with what is gone.
    RolledBack(Vec<usize>),
    /// Not there so far, though it may still come.
    Open,
}

pub(super) fn sign(op: &Op, now: Option<&Seen>) -> Sign {
    let index = now.map_or(0, |seen| seen.modify_index);
    let is_before = index == op.index;
    match (&op.what, now) {
        (What::Check, _) if is_before => Sign::Silent,
        (What::Put((bytes, flags)), Some(seen))
            if seen.bytes == *bytes && seen.flags == *flags && index > op.index =>
        {
            Sign::Landed(index)
        }
        (What::Delete, None) => Sign::Landed(0),
        _ if is_before => Sign::Before,
        _ => Sign::Other,
    }
}

/// All units of one transaction, read at once after it was sent.
pub(super) fn verdict(units: &[Unit], now: &HashMap<String, Seen>) -> Verdict {
    let signs: Vec<Vec<Sign>> = units
        .iter()
        .map(|unit| {
            let ops = unit.ops.iter();
            ops.map(|op| sign(op, now.get(&op.key))).collect()
        })
        .collect();
    let all = || signs.iter().flatten();
    let is_put_landed = all().any(|sign| matches!(sign, Sign::Landed(index) if *index > 0));
    let is_before = all().any(|sign| *sign == Sign::Before);
    let others: Vec<usize> = signs
        .iter()
        .enumerate()
        .filter(|(_, signs)| signs.contains(&Sign::Other))
        .map(|(place, _)| place)
        .collect();
    if !is_before && (is_put_landed || others.is_empty()) {
        return Verdict::Landed;
    }
    if !others.is_empty() && !is_put_landed {
        return Verdict::RolledBack(others);
    }
    Verdict::Open
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn op(key: &str, index: u64, what: What) -> Op {
        Op {
            key: key.into(),
            index,
            what,
        }
    }

    fn put() -> What {
        What::Put((Bytes::from_static(b"new"), 3))
    }

    fn seen(value: &'static str, flags: u64, modify_index: u64) -> Seen {
        Seen {
            bytes: Bytes::from_static(value.as_bytes()),
            flags,
            modify_index,
            session: None,
        }
    }

    #[test]
    fn what_a_key_tells() {
        for (op, now, expected) in [
            (op("a", 7, put()), Some(seen("new", 3, 9)), Sign::Landed(9)),
            (op("a", 7, put()), Some(seen("new", 4, 9)), Sign::Other),
            (op("a", 7, put()), Some(seen("new", 3, 7)), Sign::Before),
            (op("a", 7, put()), Some(seen("old", 0, 7)), Sign::Before),
            (op("a", 7, put()), None, Sign::Other),
            (op("a", 0, put()), None, Sign::Before),
            (op("a", 0, put()), Some(seen("x", 0, 9)), Sign::Other),
            (op("a", 7, What::Delete), None, Sign::Landed(0)),
            (
                op("a", 7, What::Delete),
                Some(seen("x", 0, 7)),
                Sign::Before,
            ),
            (op("a", 7, What::Delete), Some(seen("x", 0, 8)), Sign::Other),
            (op("a", 7, What::Check), Some(seen("x", 0, 7)), Sign::Silent),
            (op("a", 7, What::Check), None, Sign::Other),
        ] {
            assert_eq!(sign(&op, now.as_ref()), expected, "{op:?} {now:?}");
        }
    }

    #[test]
    fn what_a_transaction_did() {
        let units = [
            Unit {
                number: 0,
                ops: vec![op("a", 0, put()), op("b", 5, What::Delete)],
            },
            Unit {
                number: 1,
                ops: vec![op("c", 6, put())],
            },
        ];
        let now = |keys: &[(&str, Seen)]| {
            keys.iter()
                .map(|(key, seen)| ((*key).to_owned(), seen.clone()))
                .collect::<HashMap<_, _>>()
        };
        let old = |index| seen("old", 0, index);
        let new = |index| seen("new", 3, index);
        for (keys, expected) in [
            (now(&[("a", new(9)), ("c", new(9))]), Verdict::Landed),
            // landed, and then c was changed by someone
            (now(&[("a", new(9)), ("c", old(10))]), Verdict::Landed),
            (now(&[("b", old(5)), ("c", old(6))]), Verdict::Open),
            // someone else came first, so that it never can
            (
                now(&[("b", old(5)), ("c", old(8))]),
                Verdict::RolledBack(vec![1]),
            ),
            (
                now(&[("b", old(7)), ("c", old(6))]),
                Verdict::RolledBack(vec![0]),
            ),
            // somebody deleted b: no proof of ours
            (now(&[("c", old(6))]), Verdict::Open),
        ] {
            assert_eq!(verdict(&units, &keys), expected, "{keys:?}");
        }
    }
}

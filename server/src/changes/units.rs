//! What is written together: the operations of a step that hold together or not at all, and as
//! many of them as one transaction takes. Pure.

use std::fmt::Write as _;

use wire::changes::Action;

use super::{
    derive::{Record, TXN_VALUE_MAX_BYTES},
    planned::{Content, Source, Then},
    read::OPERATIONS_MAX,
};
use crate::consul::TxnOp;

/// A body that agents take, with some room: they count 512 KiB.
const BODY_MAX_BYTES: usize = 480 * 1024;

/// One operation on a key that is at `index`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Op {
    pub(super) key: String,
    /// The `ModifyIndex` that it compares with; 0 creates.
    pub(super) index: u64,
    pub(super) what: What,
}

/// What is done to the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Put(Content),
    Delete,
    /// Nothing, if it is still there.
    Check,
}

/// The operations of one step in one datacenter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// The step.
    pub(super) number: usize,
    pub(super) ops: Vec<Op>,
}

impl Op {
    pub(super) fn txn(&self) -> TxnOp {
        match &self.what {
            What::Put((bytes, flags)) => TxnOp::cas(&self.key, bytes, *flags, self.index),
            What::Delete => TxnOp::delete_cas(&self.key, self.index),
            What::Check => TxnOp::check_index(&self.key, self.index),
        }
    }

    fn value_bytes(&self) -> usize {
        match &self.what {
            What::Put((bytes, _)) => bytes.len(),
            What::Delete | What::Check => 0,
        }
    }

    /// How long it is as JSON, at most.
    fn body_bytes(&self) -> usize {
        let mut key = String::new();
        // as long as JSON's own way of writing it, or longer
        let _ = write!(key, "{}", self.key.escape_default());
        160 + key.len() + self.value_bytes().div_ceil(3) * 4
    }
}

impl Unit {
    /// What is done where the key is, and to a source in the same datacenter.
    pub(super) fn near(number: usize, record: &Record) -> Self {
        let planned = &record.planned;
        let what = match (record.action, &planned.put) {
            (Action::Equal, _) => What::Check,
            (_, Some(content)) => What::Put(content.clone()),
            (_, None) => What::Delete,
        };
        let mut ops = vec![Op {
            key: planned.key.clone(),
            index: record.seen_index(),
            what,
        }];
        if let Some(source) = planned.moved()
            && source.place.datacenter == planned.datacenter
        {
            ops.push(source_op(source));
        }
        Self { number, ops }
    }

    /// What is done to a source in another datacenter, once the value has arrived.
    pub(super) fn far(number: usize, record: &Record) -> Option<(&str, Self)> {
        let planned = &record.planned;
        let source = planned.moved()?;
        let datacenter = source.place.datacenter.as_str();
        (datacenter != planned.datacenter).then(|| {
            let ops = vec![source_op(source)];
            (datacenter, Self { number, ops })
        })
    }

    /// No transaction takes it.
    pub(super) fn is_large(&self) -> bool {
        self.ops
            .iter()
            .any(|op| op.value_bytes() > TXN_VALUE_MAX_BYTES)
            || self.body_bytes() > BODY_MAX_BYTES
    }

    fn body_bytes(&self) -> usize {
        self.ops.iter().map(Op::body_bytes).sum()
    }
}

fn source_op(source: &Source) -> Op {
    Op {
        key: source.place.key.clone(),
        index: source.modify_index,
        what: match &source.then {
            Then::Keep => What::Check,
            Then::Delete => What::Delete,
            Then::Restore(before) => What::Put(before.clone()),
        },
    }
}

/// The units in their order, as many together as a transaction takes; a large one alone.
pub(super) fn chunks(units: Vec<Unit>) -> Vec<Vec<Unit>> {
    let mut chunks: Vec<Vec<Unit>> = Vec::new();
    let (mut operations, mut bytes) = (0, 0);
    for unit in units {
        operations += unit.ops.len();
        bytes += unit.body_bytes();
        let alone = unit.is_large();
        let fits = operations <= OPERATIONS_MAX && bytes <= BODY_MAX_BYTES && !alone;
        match chunks.last_mut() {
            Some(chunk) if fits => chunk.push(unit),
            _ => {
                // nothing joins a large one
                (operations, bytes) = if alone {
                    (OPERATIONS_MAX, BODY_MAX_BYTES)
                } else {
                    (unit.ops.len(), unit.body_bytes())
                };
                chunks.push(vec![unit]);
            }
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn unit(number: usize, sizes: &[usize]) -> Unit {
        let op = |size: &usize| Op {
            key: format!("k{number}"),
            index: 1,
            what: What::Put((Bytes::from(vec![0; *size]), 0)),
        };
        Unit {
            number,
            ops: sizes.iter().map(op).collect(),
        }
    }

    fn lengths(units: Vec<Unit>) -> Vec<usize> {
        chunks(units).iter().map(Vec::len).collect()
    }

    #[test]
    fn as_many_as_a_transaction_takes() {
        let single = (0..129).map(|number| unit(number, &[1])).collect();
        assert_eq!(lengths(single), [64, 64, 1]);
        // what holds together is not torn apart
        let double = (0..65).map(|number| unit(number, &[1, 1])).collect();
        assert_eq!(lengths(double), [32, 32, 1]);
        assert_eq!(lengths(Vec::new()), [0; 0]);
    }

    #[test]
    fn a_body_stays_below_the_limit() {
        let values = (0..10).map(|number| unit(number, &[100_000])).collect();
        assert_eq!(lengths(values), [3, 3, 3, 1]);
        let mixed = vec![unit(0, &[1]), unit(1, &[512 * 1024]), unit(2, &[1])];
        assert_eq!(lengths(mixed), [1, 1, 1]);
        assert!(unit(0, &[TXN_VALUE_MAX_BYTES + 1]).is_large());
        assert!(!unit(0, &[TXN_VALUE_MAX_BYTES]).is_large());
    }
}

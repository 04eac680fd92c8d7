//! Orders of lists, kept while their snapshots are the newest.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use wire::{health::Counts, window::Arranged};

/// Orders kept at once.
const ORDERS_MAX: usize = 128;

/// Places in all of them together: 8 MiB.
const PLACES_MAX: usize = 2 * 1024 * 1024;

/// The order of one snapshot's rows under one question.
#[derive(Debug)]
pub(super) struct Order {
    /// Half as large as `usize`; there are never so many rows.
    pub(super) places: Vec<u32>,
    pub(super) health: Counts,
    pub(super) instances: u32,
}

impl From<Arranged> for Order {
    fn from(arranged: Arranged) -> Self {
        let places = arranged.places.into_iter();
        Self {
            places: places.filter_map(|place| place.try_into().ok()).collect(),
            health: arranged.health,
            instances: arranged.instances,
        }
    }
}

/// What an order depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) topic: String,
    pub(super) version: String,
    pub(super) q: String,
    pub(super) status: String,
    pub(super) sort: String,
}

/// Orders that were asked for lately. A handle: clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Orders {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    orders: HashMap<Key, Slot>,
    /// Counts the questions: the clock of what was used last.
    now: u64,
}

#[derive(Debug)]
struct Slot {
    /// Filled by the first who asks; who asks meanwhile waits for it.
    order: Arc<OnceLock<Order>>,
    used: u64,
}

/// An order, kept or made for this question alone.
pub(super) enum Found {
    Kept(Arc<OnceLock<Order>>),
    Own(Order),
}

impl std::ops::Deref for Found {
    type Target = Order;

    fn deref(&self) -> &Order {
        match self {
            Self::Kept(order) => order.get().expect("filled before it is handed out"),
            Self::Own(order) => order,
        }
    }
}

impl Orders {
    /// The order that `key` names, made by `arrange` where it is not kept; without a key it is
    /// made for this question alone.
    pub(super) fn get(&self, key: Option<Key>, arrange: impl FnOnce() -> Arranged) -> Found {
        let Some(key) = key else {
            return Found::Own(arrange().into());
        };
        let order = self.slot(key);
        // not under the lock: a long list must not hold up the others
        order.get_or_init(|| arrange().into());
        Found::Kept(order)
    }

    fn slot(&self, key: Key) -> Arc<OnceLock<Order>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.now += 1;
        let now = kept.now;
        if let Some(slot) = kept.orders.get_mut(&key) {
            slot.used = now;
            return Arc::clone(&slot.order);
        }
        kept.make_room(&key);
        let order = Arc::default();
        let slot = Slot {
            order: Arc::clone(&order),
            used: now,
        };
        kept.orders.insert(key, slot);
        order
    }
}

impl Kept {
    /// Lets go of what is of no use to anyone, then of what was not used for longest.
    fn make_room(&mut self, newcomer: &Key) {
        // a snapshot that has a successor is not asked for again
        self.orders
            .retain(|key, _| key.topic != newcomer.topic || key.version == newcomer.version);
        while self.orders.len() >= ORDERS_MAX || self.places() > PLACES_MAX {
            let oldest = self.orders.iter().min_by_key(|(_, slot)| slot.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            self.orders.remove(&oldest);
        }
    }

    fn places(&self) -> usize {
        let orders = self.orders.values().filter_map(|slot| slot.order.get());
        orders.map(|order| order.places.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(topic: &str, version: &str, q: &str) -> Key {
        Key {
            topic: topic.to_owned(),
            version: version.to_owned(),
            q: q.to_owned(),
            status: String::new(),
            sort: String::new(),
        }
    }

    fn of(length: usize) -> Arranged {
        Arranged {
            places: (0..length).collect(),
            ..Arranged::default()
        }
    }

    fn is_kept(orders: &Orders, key: &Key) -> bool {
        orders.kept.lock().unwrap().orders.contains_key(key)
    }

    #[test]
    fn an_order_is_made_once() {
        let orders = Orders::default();
        let mut made = 0;
        for _ in 0..3 {
            let found = orders.get(Some(key("services@dc1", "1", "a")), || {
                made += 1;
                of(2)
            });
            assert_eq!(found.places, [0, 1]);
        }
        assert_eq!(made, 1);
        let other = orders.get(Some(key("services@dc1", "1", "b")), || of(1));
        assert_eq!(other.places, [0]);
        let unnamed = orders.get(None, || of(3));
        assert_eq!(unnamed.places.len(), 3);
        assert_eq!(orders.kept.lock().unwrap().orders.len(), 2);
    }

    #[test]
    fn a_newer_snapshot_takes_the_place_of_the_older() {
        let orders = Orders::default();
        let (old, other) = (key("services@dc1", "1", "a"), key("nodes@dc1", "1", "a"));
        orders.get(Some(old.clone()), || of(1));
        orders.get(Some(other.clone()), || of(1));
        orders.get(Some(key("services@dc1", "2", "")), || of(1));
        assert!(!is_kept(&orders, &old));
        assert!(is_kept(&orders, &other));
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let orders = Orders::default();
        let name = |number: usize| key("services@dc1", "1", &number.to_string());
        for number in 0..ORDERS_MAX {
            orders.get(Some(name(number)), || of(1));
        }
        orders.get(Some(name(0)), || of(1));
        orders.get(Some(name(ORDERS_MAX)), || of(1));
        assert!(is_kept(&orders, &name(0)) && !is_kept(&orders, &name(1)));
        // two that fill the room, then one more
        orders.get(Some(name(1000)), || of(PLACES_MAX));
        orders.get(Some(name(1001)), || of(PLACES_MAX));
        orders.get(Some(name(1002)), || of(1));
        let kept = orders.kept.lock().unwrap();
        assert!(kept.places() <= PLACES_MAX + 1);
        assert!(kept.orders.contains_key(&name(1002)));
    }
}

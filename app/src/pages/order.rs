//! Rows in another order.

use std::cmp::Ordering;

/// The items in the order of `compare`; equals stay as they were.
#[must_use]
pub fn sorted<T: Clone>(items: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    order(items.len(), &|a, b| compare(&items[a], &items[b]))
        .into_iter()
        .map(|index| items[index].clone())
        .collect()
}

/// Sorts numbers, whatever they stand for: a sort for each type would be 3 kB of WASM apiece.
fn order(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_stay_as_they_were() {
        let items = [("b", 1), ("a", 2), ("b", 0), ("a", 1)];
        let items = sorted(&items, |a, b| a.0.cmp(b.0));
        assert_eq!(items, [("a", 2), ("a", 1), ("b", 1), ("b", 0)]);
        assert!(sorted(&[0; 0], Ord::cmp).is_empty());
    }
}

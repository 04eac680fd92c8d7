//! How high the rows of a long list are together, those that are not drawn included: numbers only.
//!
//! Rows in trouble may be higher than others, by what stands below them. Where they are is known
//! of the rows that are held; how many there are elsewhere, of all together: between what is known
//! they are taken for spread evenly.

use crate::components::table::float;

/// The heights of rows, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heights {
    /// Of each row.
    row: f64,
    /// So much higher is one in trouble.
    more: f64,
    /// Places, and how many rows before each are in trouble; both ascending.
    known: Vec<(usize, usize)>,
    count: usize,
}

impl Heights {
    /// Of `count` rows that are all alike.
    pub(super) fn even(row: f64, count: usize) -> Self {
        Self::with_trouble(row, 0.0, Vec::new(), count)
    }

    /// Of `count` rows, of which so many are in trouble before the places that are `known`.
    pub(super) fn with_trouble(
        row: f64,
        more: f64,
        known: Vec<(usize, usize)>,
        count: usize,
    ) -> Self {
        Self {
            row: row.max(1.0),
            more,
            known,
            count,
        }
    }

    /// How high the rows before `place` are.
    pub(super) fn above(&self, place: usize) -> f64 {
        float(place) * self.row + self.trouble(place) * self.more
    }

    fn trouble(&self, place: usize) -> f64 {
        let after = self.known.partition_point(|(known, _)| *known <= place);
        let (begin, before) = match after.checked_sub(1) {
            Some(last) => self.known[last],
            None => (0, 0),
        };
        let more = self.known.get(after).map_or(0.0, |(end, all)| {
            let share = float(place - begin) / float(end - begin);
            share * float(all.saturating_sub(before))
        });
        float(before) + more
    }

    /// The rows that lie between two heights, below the top of the first.
    pub(super) fn between(&self, top: f64, bottom: f64) -> super::viewport::Range {
        let last = self.first(|above| above >= bottom);
        let first = self.first(|above| above > top).saturating_sub(1);
        (first, last.max(first))
    }

    /// The first place that so much lies above of as is asked for; else the one after the last.
    fn first(&self, is_there: impl Fn(f64) -> bool) -> usize {
        let (mut begin, mut end) = (0, self.count);
        while begin < end {
            let middle = begin.midpoint(end);
            if is_there(self.above(middle)) {
                end = middle;
            } else {
                begin = middle + 1;
            }
        }
        begin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_become_rows() {
        let even = Heights::even(36.0, 5_000);
        assert_eq!(even.between(-50.0, 700.0), (0, 20));
        assert_eq!(even.between(720.0, 1440.0), (20, 40));
        assert_eq!(even.between(-700.0, -10.0), (0, 0));
        assert_eq!(even.above(5_000), 180_000.0);
        assert_eq!(even.between(179_990.0, 190_000.0), (4_999, 5_000));
    }

    #[test]
    fn rows_in_trouble_are_higher() {
        // the first two of ten
        let heights = Heights::with_trouble(10.0, 90.0, vec![(0, 0), (2, 2), (10, 2)], 10);
        let above: Vec<f64> = (0..4).map(|place| heights.above(place)).collect();
        assert_eq!(above, [0.0, 100.0, 200.0, 210.0]);
        assert_eq!(heights.above(10), 280.0);
        assert_eq!(heights.between(50.0, 205.0), (0, 3));
        assert_eq!(heights.between(200.0, 210.0), (2, 3));
    }

    #[test]
    fn what_is_not_held_is_spread_evenly() {
        // 1,000 rows with 100 in trouble; three of those held from 400 on, 40 before them
        let known = vec![(0, 0), (400, 40), (402, 42), (500, 43), (1_000, 100)];
        let heights = Heights::with_trouble(1.0, 10.0, known, 1_000);
        assert_eq!(heights.above(200), 400.0);
        assert_eq!(heights.above(402), 822.0);
        assert_eq!(heights.above(1_000), 2_000.0);
        for place in (0..1_000).step_by(7) {
            let top = heights.above(place);
            assert_eq!(heights.between(top, top + 0.5).0, place);
        }
    }
}

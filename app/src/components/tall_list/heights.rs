//! How high rows are, as far as they were drawn: numbers only.

use crate::components::table::float;

/// Some rows by their places: the first, and the one after the last.
pub(super) type Range = (usize, usize);

/// The heights of rows, in pixels.
#[derive(Clone, Debug)]
pub(super) struct Heights {
    /// Of those that were measured; none of the others.
    known: Vec<Option<f64>>,
    /// Of one that was never measured, while none was.
    usual: f64,
    sum: f64,
    measured: usize,
}

impl Heights {
    /// None is known.
    pub(super) fn new(usual: f64) -> Self {
        Self {
            known: Vec::new(),
            usual,
            sum: 0.0,
            measured: 0,
        }
    }

    /// What was measured is no longer so.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.typical());
    }

    /// The row at `place` is so high.
    pub(super) fn note(&mut self, place: usize, pixels: f64) {
        if self.known.len() <= place {
            self.known.resize(place + 1, None);
        }
        let before = self.known[place].replace(pixels);
        self.sum += pixels - before.unwrap_or_default();
        self.measured += usize::from(before.is_none());
    }

    /// What those that are not known are taken for.
    fn typical(&self) -> f64 {
        match self.measured {
            0 => self.usual,
            measured => self.sum / float(measured),
        }
    }

    /// How high the rows before `place` are together.
    pub(super) fn above(&self, place: usize) -> f64 {
        let known = self.known.len().min(place);
        let (mut sum, mut unknown) = (0.0, place - known);
        for height in &self.known[..known] {
            match height {
                Some(pixels) => sum += pixels,
                None => unknown += 1,
            }
        }
        sum + float(unknown) * self.typical()
    }

    /// The rows of `count` that lie, wholly or in part, between two heights; at least one.
    pub(super) fn between(&self, top: f64, bottom: f64, count: usize) -> Range {
        let typical = self.typical();
        let (mut begin, mut above) = (0, 0.0);
        for place in 0..count {
            let below = above + self.known.get(place).copied().flatten().unwrap_or(typical);
            if below <= top {
                begin = place + 1;
            }
            if below >= bottom {
                return (begin.min(place), place + 1);
            }
            above = below;
        }
        (begin.min(count.saturating_sub(1)), count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_never_drawn_are_as_high_as_the_others() {
        let mut heights = Heights::new(30.0);
        assert_eq!(heights.above(10), 300.0);
        assert_eq!(heights.between(60.0, 119.0, 100), (2, 4));
        assert_eq!(heights.between(-500.0, 30.0, 100), (0, 1));
        heights.note(1, 100.0);
        heights.note(3, 50.0);
        // 75 each: 0, 75, 175, 250, 300
        assert_eq!(
            [0, 1, 2, 3, 4].map(|place| heights.above(place)),
            [0.0, 75.0, 175.0, 250.0, 300.0]
        );
        assert_eq!(heights.between(80.0, 251.0, 100), (1, 4));
        heights.note(1, 50.0);
        assert_eq!(heights.above(2), 100.0);
        heights.forget();
        assert_eq!(heights.above(3), 150.0);
    }

    #[test]
    fn what_lies_beyond_the_end_is_the_end() {
        let heights = Heights::new(10.0);
        assert_eq!(heights.between(900.0, 990.0, 50), (49, 50));
        assert_eq!(heights.between(450.0, 990.0, 50), (45, 50));
        assert_eq!(heights.between(-20.0, -10.0, 50), (0, 1));
        assert_eq!(heights.between(0.0, 10.0, 0), (0, 0));
    }
}

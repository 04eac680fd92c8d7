//! Which rows of a long list are drawn, and which window of it is asked for: numbers only.

/// Rows of a long list drawn before anything can be measured, and sent as HTML: what most screens
/// show. Each delays the first paint.
pub(super) const FIRST_ROWS: usize = 24;

/// Lists that are not longer are drawn whole.
const WHOLE_MAX: usize = 60;

/// Rows drawn above and below what is seen.
pub(super) const AROUND: usize = 10;

/// What is drawn begins and ends at multiples of this: scrolling a little draws nothing anew.
const CHUNK: usize = 10;

/// Windows begin at multiples of this.
const STEP: usize = 25;

/// Rows drawn at most, however tall the screen.
const DRAWN_MAX: usize = 100;

/// Some rows by their places: the first, and the one after the last.
pub(super) type Range = (usize, usize);

/// So many rows are not drawn whole.
pub(super) fn is_long(count: usize) -> bool {
    count > WHOLE_MAX
}

/// How many of `count` rows are sent as HTML. A short list is whole there, too: it can be read where
/// the program does not run.
pub(super) fn first(count: usize) -> usize {
    if is_long(count) { FIRST_ROWS } else { count }
}

/// What is drawn of `count` rows while those of `seen` are seen.
pub(super) fn drawn(seen: Range, count: usize) -> Range {
    if !is_long(count) {
        return (0, count);
    }
    let end = (seen.1 + AROUND).div_ceil(CHUNK) * CHUNK;
    let end = end.min(count);
    let begin = seen.0.min(end).saturating_sub(AROUND) / CHUNK * CHUNK;
    (begin, end.min(begin + DRAWN_MAX))
}

/// Where the window of `limit` rows must begin that holds `seen` with some rows round it; none
/// where the one held, `limit` rows or fewer from `held.0` on, does.
pub(super) fn window(seen: Range, count: usize, held: Range, limit: usize) -> Option<usize> {
    let begin = seen.0.saturating_sub(AROUND).min(count);
    let end = (seen.1 + AROUND).min(count);
    if begin >= end || (held.0 <= begin && end <= held.1) {
        return None;
    }
    let middle = begin.midpoint(end);
    Some(middle.saturating_sub(limit / 2) / STEP * STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lists_are_drawn_whole_and_long_ones_round_what_is_seen() {
        assert_eq!(drawn((0, 25), 60), (0, 60));
        assert_eq!((first(60), first(61)), (60, FIRST_ROWS));
        assert_eq!(drawn((0, 25), 20_000), (0, 40));
        assert_eq!(drawn((101, 126), 20_000), (90, 140));
        assert_eq!(drawn((19_980, 20_005), 20_000), (19_970, 20_000));
        // the list became shorter
        assert_eq!(drawn((500, 525), 100), (90, 100));
        let (begin, end) = drawn((1000, 3000), 20_000);
        assert_eq!(end - begin, DRAWN_MAX);
    }

    #[test]
    fn a_window_moves_only_when_what_is_seen_leaves_it() {
        assert_eq!(window((0, 25), 20_000, (0, 100), 100), None);
        assert_eq!(window((65, 90), 20_000, (0, 100), 100), None);
        assert_eq!(window((66, 91), 20_000, (0, 100), 100), Some(25));
        assert_eq!(window((500, 525), 20_000, (0, 100), 100), Some(450));
        assert_eq!(window((0, 25), 20_000, (450, 550), 100), Some(0));
        // at the end the window is shorter
        assert_eq!(window((180, 205), 205, (150, 205), 100), None);
        assert_eq!(window((0, 25), 0, (0, 0), 100), None);
    }

    #[test]
    fn a_window_asked_for_holds_what_is_seen() {
        for first in (0..5_000).step_by(7) {
            let seen = (first, first + 30);
            if let Some(offset) = window(seen, 5_000, (0, 0), 100) {
                let held = (offset, (offset + 100).min(5_000));
                assert_eq!(window(seen, 5_000, held, 100), None, "{first}");
            }
        }
    }
}

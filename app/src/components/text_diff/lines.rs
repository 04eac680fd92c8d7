//! What differs between two texts, by lines (or any other parts), in bounded time and memory.

use std::{collections::HashMap, hash::Hash};

/// One step from the old text to the new; lines count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The line is in both.
    Same {
        /// In the old text.
        old: usize,
        /// In the new text.
        new: usize,
    },
    /// Only in the old text.
    Removed(usize),
    /// Only in the new text.
    Added(usize),
}

/// Changed lines that are looked through for the shortest way: beyond that the lines that both
/// texts have once are taken as fixed points, and the ways between them are looked for.
const MOST_CHANGES: usize = 1000;

/// Comparisons in all; what is left then is told as replaced whole.
const MOST_WORK: usize = 6_000_000;

/// How often fixed points are looked for between fixed points.
const MOST_DEPTH: usize = 6;

/// A short way from `old` to `new` (Myers' shortest where that is affordable), removals before
/// additions.
#[must_use]
pub fn diff<T: Eq + Hash>(old: &[T], new: &[T]) -> Vec<Step> {
    let mut numbers = HashMap::with_capacity(old.len());
    let mut numbered = Vec::with_capacity(old.len() + new.len());
    for line in old.iter().chain(new) {
        let next = numbers.len();
        numbered.push(*numbers.entry(line).or_insert(next));
    }
    let (old, new) = numbered.split_at(old.len());
    let mut search = Search {
        steps: Vec::with_capacity(old.len().max(new.len())),
        work: MOST_WORK,
    };
    search.between(
        Part {
            old,
            new,
            at_old: 0,
            at_new: 0,
        },
        0,
    );
    removals_first(search.steps)
}

/// A part of both texts, each line a number, and where it begins in them.
#[derive(Clone, Copy)]
struct Part<'a> {
    old: &'a [usize],
    new: &'a [usize],
    at_old: usize,
    at_new: usize,
}

impl Part<'_> {
    /// The part of it that lies between these places.
    fn cut(&self, old: std::ops::Range<usize>, new: std::ops::Range<usize>) -> Self {
        Self {
            at_old: self.at_old + old.start,
            at_new: self.at_new + new.start,
            old: &self.old[old],
            new: &self.new[new],
        }
    }
}

struct Search {
    steps: Vec<Step>,
    /// Comparisons that are left.
    work: usize,
}

impl Search {
    fn between(&mut self, part: Part<'_>, depth: usize) {
        let (old, new) = (part.old, part.new);
        let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let end = old[start..]
            .iter()
            .rev()
            .zip(new[start..].iter().rev())
            .take_while(|(a, b)| a == b)
            .count();
        self.same(&part, 0, 0, start);
        let middle = part.cut(start..old.len() - end, start..new.len() - end);
        self.middle(middle, depth);
        self.same(&part, old.len() - end, new.len() - end, end);
    }

    fn same(&mut self, part: &Part<'_>, old: usize, new: usize, count: usize) {
        self.steps.extend((0..count).map(|at| Step::Same {
            old: part.at_old + old + at,
            new: part.at_new + new + at,
        }));
    }

    fn middle(&mut self, part: Part<'_>, depth: usize) {
        if !part.old.is_empty() && !part.new.is_empty() {
            if let Some(found) = shortest(part.old, part.new, &mut self.work) {
                self.steps.extend(found.into_iter().map(|step| match step {
                    Step::Same { old, new } => Step::Same {
                        old: old + part.at_old,
                        new: new + part.at_new,
                    },
                    Step::Removed(at) => Step::Removed(at + part.at_old),
                    Step::Added(at) => Step::Added(at + part.at_new),
                }));
                return;
            }
            let fixed = fixed_points(part.old, part.new);
            if !fixed.is_empty() && depth < MOST_DEPTH {
                let (mut old, mut new) = (0, 0);
                for (next_old, next_new) in fixed {
                    self.between(part.cut(old..next_old, new..next_new), depth + 1);
                    self.same(&part, next_old, next_new, 1);
                    (old, new) = (next_old + 1, next_new + 1);
                }
                self.between(
                    part.cut(old..part.old.len(), new..part.new.len()),
                    depth + 1,
                );
                return;
            }
        }
        self.steps
            .extend((0..part.old.len()).map(|at| Step::Removed(part.at_old + at)));
        self.steps
            .extend((0..part.new.len()).map(|at| Step::Added(part.at_new + at)));
    }
}

/// The lines that both have exactly once, as many as stand in the same order in both.
fn fixed_points(old: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
    // how often in old and in new, and where last
    let mut places: HashMap<usize, [(usize, usize); 2]> = HashMap::new();
    for (side, lines) in [old, new].into_iter().enumerate() {
        for (at, line) in lines.iter().enumerate() {
            let (count, place) = &mut places.entry(*line).or_default()[side];
            *count += 1;
            *place = at;
        }
    }
    let mut once: Vec<(usize, usize)> = places
        .into_values()
        .filter(|[old, new]| old.0 == 1 && new.0 == 1)
        .map(|[old, new]| (old.1, new.1))
        .collect();
    once.sort_unstable();
    longest_rising(&once)
}

/// The longest part of `points` whose second numbers rise.
fn longest_rising(points: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // the last point of the best run of each length, and what came before each point
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; points.len()];
    for (at, point) in points.iter().enumerate() {
        let length = ends.partition_point(|end| points[*end].1 < point.1);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(point) = at {
        run.push(points[point]);
        at = before[point];
    }
    run.reverse();
    run
}

/// The shortest way (Myers); none where it is longer than what is looked through.
fn shortest(old: &[usize], new: &[usize], work: &mut usize) -> Option<Vec<Step>> {
    let limit = (old.len() + new.len()).min(MOST_CHANGES);
    let offset = limit + 1;
    // furthest place in `old` on each diagonal, and a copy of it before each round
    let mut furthest = vec![0_usize; 2 * limit + 3];
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for changes in 0..=limit {
        rounds.push(furthest[offset - changes..=offset + changes].to_vec());
        for step in 0..=changes {
            let diagonal = offset + 2 * step - changes;
            let down =
                step == 0 || (step != changes && furthest[diagonal - 1] < furthest[diagonal + 1]);
            let mut x = if down {
                furthest[diagonal + 1]
            } else {
                furthest[diagonal - 1] + 1
            };
            // x - y = diagonal - offset; diagonals that leave the grid carry nothing
            let Some(mut y) = (x + offset).checked_sub(diagonal) else {
                continue;
            };
            let from = x;
            while x < old.len() && y < new.len() && old[x] == new[y] {
                x += 1;
                y += 1;
            }
            *work = work.checked_sub(1 + x - from)?;
            furthest[diagonal] = x;
            if x >= old.len() && y >= new.len() {
                return Some(trace(&rounds, old.len(), new.len()));
            }
        }
    }
    None
}

/// Walks back from the end through the saved rounds.
fn trace(rounds: &[Vec<usize>], old_len: usize, new_len: usize) -> Vec<Step> {
    let signed = |number: usize| isize::try_from(number).expect("a text's lines fit");
    let (mut x, mut y) = (signed(old_len), signed(new_len));
    let mut steps = Vec::new();
    for (changes, before) in rounds.iter().enumerate().rev() {
        let changes = signed(changes);
        let reach = |diagonal: isize| {
            usize::try_from(diagonal + changes)
                .ok()
                .and_then(|at| before.get(at))
                .copied()
                .map_or(-1, signed)
        };
        let diagonal = x - y;
        let down = diagonal == -changes
            || (diagonal != changes && reach(diagonal - 1) < reach(diagonal + 1));
        let previous = if down { diagonal + 1 } else { diagonal - 1 };
        let (from_x, from_y) = if changes == 0 {
            (0, 0)
        } else {
            (reach(previous), reach(previous) - previous)
        };
        while x > from_x && y > from_y {
            x -= 1;
            y -= 1;
            steps.push(Step::Same {
                old: x.unsigned_abs(),
                new: y.unsigned_abs(),
            });
        }
        if changes > 0 {
            if down {
                steps.push(Step::Added(from_y.unsigned_abs()));
            } else {
                steps.push(Step::Removed(from_x.unsigned_abs()));
            }
        }
        (x, y) = (from_x, from_y);
    }
    steps.reverse();
    steps
}

/// Within a run of changes, removals come before additions: that is how people read them.
fn removals_first(steps: Vec<Step>) -> Vec<Step> {
    let mut sorted = Vec::with_capacity(steps.len());
    let mut added = Vec::new();
    for step in steps {
        match step {
            Step::Added(_) => added.push(step),
            Step::Removed(_) => sorted.push(step),
            Step::Same { .. } => {
                sorted.append(&mut added);
                sorted.push(step);
            }
        }
    }
    sorted.append(&mut added);
    sorted
}

/// How many lines were added and how many removed.
#[must_use]
pub fn amounts(steps: &[Step]) -> (usize, usize) {
    steps
        .iter()
        .fold((0, 0), |(added, removed), step| match step {
            Step::Added(_) => (added + 1, removed),
            Step::Removed(_) => (added, removed + 1),
            Step::Same { .. } => (added, removed),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<&str> {
        text.split(' ').filter(|word| !word.is_empty()).collect()
    }

    /// Plays the steps: they must make the new text of the old one.
    fn check(old: &[&str], new: &[&str]) -> Vec<Step> {
        let steps = diff(old, new);
        let (mut at_old, mut made) = (0, Vec::new());
        for step in &steps {
            match *step {
                Step::Same { old: a, new: b } => {
                    assert_eq!((a, b), (at_old, made.len()));
                    assert_eq!(old[a], new[b]);
                    made.push(old[a]);
                    at_old += 1;
                }
                Step::Removed(a) => {
                    assert_eq!(a, at_old);
                    at_old += 1;
                }
                Step::Added(b) => {
                    assert_eq!(b, made.len());
                    made.push(new[b]);
                }
            }
        }
        assert_eq!(at_old, old.len());
        assert_eq!(made, new);
        steps
    }

    #[test]
    fn steps_are_few_and_right() {
        for (old, new, changes) in [
            ("", "", 0),
            ("a b c", "a b c", 0),
            ("", "a b", 2),
            ("a b", "", 2),
            ("a b c", "a x c", 2),
            ("a b c a b b a", "c b a b a c", 5),
            ("a b c d", "b c d e", 2),
            ("x a x b x c", "a b c", 3),
        ] {
            let steps = check(&lines(old), &lines(new));
            let (added, removed) = amounts(&steps);
            assert_eq!(added + removed, changes, "{old} to {new}");
        }
    }

    #[test]
    fn every_small_pair_is_right() {
        let words: Vec<Vec<&str>> = (0..81)
            .map(|number| {
                (0..4)
                    .filter_map(|place| {
                        ["a", "b", ""].get(number / 3_usize.pow(place) % 3).copied()
                    })
                    .filter(|word| !word.is_empty())
                    .collect()
            })
            .collect();
        for old in &words {
            for new in &words {
                check(old, new);
            }
        }
    }

    #[test]
    fn a_text_changed_beyond_measure_is_replaced() {
        let old: Vec<String> = (0..1500).map(|line| format!("old {line}")).collect();
        let new: Vec<String> = (0..1500).map(|line| format!("new {line}")).collect();
        assert_eq!(amounts(&diff(&old, &new)), (1500, 1500));
    }

    #[test]
    fn many_scattered_changes_keep_what_is_equal() {
        let old: Vec<String> = (0..9000).map(|line| format!("line {line}")).collect();
        let new: Vec<String> = (0..9000)
            .map(|line| {
                let word = if line % 3 == 0 { "other" } else { "line" };
                format!("{word} {line}")
            })
            .collect();
        assert_eq!(amounts(&diff(&old, &new)), (3000, 3000));
    }

    #[test]
    fn hostile_texts_end_soon() {
        let old: Vec<usize> = (0..200_000).map(|at| at % 7).collect();
        let new: Vec<usize> = (0..200_000).map(|at| at % 5).collect();
        let (added, removed) = amounts(&diff(&old, &new));
        assert_eq!(added, removed);
        let moved: Vec<usize> = (0..100_000).rev().collect();
        let sorted: Vec<usize> = (0..100_000).collect();
        assert!(diff(&sorted, &moved).len() >= 100_000);
    }
}

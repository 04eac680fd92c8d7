//! What differs between two texts, by lines.

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

/// Beyond this many changed lines the middle is told as replaced whole: exactness there would
/// cost memory that grows by the square, and nobody reads it.
const MOST_CHANGES: usize = 1000;

/// The shortest way from `old` to `new` (Myers), removals before additions.
#[must_use]
pub fn diff<T: PartialEq>(old: &[T], new: &[T]) -> Vec<Step> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let end = old[start..]
        .iter()
        .rev()
        .zip(new[start..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old_middle, new_middle) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    let mut steps: Vec<Step> = (0..start)
        .map(|at| Step::Same { old: at, new: at })
        .collect();
    match middle(old_middle, new_middle) {
        Some(found) => steps.extend(found.into_iter().map(|step| match step {
            Step::Same { old, new } => Step::Same {
                old: old + start,
                new: new + start,
            },
            Step::Removed(at) => Step::Removed(at + start),
            Step::Added(at) => Step::Added(at + start),
        })),
        None => {
            steps.extend((start..start + old_middle.len()).map(Step::Removed));
            steps.extend((start..start + new_middle.len()).map(Step::Added));
        }
    }
    steps.extend((0..end).map(|at| Step::Same {
        old: old.len() - end + at,
        new: new.len() - end + at,
    }));
    steps
}

fn middle<T: PartialEq>(old: &[T], new: &[T]) -> Option<Vec<Step>> {
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
            while x < old.len() && y < new.len() && old[x] == new[y] {
                x += 1;
                y += 1;
            }
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
    removals_first(steps)
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

/// A row of two texts side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The line on each side, from 0; none where that side has no such line.
    Lines {
        /// In the old text.
        old: Option<usize>,
        /// In the new text.
        new: Option<usize>,
        /// Both sides say the same.
        same: bool,
    },
    /// So many equal lines, left out.
    Gap(usize),
}

/// Pairs removed lines with added ones, and leaves out equal lines that are more than `around`
/// lines from a change.
#[must_use]
pub fn side_by_side(steps: &[Step], around: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        if let Step::Same { old, new } = steps[at] {
            rows.push(Row::Lines {
                old: Some(old),
                new: Some(new),
                same: true,
            });
            at += 1;
            continue;
        }
        let run = &steps[at..];
        let run = &run[..run
            .iter()
            .position(|step| matches!(step, Step::Same { .. }))
            .unwrap_or(run.len())];
        let mut removed = run.iter().filter_map(|step| match step {
            Step::Removed(line) => Some(*line),
            _ => None,
        });
        let mut added = run.iter().filter_map(|step| match step {
            Step::Added(line) => Some(*line),
            _ => None,
        });
        loop {
            let (old, new) = (removed.next(), added.next());
            if old.is_none() && new.is_none() {
                break;
            }
            rows.push(Row::Lines {
                old,
                new,
                same: false,
            });
        }
        at += run.len();
    }
    fold_equal(&rows, around)
}

fn fold_equal(rows: &[Row], around: usize) -> Vec<Row> {
    let changed = |row: &Row| matches!(row, Row::Lines { same: false, .. });
    let mut folded = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        if changed(&rows[at]) {
            folded.push(rows[at]);
            at += 1;
            continue;
        }
        let run = rows[at..]
            .iter()
            .position(changed)
            .unwrap_or(rows.len() - at);
        let before = if at == 0 { 0 } else { around };
        let after = if at + run == rows.len() { 0 } else { around };
        if run > before + after + 1 {
            folded.extend_from_slice(&rows[at..at + before]);
            folded.push(Row::Gap(run - before - after));
            folded.extend_from_slice(&rows[at + run - after..at + run]);
        } else {
            folded.extend_from_slice(&rows[at..at + run]);
        }
        at += run;
    }
    folded
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
    fn sides_are_paired_and_equal_lines_folded() {
        let old = lines("1 2 3 4 5 6 7 8 9 b");
        let new = lines("1 2 3 4 5 6 7 8 9 x y");
        let rows = side_by_side(&diff(&old, &new), 2);
        assert_eq!(
            rows,
            [
                Row::Gap(7),
                Row::Lines {
                    old: Some(7),
                    new: Some(7),
                    same: true
                },
                Row::Lines {
                    old: Some(8),
                    new: Some(8),
                    same: true
                },
                Row::Lines {
                    old: Some(9),
                    new: Some(9),
                    same: false
                },
                Row::Lines {
                    old: None,
                    new: Some(10),
                    same: false
                },
            ]
        );
    }
}

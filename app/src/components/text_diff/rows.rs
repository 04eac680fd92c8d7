//! The rows that a difference is shown in: sides paired, equal lines far from a change left out.

use super::lines::Step;

/// Equal lines kept round a change.
const AROUND: usize = 3;

/// A row of two texts side by side; lines count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// A line that both have.
    Same {
        /// In the old text.
        old: usize,
        /// In the new text.
        new: usize,
    },
    /// A changed line; none where that side has no such line.
    Changed {
        /// In the old text.
        old: Option<usize>,
        /// In the new text.
        new: Option<usize>,
    },
    /// So many equal lines, left out.
    Gap {
        /// The first of them in the old text.
        old: usize,
        /// The first of them in the new text.
        new: usize,
        /// How many.
        lines: usize,
    },
}

impl Row {
    /// It tells a change.
    #[must_use]
    pub(super) fn is_change(&self) -> bool {
        matches!(self, Self::Changed { .. })
    }
}

/// Pairs removed lines with added ones, and leaves out equal lines that are far from a change.
#[must_use]
pub(super) fn rows(steps: &[Step]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        if let Step::Same { old, new } = steps[at] {
            rows.push(Row::Same { old, new });
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
            rows.push(Row::Changed { old, new });
        }
        at += run.len();
    }
    fold_equal(&rows)
}

/// Where each run of changes begins.
#[must_use]
pub(super) fn changes(rows: &[Row]) -> Vec<usize> {
    (0..rows.len())
        .filter(|at| rows[*at].is_change() && (*at == 0 || !rows[at - 1].is_change()))
        .collect()
}

fn fold_equal(rows: &[Row]) -> Vec<Row> {
    let mut folded = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        if rows[at].is_change() {
            folded.push(rows[at]);
            at += 1;
            continue;
        }
        let run = rows[at..]
            .iter()
            .position(Row::is_change)
            .unwrap_or(rows.len() - at);
        let before = if at == 0 { 0 } else { AROUND };
        let after = if at + run == rows.len() { 0 } else { AROUND };
        match rows.get(at + before) {
            Some(&Row::Same { old, new }) if run > before + after + 1 => {
                folded.extend_from_slice(&rows[at..at + before]);
                let lines = run - before - after;
                folded.push(Row::Gap { old, new, lines });
                folded.extend_from_slice(&rows[at + run - after..at + run]);
            }
            _ => folded.extend_from_slice(&rows[at..at + run]),
        }
        at += run;
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{super::lines::diff, *};

    #[test]
    fn sides_are_paired_and_equal_lines_folded() {
        let old: Vec<char> = "123456789b".chars().collect();
        let new: Vec<char> = "123456789xy".chars().collect();
        let told = rows(&diff(&old, &new));
        let expected = [
            Row::Gap {
                old: 0,
                new: 0,
                lines: 6,
            },
            Row::Same { old: 6, new: 6 },
            Row::Same { old: 7, new: 7 },
            Row::Same { old: 8, new: 8 },
            Row::Changed {
                old: Some(9),
                new: Some(9),
            },
            Row::Changed {
                old: None,
                new: Some(10),
            },
        ];
        assert_eq!(told, expected);
        assert_eq!(changes(&told), [4]);
    }

    #[test]
    fn a_fold_is_worth_more_than_a_line() {
        let old: Vec<char> = "a1234567b".chars().collect();
        let new: Vec<char> = "x1234567y".chars().collect();
        let told = rows(&diff(&old, &new));
        assert!(!told.iter().any(|row| matches!(row, Row::Gap { .. })));
        assert_eq!(changes(&told), [0, 8]);
        assert_eq!(
            rows(&diff(&old, &old)),
            [Row::Gap {
                old: 0,
                new: 0,
                lines: 9
            }]
        );
    }
}

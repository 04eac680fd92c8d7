//! Two changes of one text, put together.

use std::collections::HashMap;

use crate::components::text_diff::lines::{Step, diff};

/// A piece of the merged text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Lines that are clear: at most one side changed them, or both in the same way.
    Clear(Vec<String>),
    /// Lines that both sides changed, each in its way.
    Conflict {
        /// What they made of them.
        theirs: Vec<String>,
        /// What I made of them.
        mine: Vec<String>,
    },
}

/// Who wins a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Their lines.
    Theirs,
    /// My lines.
    Mine,
    /// Their lines, then mine.
    Both,
}

/// Puts together what two sides made of `base`, line by line.
#[must_use]
pub fn merge(base: &str, theirs: &str, mine: &str) -> Vec<Piece> {
    let base: Vec<&str> = base.split('\n').collect();
    let theirs: Vec<&str> = theirs.split('\n').collect();
    let mine: Vec<&str> = mine.split('\n').collect();
    let (kept_by_them, kept_by_me) = (kept(&base, &theirs), kept(&base, &mine));
    let mut pieces = Pieces(Vec::new());
    let (mut at, mut at_theirs, mut at_mine) = (0, 0, 0);
    for line in 0..=base.len() {
        // the next line that both sides kept, or the end
        let (next_theirs, next_mine) = if line == base.len() {
            (theirs.len(), mine.len())
        } else {
            match (kept_by_them.get(&line), kept_by_me.get(&line)) {
                (Some(theirs), Some(mine)) => (*theirs, *mine),
                _ => continue,
            }
        };
        pieces.between(
            &base[at..line],
            &theirs[at_theirs..next_theirs],
            &mine[at_mine..next_mine],
        );
        if line < base.len() {
            pieces.clear(&[base[line]]);
        }
        (at, at_theirs, at_mine) = (line + 1, next_theirs + 1, next_mine + 1);
    }
    pieces.0
}

/// Where the lines of `base` are in `side`, of those that it kept.
fn kept(base: &[&str], side: &[&str]) -> HashMap<usize, usize> {
    diff(base, side)
        .into_iter()
        .filter_map(|step| match step {
            Step::Same { old, new } => Some((old, new)),
            Step::Added(_) | Step::Removed(_) => None,
        })
        .collect()
}

struct Pieces(Vec<Piece>);

impl Pieces {
    fn clear(&mut self, lines: &[&str]) {
        let lines = lines.iter().map(|line| (*line).to_owned());
        match self.0.last_mut() {
            Some(Piece::Clear(before)) => before.extend(lines),
            _ => self.0.push(Piece::Clear(lines.collect())),
        }
    }

    /// The lines between two that both sides kept.
    fn between(&mut self, base: &[&str], theirs: &[&str], mine: &[&str]) {
        if theirs == mine || base == mine {
            if !theirs.is_empty() {
                self.clear(theirs);
            }
        } else if base == theirs {
            if !mine.is_empty() {
                self.clear(mine);
            }
        } else {
            let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
            self.0.push(Piece::Conflict {
                theirs: owned(theirs),
                mine: owned(mine),
            });
        }
    }
}

/// How many conflicts there are.
#[must_use]
pub fn conflicts(pieces: &[Piece]) -> usize {
    pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Conflict { .. }))
        .count()
}

/// The merged text; none while a conflict is open. `choices` are those of the conflicts, in order.
#[must_use]
pub fn merged(pieces: &[Piece], choices: &[Option<Choice>]) -> Option<String> {
    let mut choices = choices.iter();
    let mut lines: Vec<&str> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Clear(clear) => lines.extend(clear.iter().map(String::as_str)),
            Piece::Conflict { theirs, mine } => {
                let choice = (*choices.next()?)?;
                if choice != Choice::Mine {
                    lines.extend(theirs.iter().map(String::as_str));
                }
                if choice != Choice::Theirs {
                    lines.extend(mine.iter().map(String::as_str));
                }
            }
        }
    }
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(base: &str, theirs: &str, mine: &str) -> Option<String> {
        merged(&merge(base, theirs, mine), &[])
    }

    #[test]
    fn changes_of_different_lines_are_put_together() {
        for (base, theirs, mine, both) in [
            ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
            ("a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n", "a\nc\nd\n"),
            ("a\nb", "x\na\nb", "a\nb\ny", "x\na\nb\ny"),
            ("a\nb", "a\nx", "a\nx", "a\nx"),
            ("", "a", "", "a"),
            ("a\nb\nc", "", "a\nb\nc", ""),
        ] {
            assert_eq!(clean(base, theirs, mine).as_deref(), Some(both), "{base:?}");
        }
    }

    #[test]
    fn changes_of_the_same_lines_are_a_choice() {
        let pieces = merge("a\nb\nc", "a\nT\nc", "a\nM\nc");
        assert_eq!(conflicts(&pieces), 1);
        assert_eq!(merged(&pieces, &[None]), None);
        for (choice, text) in [
            (Choice::Theirs, "a\nT\nc"),
            (Choice::Mine, "a\nM\nc"),
            (Choice::Both, "a\nT\nM\nc"),
        ] {
            assert_eq!(merged(&pieces, &[Some(choice)]).as_deref(), Some(text));
        }
        // deleted there, changed here
        assert_eq!(conflicts(&merge("a\nb\nc", "a\nc", "a\nM\nc")), 1);
    }

    proptest! {
        #[test]
        fn one_side_alone_is_that_side(base in "[ab\n]{0,24}", side in "[abc\n]{0,24}") {
            prop_assert_eq!(clean(&base, &side, &base), Some(side.clone()));
            prop_assert_eq!(clean(&base, &base, &side), Some(side.clone()));
            prop_assert_eq!(clean(&base, &side, &side), Some(side));
        }

        #[test]
        fn both_loses_no_line_of_either(
            base in "[ab\n]{0,20}",
            theirs in "[abc\n]{0,20}",
            mine in "[abd\n]{0,20}",
        ) {
            let pieces = merge(&base, &theirs, &mine);
            let all = vec![Some(Choice::Both); conflicts(&pieces)];
            let text = merged(&pieces, &all);
            prop_assert!(text.is_some());
            let count = |text: &str, letter| text.matches(letter).count();
            let text = text.unwrap_or_default();
            prop_assert_eq!(count(&text, 'c'), count(&theirs, 'c'));
            prop_assert_eq!(count(&text, 'd'), count(&mine, 'd'));
        }
    }
}

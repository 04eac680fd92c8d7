//! What is looked for, and where in a text it stands. Every kind takes time in proportion to the
//! text, whatever the pattern is.

use regex::{Regex, RegexBuilder};
use wire::{
    format::{Diagnostic, Severity},
    search_hits::{PATTERN_MAX_BYTES, PatternKind, Range},
};

use crate::error::Error;

/// What a compiled pattern may take: a search of 512 KiB with the largest one is still done soon.
const PROGRAM_MAX_BYTES: usize = 1024 * 1024;

/// How much a search remembers of the ways that it took.
const CACHE_MAX_BYTES: usize = 4 * 1024 * 1024;

/// How deep a pattern may be nested.
const NEST_MAX: u32 = 50;

/// How many places are marked in one line.
const RANGES_MAX: usize = 50;

/// What is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    /// The letters of a fuzzy one, lower case unless the case counts.
    letters: Option<Vec<char>>,
    match_case: bool,
}

impl Pattern {
    /// Reads a pattern.
    pub(crate) fn new(text: &str, kind: PatternKind, match_case: bool) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::BadRequest(
                "q: there is nothing to look for".to_owned(),
            ));
        }
        if text.len() > PATTERN_MAX_BYTES {
            return Err(Error::BadRequest(format!(
                "q: a pattern has at most {PATTERN_MAX_BYTES} bytes"
            )));
        }
        let source = match kind {
            PatternKind::Regex => {
                check(text)?;
                text.to_owned()
            }
            PatternKind::Text | PatternKind::Fuzzy => regex::escape(text),
        };
        let regex = RegexBuilder::new(&source)
            .case_insensitive(!match_case)
            .multi_line(true)
            .crlf(true)
            .nest_limit(NEST_MAX)
            .size_limit(PROGRAM_MAX_BYTES)
            .dfa_size_limit(CACHE_MAX_BYTES)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => wrong(
                    1,
                    "the pattern is too large when its repetitions are counted out",
                ),
                error => wrong(1, &error.to_string()),
            })?;
        let letters = (kind == PatternKind::Fuzzy).then(|| {
            text.chars()
                .map(|letter| fold(letter, match_case))
                .collect()
        });
        Ok(Self {
            regex,
            letters,
            match_case,
        })
    }

    /// Where a name matches, from `from` on, in bytes; and how badly: less is better, and only a
    /// fuzzy pattern tells more than 0.
    pub(super) fn in_name(&self, name: &str, from: usize) -> Option<(Vec<Range>, u32)> {
        let rest = name.get(from..)?;
        let (ranges, badness) = match &self.letters {
            None => (self.ranges(rest), 0),
            Some(letters) => fuzzy(rest, letters, self.match_case)?,
        };
        let from = narrow(from);
        (!ranges.is_empty()).then(|| {
            let moved = ranges.into_iter().map(|(a, b)| (a + from, b + from));
            (moved.collect(), badness)
        })
    }

    /// The places in a text, one after the other, in bytes; an empty one is none.
    pub(super) fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        let found = self.regex.find_iter(text);
        found
            .filter(|found| !found.is_empty())
            .map(|found| (found.start(), found.end()))
    }

    fn ranges(&self, text: &str) -> Vec<Range> {
        let places = self.places(text).take(RANGES_MAX);
        places.map(|(a, b)| (narrow(a), narrow(b))).collect()
    }
}

/// Names and values are far below 4 GiB.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn fold(letter: char, match_case: bool) -> char {
    if match_case {
        letter
    } else {
        letter.to_lowercase().next().unwrap_or(letter)
    }
}

/// Says where a regular expression is wrong, which the engine itself tells only in a drawing.
fn check(text: &str) -> Result<(), Error> {
    let mut parser = regex_syntax::ParserBuilder::new()
        .nest_limit(NEST_MAX)
        .multi_line(true)
        .crlf(true)
        .build();
    match parser.parse(text) {
        Ok(_) => Ok(()),
        Err(regex_syntax::Error::Parse(error)) => {
            Err(wrong(error.span().start.column, &error.kind().to_string()))
        }
        Err(regex_syntax::Error::Translate(error)) => {
            Err(wrong(error.span().start.column, &error.kind().to_string()))
        }
        Err(error) => Err(wrong(1, &error.to_string())),
    }
}

fn wrong(column: usize, message: &str) -> Error {
    Error::BadPattern(Diagnostic {
        severity: Severity::Error,
        line: 1,
        column: narrow(column),
        message: message.to_owned(),
    })
}

/// The shortest stretch that holds all letters in their order, of those that end first.
fn fuzzy(text: &str, letters: &[char], match_case: bool) -> Option<(Vec<Range>, u32)> {
    let folded: Vec<(usize, char)> = text
        .char_indices()
        .map(|(at, letter)| (at, fold(letter, match_case)))
        .collect();
    let mut wanted = letters.iter();
    let mut next = wanted.next()?;
    let end = folded.iter().position(|(_, letter)| {
        if letter != next {
            return false;
        }
        match wanted.next() {
            Some(after) => {
                next = after;
                false
            }
            None => true,
        }
    })?;
    // back from its end, each letter is as near as it can be
    let mut places = Vec::with_capacity(letters.len());
    let mut at = end + 1;
    for letter in letters.iter().rev() {
        at = folded[..at]
            .iter()
            .rposition(|(_, found)| found == letter)?;
        places.push(at);
    }
    places.reverse();
    let stretch = end + 1 - places[0];
    let begins_word = places[0] == 0
        || folded
            .get(places[0] - 1)
            .is_some_and(|(_, before)| !before.is_alphanumeric());
    let badness = 2 * narrow(stretch - letters.len()) + u32::from(!begins_word);
    let mut ranges: Vec<Range> = Vec::new();
    for place in places {
        let begin = folded[place].0;
        let after = folded.get(place + 1).map_or(text.len(), |(at, _)| *at);
        match ranges.last_mut() {
            Some(last) if last.1 == narrow(begin) => last.1 = narrow(after),
            _ => ranges.push((narrow(begin), narrow(after))),
        }
    }
    Some((ranges, badness))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str, kind: PatternKind) -> Pattern {
        Pattern::new(text, kind, false).unwrap()
    }

    #[test]
    fn text_is_text() {
        let found = pattern("a.b", PatternKind::Text);
        assert_eq!(found.in_name("xA.B/axb", 0), Some((vec![(1, 4)], 0)));
        assert_eq!(found.in_name("axb", 0), None);
        let strict = Pattern::new("a.b", PatternKind::Text, true).unwrap();
        assert_eq!(strict.in_name("A.B", 0), None);
        // what stands before the folder's end does not count
        assert_eq!(found.in_name("a.b/x", 4), None);
        assert_eq!(found.in_name("a.b/a.b", 4), Some((vec![(4, 7)], 0)));
    }

    #[test]
    fn fuzzy_letters_stand_in_their_order() {
        let found = pattern("dfy", PatternKind::Fuzzy);
        let (ranges, _) = found.in_name("omo/default.yaml", 0).unwrap();
        assert_eq!(ranges, [(4, 5), (6, 7), (12, 13)]);
        assert_eq!(found.in_name("yfd", 0), None);
        let badness = |name: &str| {
            pattern("ab", PatternKind::Fuzzy)
                .in_name(name, 0)
                .unwrap()
                .1
        };
        assert!(badness("x/ab") < badness("xab"));
        assert!(badness("xab") < badness("a-b"));
        let (ranges, _) = pattern("éü", PatternKind::Fuzzy)
            .in_name("xÉaÜ", 0)
            .unwrap();
        assert_eq!(ranges, [(1, 3), (4, 6)]);
    }

    #[test]
    fn a_wrong_pattern_says_where() {
        for (text, column) in [("ab(c", 3), ("a[b", 2), ("x{2,1}", 2), ("é**(", 4)] {
            match Pattern::new(text, PatternKind::Regex, false) {
                Err(Error::BadPattern(found)) => {
                    assert_eq!(found.column, column, "{text}: {}", found.message);
                    assert!(!found.message.contains('\n'), "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn patterns_are_bounded() {
        for text in [
            "(a{1000}){1000}",
            "((((((a{9}){9}){9}){9}){9}){9}){9}",
            &"(".repeat(60),
            &"a".repeat(PATTERN_MAX_BYTES + 1),
            "",
        ] {
            assert!(
                Pattern::new(text, PatternKind::Regex, false).is_err(),
                "{text:.40}"
            );
        }
        // linear, where others explode
        let found = pattern("(a+)+$", PatternKind::Regex);
        let text = format!("{}b", "a".repeat(200_000));
        assert_eq!(found.places(&text).count(), 0);
    }

    #[test]
    fn nothing_is_no_place() {
        let found = pattern("x*", PatternKind::Regex);
        assert_eq!(found.places("aabb").count(), 0);
        assert_eq!(found.places("axxb").collect::<Vec<_>>(), [(1, 3)]);
    }
}

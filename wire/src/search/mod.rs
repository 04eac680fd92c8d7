//! The grammar of every filter field, the same in the browser and on the server.
//!
//! Terms stand apart by blanks and must all match; `-term` excludes; `word:value` looks in one
//! field (`status:critical`, `tag:v2`, `node:msa-1`, `meta.zone:a`); quotes keep blanks, and a `:` or
//! `-` that stands in them is a letter like any other (`"env:prod"`).
//!
//! A list answers the fields that its rows hold, and names them where another one is asked for:
//! services are counts of instances, so that `node:` and `meta.` are asked of the list of
//! instances.

mod rows;
mod text;

pub use text::{holds, is_same, lower};

use crate::{health::Health, sessions::Behavior};

/// A filter, parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Every one must hold.
    pub terms: Vec<Term>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// It must not match.
    pub exclude: bool,
    /// The field it looks in, lower case; none for the row's text.
    pub field: Option<String>,
    /// What is looked for, lower case.
    pub value: String,
}

/// Why a filter cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchError {
    /// No row has this field.
    UnknownField(String),
    /// `word:` without a value.
    MissingValue(String),
    /// The field never has this value.
    UnknownValue {
        /// The field.
        field: String,
        /// What was asked for.
        value: String,
    },
    /// A quote is not closed.
    OpenQuote,
}

/// A row that can be searched.
pub trait Searchable {
    /// The fields that rows of this kind know; `meta.` allows every field that begins so.
    const FIELDS: &'static [&'static str];

    /// Whether `hit` is true for one of the texts that a term without a field is looked for in.
    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool;

    /// Whether `field` matches `value` (both lower case).
    fn field(&self, field: &str, value: &str) -> bool;

    /// The same of a part of the row alone, where `is_meant` says of which datacenters it is; none
    /// where rows have no such parts, or the field is about the whole.
    fn field_in(&self, _: &str, _: &str, _is_meant: &dyn Fn(&str) -> bool) -> Option<bool> {
        None
    }
}

/// The values that a field has, where they are few; none where it can have any.
#[must_use]
pub fn values_of(field: &str) -> Option<Vec<&'static str>> {
    match field {
        "status" => Some(Health::WORST_FIRST.map(Health::word).to_vec()),
        "role" => Some(vec!["leader", "server", "client"]),
        "behavior" => Some(
            [Behavior::Release, Behavior::Delete]
                .map(Behavior::word)
                .to_vec(),
        ),
        _ => None,
    }
}

impl Search {
    /// Reads `input`, for rows that know `fields`. Where they know none, a `:` is a letter like
    /// any other.
    ///
    /// # Errors
    /// Where a field is unknown or has no value, or never has that one, or a quote stays open.
    pub fn parse(input: &str, fields: &[&str]) -> Result<Self, SearchError> {
        let mut terms = Vec::new();
        for Word { text, quoted_from } in words(input)? {
            // what stands in quotes says nothing but itself
            let plain = |at: usize| quoted_from.is_none_or(|from| at < from);
            let (exclude, start) = match text.strip_prefix('-') {
                Some(rest) if !rest.is_empty() && plain(0) => (true, 1),
                _ => (false, 0),
            };
            let colon = text.find(':').filter(|at| plain(*at));
            let whole = lower(&text[start..]);
            let named = colon.and_then(|at| {
                let field = lower(text.get(start..at)?);
                Some((field, lower(&text[at + 1..])))
            });
            let term = match &named {
                Some((field, value)) if !fields.is_empty() && is_word(field) => {
                    if !fields.iter().any(|known| {
                        *known == field || (known.ends_with('.') && field.starts_with(known))
                    }) {
                        return Err(SearchError::UnknownField(field.to_owned()));
                    }
                    if value.is_empty() {
                        return Err(SearchError::MissingValue(field.to_owned()));
                    }
                    Term {
                        exclude,
                        field: Some(field.to_owned()),
                        value: meant(field, value)?,
                    }
                }
                _ => Term {
                    exclude,
                    field: None,
                    value: whole,
                },
            };
            terms.push(term);
        }
        Ok(Self { terms })
    }

    /// Whether `row` matches every term. Where a datacenter is asked for, what is asked beside it
    /// is asked of the row as it is there.
    pub fn matches<T: Searchable>(&self, row: &T) -> bool {
        let is_there = |dc: &str| self.is_about(dc);
        let somewhere = self.is_somewhere();
        self.terms.iter().all(|term| {
            let hit = match &term.field {
                Some(field) => Some((field, &term.value))
                    .filter(|_| somewhere && !term.names_datacenter())
                    .and_then(|(field, value)| row.field_in(field, value, &is_there))
                    .unwrap_or_else(|| row.field(field, &term.value)),
                None => row.any_text(&|text| holds(text, &term.value)),
            };
            hit != term.exclude
        })
    }

    /// Datacenters are asked for.
    pub(crate) fn is_somewhere(&self) -> bool {
        self.terms.iter().any(Term::names_datacenter)
    }

    /// Whether a datacenter is one that is asked for; each is where none is.
    pub(crate) fn is_about(&self, dc: &str) -> bool {
        let named = || self.terms.iter().filter(|term| term.names_datacenter());
        let is_named = |exclude: bool| {
            let mut named = named().filter(move |term| term.exclude == exclude);
            named.any(|term| is_same(dc, &term.value))
        };
        !is_named(true) && (is_named(false) || named().all(|term| term.exclude))
    }
}

impl Term {
    fn names_datacenter(&self) -> bool {
        self.field.as_deref() == Some("dc")
    }
}

/// The value that is meant: of a field that has few, the one that begins so, since a filter is read
/// at every letter that is typed.
fn meant(field: &str, value: &str) -> Result<String, SearchError> {
    let Some(known) = values_of(field) else {
        return Ok(value.to_owned());
    };
    let mut found = known.iter().filter(|known| known.starts_with(value));
    match (found.next(), found.next()) {
        (Some(only), None) => Ok((*only).to_owned()),
        _ => Err(SearchError::UnknownValue {
            field: field.to_owned(),
            value: value.to_owned(),
        }),
    }
}

fn is_word(field: &str) -> bool {
    let mut letters = field.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && field
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_'))
}

/// What stands between blanks, without its quotes.
#[derive(Default)]
struct Word {
    text: String,
    /// Where the first quote in it was.
    quoted_from: Option<usize>,
}

fn words(input: &str) -> Result<Vec<Word>, SearchError> {
    let mut words = Vec::new();
    let mut word = Word::default();
    let mut quoted = false;
    for letter in input.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                word.quoted_from.get_or_insert(word.text.len());
            }
            letter if letter.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            letter => word.text.push(letter),
        }
    }
    if quoted {
        return Err(SearchError::OpenQuote);
    }
    words.push(word);
    words.retain(|word| !word.text.is_empty());
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{health::Health, nodes::NodeRow, services::ServiceRow};

    pub(super) fn row() -> ServiceRow {
        ServiceRow {
            name: "omo.msa.startkit".into(),
            health: Health::Critical,
            tags: vec!["v2".into(), "two words".into()],
            ..ServiceRow::default()
        }
    }

    fn hit(input: &str) -> bool {
        Search::parse(input, ServiceRow::FIELDS)
            .unwrap()
            .matches(&row())
    }

    #[test]
    fn every_term_must_match() {
        assert!(hit(""));
        assert!(hit("START msa"));
        assert!(!hit("start gateway"));
        assert!(hit("-gateway status:critical tag:v2"));
        assert!(!hit("-start"));
        assert!(!hit("-tag:v2"));
        assert!(hit("tag:\"two words\""));
        assert!(hit("\"two words\""));
    }

    #[test]
    fn quotes_say_nothing_but_what_stands_in_them() {
        let tagged = ServiceRow {
            tags: vec!["env:prod".into(), "-v".into()],
            ..row()
        };
        let hit = |input: &str| {
            let search = Search::parse(input, ServiceRow::FIELDS);
            search.map(|search| search.matches(&tagged))
        };
        for (input, expected) in [
            ("\"env:prod\"", Ok(true)),
            ("\"env:test\"", Ok(false)),
            ("-\"env:prod\"", Ok(false)),
            ("-\"env:test\"", Ok(true)),
            ("\"-v\"", Ok(true)),
            ("\"-x\"", Ok(false)),
            ("tag:\"env:prod\"", Ok(true)),
            ("tag:\"-v\" tag:env:prod", Ok(true)),
            ("-tag:\"-v\"", Ok(false)),
            ("\"\"", Ok(true)),
            ("env:prod", Err(SearchError::UnknownField("env".into()))),
        ] {
            assert_eq!(hit(input), expected, "{input}");
        }
    }

    fn unknown(field: &str, value: &str) -> SearchError {
        SearchError::UnknownValue {
            field: field.into(),
            value: value.into(),
        }
    }

    #[test]
    fn a_value_that_is_one_of_few_is_known_by_how_it_begins() {
        for input in ["status:c", "status:CRIT", "status:critical", "-status:p"] {
            assert!(hit(input), "{input}");
        }
        for field in ["status", "role", "behavior"] {
            let known = values_of(field).unwrap();
            for (at, value) in known.iter().enumerate() {
                let begin = &value[..1];
                let others = known.iter().filter(|other| other.starts_with(begin));
                assert_eq!(
                    (others.count(), meant(field, begin)),
                    (1, Ok((*value).to_owned())),
                    "{at}"
                );
            }
        }
        assert_eq!(meant("tag", "c"), Ok("c".to_owned()));
    }

    #[test]
    fn wrong_input_is_named() {
        for (input, fields) in [
            ("role:x", NodeRow::FIELDS),
            ("behavior:x", crate::sessions::SessionRow::FIELDS),
        ] {
            let (field, value) = input.split_once(':').unwrap();
            assert_eq!(Search::parse(input, fields), Err(unknown(field, value)));
        }
        for (input, error) in [
            ("colour:red", SearchError::UnknownField("colour".into())),
            ("status:critcal", unknown("status", "critcal")),
            ("-status:bad", unknown("status", "bad")),
            ("tag:", SearchError::MissingValue("tag".into())),
            ("\"open", SearchError::OpenQuote),
        ] {
            assert_eq!(Search::parse(input, ServiceRow::FIELDS), Err(error));
        }
        let text = Search::parse("a:", &[]).unwrap();
        assert_eq!(
            (text.terms[0].field.as_ref(), &*text.terms[0].value),
            (None, "a:")
        );
        // an address is not a field
        assert!(Search::parse("10.0.0.1:8500", ServiceRow::FIELDS).is_ok());
    }
}

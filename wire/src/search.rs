//! The grammar of every filter field, the same in the browser and on the server.
//!
//! Terms stand apart by blanks and must all match; `-term` excludes; `word:value` looks in one
//! field (`status:critical`, `tag:v2`, `node:msa-1`, `meta.zone:a`); quotes keep blanks.

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
    /// A quote is not closed.
    OpenQuote,
}

/// A row that can be searched.
pub trait Searchable {
    /// The fields that rows of this kind know; `meta.` allows every field that begins so.
    const FIELDS: &'static [&'static str];

    /// The texts that a term without a field is looked for in.
    fn text(&self) -> Vec<&str>;

    /// Whether `field` matches `value` (both lower case).
    fn field(&self, field: &str, value: &str) -> bool;
}

impl Search {
    /// Reads `input`, for rows that know `fields`. Where they know none, a `:` is a letter like
    /// any other.
    ///
    /// # Errors
    /// Where a field is unknown or has no value, or a quote stays open.
    pub fn parse(input: &str, fields: &[&str]) -> Result<Self, SearchError> {
        let mut terms = Vec::new();
        for word in words(input)? {
            let (exclude, word) = match word.strip_prefix('-') {
                Some(rest) if !rest.is_empty() => (true, rest.to_owned()),
                _ => (false, word),
            };
            let lower = word.to_lowercase();
            let term = match lower.split_once(':') {
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
                        value: value.to_owned(),
                    }
                }
                _ => Term {
                    exclude,
                    field: None,
                    value: lower,
                },
            };
            terms.push(term);
        }
        Ok(Self { terms })
    }

    /// Whether `row` matches every term.
    pub fn matches<T: Searchable>(&self, row: &T) -> bool {
        self.terms.iter().all(|term| {
            let hit = match &term.field {
                Some(field) => row.field(field, &term.value),
                None => row
                    .text()
                    .iter()
                    .any(|text| text.to_lowercase().contains(&term.value)),
            };
            hit != term.exclude
        })
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

fn words(input: &str) -> Result<Vec<String>, SearchError> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for letter in input.chars() {
        match letter {
            '"' => quoted = !quoted,
            letter if letter.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            letter => word.push(letter),
        }
    }
    if quoted {
        return Err(SearchError::OpenQuote);
    }
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

impl Searchable for crate::services::ServiceRow {
    const FIELDS: &'static [&'static str] = &["status", "tag", "kind", "version", "dc"];

    fn text(&self) -> Vec<&str> {
        let mut text = vec![self.name.as_str()];
        text.extend(self.tags.iter().map(String::as_str));
        text
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "status" => self.health.word() == value,
            "tag" => self.tags.iter().any(|tag| tag.to_lowercase() == value),
            "kind" => self.kind.to_lowercase() == value,
            "version" => self.versions.iter().any(|version| version == value),
            "dc" if self.places.is_empty() => self.datacenter == value,
            "dc" => self.places.iter().any(|place| place.datacenter == value),
            _ => false,
        }
    }
}

impl Searchable for crate::nodes::NodeRow {
    const FIELDS: &'static [&'static str] = &["status", "version", "role", "dc", "meta."];

    fn text(&self) -> Vec<&str> {
        vec![&self.name, &self.address]
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "status" => self.health.word() == value,
            "version" => self
                .version
                .as_ref()
                .is_some_and(|version| version == value),
            "role" => match value {
                "leader" => self.leader,
                "server" => self.server,
                "client" => !self.server,
                _ => false,
            },
            "dc" => self.datacenter == value,
            _ => field.strip_prefix("meta.").is_some_and(|key| {
                self.meta
                    .iter()
                    .any(|(name, text)| name.to_lowercase() == key && text.to_lowercase() == value)
            }),
        }
    }
}

impl Searchable for crate::kv::KvEntry {
    const FIELDS: &'static [&'static str] = &[];

    fn text(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn field(&self, _: &str, _: &str) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{health::Health, services::ServiceRow};

    fn row() -> ServiceRow {
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
    fn wrong_input_is_named() {
        for (input, error) in [
            ("colour:red", SearchError::UnknownField("colour".into())),
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

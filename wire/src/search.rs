//! The grammar of every filter field, the same in the browser and on the server.
//!
//! Terms stand apart by blanks and must all match; `-term` excludes; `word:value` looks in one
//! field (`status:critical`, `tag:v2`, `node:msa-1`, `meta.zone:a`); quotes keep blanks, and a `:` or
//! `-` that stands in them is a letter like any other (`"env:prod"`).
//!
//! A list answers the fields that its rows hold, and names them where another one is asked for:
//! services are counts of instances, so that `node:` and `meta.` are asked of the list of
//! instances.

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
            let lower = text[start..].to_lowercase();
            let named = colon.and_then(|at| {
                let field = text.get(start..at)?.to_lowercase();
                Some((field, text[at + 1..].to_lowercase()))
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
                    if values_of(field).is_some_and(|known| !known.contains(&value.as_str())) {
                        return Err(SearchError::UnknownValue {
                            field: field.to_owned(),
                            value: value.to_owned(),
                        });
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

/// Whether `text` holds `wanted`, which is lower case, whatever the case of `text`: as
/// `text.to_lowercase().contains(wanted)`, without a copy of the texts that nearly all are.
#[must_use]
pub fn holds(text: &str, wanted: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(wanted);
    }
    let wanted = wanted.as_bytes();
    let Some(first) = wanted.first() else {
        return true;
    };
    let text = text.as_bytes();
    // most places differ in their first letter
    (0..(text.len() + 1).saturating_sub(wanted.len())).any(|start| {
        text[start].to_ascii_lowercase() == *first
            && text[start..start + wanted.len()]
                .iter()
                .zip(wanted)
                .all(|(letter, wanted)| letter.to_ascii_lowercase() == *wanted)
    })
}

/// Whether `text` is `wanted`, which is lower case, whatever the case of `text`.
#[must_use]
pub fn is_same(text: &str, wanted: &str) -> bool {
    if text.is_ascii() {
        // not `eq_ignore_ascii_case`: what was asked for is lower case, or it is nothing
        text.len() == wanted.len()
            && text
                .bytes()
                .zip(wanted.bytes())
                .all(|(letter, wanted)| letter.to_ascii_lowercase() == wanted)
    } else {
        text.to_lowercase() == wanted
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

impl Searchable for crate::services::ServiceRow {
    const FIELDS: &'static [&'static str] = &["status", "tag", "kind", "version", "dc"];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.name) || self.tags.iter().any(|tag| hit(tag))
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "status" => self.health.word() == value,
            "tag" => self.tags.iter().any(|tag| is_same(tag, value)),
            "kind" => is_same(&self.kind, value),
            "version" => self.versions.iter().any(|version| is_same(version, value)),
            "dc" if self.places.is_empty() => is_same(&self.datacenter, value),
            "dc" => self
                .places
                .iter()
                .any(|place| is_same(&place.datacenter, value)),
            _ => false,
        }
    }

    fn field_in(&self, field: &str, value: &str, is_meant: &dyn Fn(&str) -> bool) -> Option<bool> {
        if field != "status" || self.places.is_empty() {
            return None;
        }
        Some(self.health_in(is_meant).word() == value)
    }
}

impl Searchable for crate::nodes::NodeRow {
    const FIELDS: &'static [&'static str] = &["status", "node", "version", "role", "dc", "meta."];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.name) || hit(&self.address)
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "status" => self.health.word() == value,
            "node" => holds(&self.name, value),
            "version" => self
                .version
                .as_ref()
                .is_some_and(|version| is_same(version, value)),
            "role" => match value {
                "leader" => self.leader,
                "server" => self.server,
                "client" => !self.server,
                _ => false,
            },
            "dc" => is_same(&self.datacenter, value),
            _ => field.strip_prefix("meta.").is_some_and(|key| {
                self.meta
                    .iter()
                    .any(|(name, text)| is_same(name, key) && is_same(text, value))
            }),
        }
    }
}

impl Searchable for crate::instances::InstanceRow {
    const FIELDS: &'static [&'static str] = &[
        "status", "service", "node", "tag", "version", "dc", "id", "address", "meta.",
    ];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.id)
            || hit(&self.address)
            || hit(&self.node)
            || hit(&self.service)
            || self.tags.iter().any(|tag| hit(tag))
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "status" => self.health.word() == value,
            "service" => holds(&self.service, value),
            "node" => holds(&self.node, value),
            "id" => holds(&self.id, value),
            "address" => holds(&self.address, value),
            "tag" => self.tags.iter().any(|tag| is_same(tag, value)),
            "version" => self
                .version
                .as_ref()
                .is_some_and(|version| is_same(version, value)),
            "dc" => is_same(&self.datacenter, value),
            _ => field.strip_prefix("meta.").is_some_and(|key| {
                self.meta
                    .iter()
                    .any(|(name, text)| is_same(name, key) && is_same(text, value))
            }),
        }
    }
}

impl Searchable for crate::kv::KvEntry {
    const FIELDS: &'static [&'static str] = &[];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.name)
    }

    fn field(&self, _: &str, _: &str) -> bool {
        false
    }
}

impl Searchable for crate::sessions::SessionRow {
    const FIELDS: &'static [&'static str] = &["name", "node", "behavior"];

    fn any_text(&self, hit: &dyn Fn(&str) -> bool) -> bool {
        hit(&self.name) || hit(&self.id) || hit(&self.node)
    }

    fn field(&self, field: &str, value: &str) -> bool {
        match field {
            "name" => holds(&self.name, value),
            "node" => holds(&self.node, value),
            "behavior" => self.behavior.word() == value,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{health::Health, nodes::NodeRow, services::ServiceRow};

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

    #[test]
    fn a_state_is_that_in_the_datacenter_that_is_asked_for() {
        let place = |dc: &str, health| crate::services::ServicePlace {
            datacenter: dc.into(),
            health,
            ..Default::default()
        };
        let merged = ServiceRow {
            places: vec![
                place("dc1", Health::Critical),
                place("dc2", Health::Passing),
                place("dc3", Health::Warning),
            ],
            datacenter: "dc1".into(),
            ..row()
        };
        for (input, expected) in [
            ("status:critical", true),
            ("status:passing", false),
            ("dc:dc1 status:critical", true),
            ("dc:dc2 status:critical", false),
            ("status:passing dc:DC2", true),
            ("dc:dc2 -status:critical", true),
            ("dc:dc4 status:critical", false),
            ("dc:dc2 dc:dc3 status:warning", true),
            ("dc:dc2 dc:dc3 status:critical", false),
            ("-dc:dc1", false),
        ] {
            let search = Search::parse(input, ServiceRow::FIELDS).unwrap();
            assert_eq!(search.matches(&merged), expected, "{input}");
        }
    }

    fn unknown(field: &str, value: &str) -> SearchError {
        SearchError::UnknownValue {
            field: field.into(),
            value: value.into(),
        }
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

    #[test]
    fn each_kind_of_row_knows_its_fields() {
        let service = ServiceRow {
            kind: "connect-proxy".into(),
            versions: vec!["2.0.0-RC1".into()],
            datacenter: "DC1".into(),
            ..row()
        };
        let node = NodeRow {
            name: "msa-1".into(),
            server: true,
            datacenter: "dc1".into(),
            version: Some("1.22.6".into()),
            meta: [("Zone".to_owned(), "A b".to_owned())].into(),
            ..NodeRow::default()
        };
        let hits = |input: &str| {
            let of_service = Search::parse(input, ServiceRow::FIELDS);
            let of_node = Search::parse(input, NodeRow::FIELDS);
            (
                of_service.ok().map(|search| search.matches(&service)),
                of_node.ok().map(|search| search.matches(&node)),
            )
        };
        for (input, of_service, of_node) in [
            ("kind:connect-proxy", Some(true), None),
            ("version:2.0.0-rc1", Some(true), Some(false)),
            ("dc:dc1", Some(true), Some(true)),
            ("-dc:dc1", Some(false), Some(false)),
            ("dc:dc", Some(false), Some(false)),
            ("role:server", None, Some(true)),
            ("role:leader", None, Some(false)),
            ("node:MSA", None, Some(true)),
            ("node:bla", None, Some(false)),
            ("meta.zone:\"a b\"", None, Some(true)),
            ("meta.zone:a", None, Some(false)),
            ("-meta.rack:b", None, Some(true)),
            ("status:critical", Some(true), Some(false)),
        ] {
            assert_eq!(hits(input), (of_service, of_node), "{input}");
        }
    }

    #[test]
    fn instances_are_found_by_address_and_id() {
        let row = crate::instances::InstanceRow {
            service: "Web".into(),
            id: "web-7f".into(),
            node: "msa-1".into(),
            address: "10.0.0.7:8080".into(),
            health: Health::Critical,
            tags: vec!["v2".into()],
            version: Some("1.0".into()),
            meta: [("Team".to_owned(), "core".to_owned())].into(),
            ..Default::default()
        };
        for (input, expected) in [
            ("10.0.0.7:80", true),
            ("10.0.0.8", false),
            ("address:0.7 id:7F service:web node:msa", true),
            ("meta.team:core version:1.0 tag:v2 status:critical", true),
            ("-id:7f", false),
            ("id:web-8", false),
        ] {
            let search = Search::parse(input, crate::instances::InstanceRow::FIELDS).unwrap();
            assert_eq!(search.matches(&row), expected, "{input}");
        }
    }

    /// Letters that say something about case: the Kelvin sign and the dotted I are lower case
    /// elsewhere than they look.
    fn text() -> impl Strategy<Value = String> {
        let letter = prop::sample::select(vec![
            'a', 'A', 'k', 'K', '\u{212a}', 'İ', 'ß', 'É', 'é', '-', 'σ', 'Σ',
        ]);
        prop::collection::vec(letter, 0..6).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn case_is_as_unicode_has_it(text in text(), wanted in text()) {
            let wanted = wanted.to_lowercase();
            prop_assert_eq!(holds(&text, &wanted), text.to_lowercase().contains(&wanted));
            prop_assert_eq!(is_same(&text, &wanted), text.to_lowercase() == wanted);
        }

        #[test]
        fn plain_texts_too(text in "[a-cA-C0-]{0,8}", wanted in "[a-c0-]{0,3}") {
            prop_assert_eq!(holds(&text, &wanted), text.to_lowercase().contains(&wanted));
            prop_assert_eq!(is_same(&text, &wanted), text.to_lowercase() == wanted);
        }
    }
}

//! A key that is being made.

use leptos::prelude::*;
use wire::{
    format::Format,
    kv::{KvPair, KvSave, VALUE_MAX_BYTES},
    problem::{Problem, ProblemKind},
    schema::KeyPlace,
};

use super::{
    check::{Check, Checked, stops_a_save},
    failure::{Failure, LastFailure},
    value::encode,
};
use crate::api;

/// What is typed on the page.
#[derive(Clone, Copy)]
pub struct NewKey {
    /// Where.
    pub dc: StoredValue<String>,
    /// The folder that the page began in.
    pub folder: StoredValue<String>,
    /// The whole key.
    pub key: RwSignal<String>,
    /// What the key was before anything was typed.
    pub prefilled: StoredValue<String>,
    /// The value.
    pub text: RwSignal<String>,
    /// A file that is not text, which is the value then.
    pub bytes: RwSignal<Option<Vec<u8>>>,
    /// None as long as the key's ending tells it.
    pub chosen: RwSignal<Option<Format>>,
    /// The checker.
    pub check: Check,
    /// A save is under way.
    pub saving: RwSignal<bool>,
    /// Why the last one wrote nothing of the key and the text.
    pub failure: LastFailure<(String, String)>,
}

impl NewKey {
    /// A key that is begun in `folder`, with the beginning of a name.
    #[must_use]
    pub fn begin(dc: &str, folder: &str, name: &str) -> Self {
        let prefilled = format!("{folder}{name}");
        let key = RwSignal::new(prefilled.clone());
        let text = RwSignal::new(String::new());
        let chosen = RwSignal::new(None);
        let format = Signal::derive(move || {
            chosen
                .get()
                .unwrap_or_else(|| key.with(|key| Format::from_key(key)))
        });
        let datacenter = dc.to_owned();
        let place = Signal::derive(move || KeyPlace {
            datacenter: datacenter.clone(),
            key: key.get(),
        });
        Self {
            dc: StoredValue::new(dc.to_owned()),
            folder: StoredValue::new(folder.to_owned()),
            key,
            prefilled: StoredValue::new(prefilled),
            text,
            bytes: RwSignal::new(None),
            chosen,
            check: Check::new(text, format, place),
            saving: RwSignal::new(false),
            failure: LastFailure::new(move |(failed_key, failed_text)| {
                // both are followed, whichever differs
                let is_key = key.with(|key| key == failed_key);
                text.with(|text| text == failed_text) && is_key
            }),
        }
    }

    fn fail(&self, failure: Failure) {
        let typed = (self.key.get_untracked(), self.text.get_untracked());
        self.failure.tell(failure, typed);
    }

    /// What the value is checked as.
    #[must_use]
    pub fn format(&self) -> Format {
        self.chosen
            .get()
            .unwrap_or_else(|| self.key.with(|key| Format::from_key(key)))
    }

    /// A folder is asked for; the one that the page began in is not it.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.key.with(|key| key.ends_with('/')) && !self.is_untouched()
    }

    fn is_untouched(&self) -> bool {
        self.prefilled
            .with_value(|before| self.key.with(|key| key == before))
    }

    /// Something is typed.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.text.with(|text| !text.is_empty())
            || self.bytes.with(Option::is_some)
            || !self.is_untouched()
    }

    /// Writes it, unless it is there already; `created` is told when that worked.
    pub fn save(self, allow_invalid: bool, created: Callback<KvPair>) {
        if self.saving.get_untracked() {
            return;
        }
        let key = self.key.get_untracked();
        let unnamed = key.ends_with('/') && untrack(|| self.is_untouched());
        if key.is_empty() || unnamed {
            self.fail(Failure::NoKey);
            return;
        }
        let folder = key.ends_with('/');
        let bytes = self.bytes.get_untracked();
        let is_binary = bytes.is_some();
        let value = match bytes {
            _ if folder => Vec::new(),
            Some(bytes) => bytes,
            None => self.text.get_untracked().into_bytes(),
        };
        if value.len() > VALUE_MAX_BYTES {
            self.fail(Failure::TooLarge(value.len()));
            return;
        }
        if !folder
            && !is_binary
            && !allow_invalid
            && self
                .check
                .diagnostics
                .with_untracked(|found| stops_a_save(found))
        {
            self.fail(Failure::Invalid);
            return;
        }
        let save = KvSave {
            datacenter: self.dc.get_value(),
            value: encode(&value),
            flags: 0,
            // creates only: a key that is there stays as it is
            cas: 0,
            format: if folder || is_binary {
                Format::Plain
            } else {
                untrack(|| self.format())
            },
            allow_invalid,
            key,
        };
        self.saving.set(true);
        self.failure.forget();
        leptos::task::spawn_local(async move {
            let answer = api::kv::save(&save).await;
            if self.saving.try_get_untracked().is_none() {
                return;
            }
            self.saving.set(false);
            match answer {
                Ok(pair) => created.run(pair),
                Err(problem) => self.refused(problem),
            }
        });
    }

    fn refused(&self, problem: Problem) {
        self.fail(match problem.kind {
            ProblemKind::Conflict => Failure::Exists,
            ProblemKind::InvalidValue => {
                self.check.set(Checked::Done, problem.diagnostics);
                Failure::Invalid
            }
            _ => Failure::Other(Box::new(problem)),
        });
    }
}

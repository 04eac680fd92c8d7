//! What is typed is kept in this browser until it is saved, and is gone on with later.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;
use wire::kv::{KvPair, is_secret};

use super::{
    draft::Draft,
    drafts::{self, Kept, KeptNew},
    new_key::NewKey,
    value::encode,
    version::{Remote, Version},
};
use crate::{effect::effect, state::use_settings};

/// The pause in typing after which the text is kept in the browser.
const KEPT_AFTER: Duration = Duration::from_millis(400);

impl Draft {
    /// Goes on with what was typed earlier, on the version that it was made from: where others
    /// wrote since, both are put together. What is typed now is put aside.
    pub fn restore(&self, kept: Kept) {
        if untrack(|| self.is_dirty()) {
            self.aside.set(Some(self.text.get_untracked()));
        }
        let now = match self.remote.get_untracked() {
            Remote::Changed(theirs) => theirs,
            Remote::Same | Remote::Gone => self.base.get_untracked(),
        };
        let older = older_version(&now, &kept);
        self.text.set(kept.text);
        if let Some(older) = older {
            self.base.set(Arc::new(older));
            self.remote.set(Remote::Changed(now));
            self.comparing.set(true);
        }
    }

    /// Keeps what is typed in this browser for as long as it is not saved; never a secret.
    pub fn keep_typed(self, secret: bool, done: Signal<bool>) {
        if secret {
            return;
        }
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let touched = StoredValue::new(false);
        effect(move || {
            let dirty = self.is_dirty() && !done.get();
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            // an offer of an earlier text stays until somebody typed
            if !dirty && !touched.get_value() && !done.get() {
                return;
            }
            touched.set_value(true);
            let write = move || {
                let (dc, key) = (self.dc.try_get_value(), self.key.try_get_value());
                let (Some(dc), Some(key)) = (dc, key) else {
                    return;
                };
                if dirty {
                    let base = self.base.get_untracked();
                    let index = base.pair.modify_index;
                    self.text
                        .with_untracked(|text| drafts::keep(&dc, &key, text, index, base.shown()));
                } else {
                    drafts::forget(&dc, &key);
                }
            };
            if dirty {
                timer.set_value(set_timeout_with_handle(write, KEPT_AFTER).ok());
            } else {
                write();
            }
        });
    }
}

impl NewKey {
    /// Goes on with what was typed earlier; gives what is typed now, where there is something.
    pub fn restore(&self, kept: KeptNew) -> Option<KeptNew> {
        let mine = untrack(|| self.is_dirty()).then(|| KeptNew {
            key: self.key.get_untracked(),
            text: self.text.get_untracked(),
            at: js_sys::Date::now(),
        });
        self.bytes.set(None);
        self.key.set(kept.key);
        self.text.set(kept.text);
        mine
    }

    /// Whether what is typed is kept: no file, and nothing under a name that is secret or that may
    /// become it with the next letters.
    #[must_use]
    pub fn is_kept(&self, secret_keys: &[String]) -> bool {
        let is_text = self.bytes.with(Option::is_none);
        is_text && self.key.with(|key| !may_be_secret(secret_keys, key))
    }

    /// Keeps what is typed in this browser for as long as the key is not made; never a secret.
    pub fn keep_typed(self, done: Signal<bool>) {
        let secret_keys = use_settings().secret_keys.clone();
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let touched = StoredValue::new(false);
        effect(move || {
            self.text.track();
            let dirty = self.is_dirty() && !done.get();
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            // an offer of an earlier text stays until somebody typed
            if !dirty && !touched.get_value() {
                return;
            }
            touched.set_value(true);
            let keeps = dirty && self.is_kept(&secret_keys);
            let write = move || {
                let place = (self.dc.try_get_value(), self.folder.try_get_value());
                let (Some(dc), Some(folder)) = place else {
                    return;
                };
                if keeps {
                    let key = self.key.get_untracked();
                    self.text
                        .with_untracked(|text| drafts::keep_new(&dc, &folder, &key, text));
                } else {
                    drafts::forget_new(&dc, &folder);
                }
            };
            if keeps {
                timer.set_value(set_timeout_with_handle(write, KEPT_AFTER).ok());
            } else {
                write();
            }
        });
    }
}

/// Whether a key is secret, or begins as one that is.
fn may_be_secret(patterns: &[String], key: &str) -> bool {
    let begins = |pattern: &String| {
        let start = pattern.split('*').next().unwrap_or_default();
        start.len() > key.len() && start.starts_with(key)
    };
    is_secret(patterns, key) || patterns.iter().any(begins)
}

/// The version that a kept text was made from, where `now` is another one. What it was is not
/// always known: then nothing counts as agreed on.
fn older_version(now: &Version, kept: &Kept) -> Option<Version> {
    let base = kept.base.as_deref().unwrap_or_default();
    let is_known = kept.base.is_some();
    let is_same = kept.index == now.pair.modify_index || (is_known && base == now.shown());
    if is_same && now.is_text() || kept.text == now.shown() {
        return None;
    }
    // with the line endings of now: a save gives the text those of what it was made from
    let bytes = now.restore(base).unwrap_or_else(|| base.to_owned());
    Some(Version::new(KvPair {
        modify_index: kept.index,
        value: Some(encode(bytes.as_bytes())),
        ..now.pair.clone()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(index: u64, value: &str) -> Version {
        Version::new(KvPair {
            modify_index: index,
            value: Some(encode(value.as_bytes())),
            ..KvPair::default()
        })
    }

    fn kept(index: u64, base: Option<&str>, text: &str) -> Kept {
        Kept {
            text: text.to_owned(),
            index,
            base: base.map(str::to_owned),
            at: 0.0,
        }
    }

    #[test]
    fn what_may_become_a_secret_is_taken_for_one() {
        let patterns = ["vault/".to_owned(), "*/password".to_owned()];
        for (key, may_be) in [
            ("", true),
            ("vau", true),
            ("vault/db", true),
            ("vaults", false),
            ("app/pass", false),
            ("app/password", true),
        ] {
            assert_eq!(may_be_secret(&patterns, key), may_be, "{key:?}");
        }
        assert!(!may_be_secret(&[], ""));
    }

    #[test]
    fn a_kept_text_stands_on_what_it_was_made_from() {
        let now = version(9, "a\r\nb\r\n");
        // the same version, the same text, or what is there already
        for kept in [
            kept(9, Some("a\nb\n"), "x\n"),
            kept(9, None, "x\n"),
            kept(7, Some("a\nb\n"), "x\n"),
            kept(7, Some("old\n"), "a\nb\n"),
        ] {
            assert_eq!(older_version(&now, &kept), None, "{kept:?}");
        }
        // others wrote since, with the line endings that a save will have
        let older = older_version(&now, &kept(7, Some("a\n"), "x\n"));
        assert_eq!(older, Some(version(7, "a\r\n")));
        // whoever kept it did not say what it was made from
        let older = older_version(&now, &kept(7, None, "x\n"));
        assert_eq!(older, Some(version(7, "")));
    }
}

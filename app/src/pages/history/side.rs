//! One side of a change: what a key held then, as far as that is kept.

use wire::history::RecordDetail;

use super::detail::bytes_of;
use crate::{
    components::text_diff::Held,
    i18n::{Messages, number},
};

/// What a key held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Side<'a> {
    /// `ModifyIndex`; none where it was not there.
    pub(super) index: Option<u64>,
    flags: u64,
    size: Option<u64>,
    /// In base64; none where it is not kept.
    value: Option<&'a String>,
    /// Stands for a value that is not kept.
    pub(super) hash: Option<&'a String>,
}

impl<'a> Side<'a> {
    /// What it held before a change.
    pub(super) fn before(detail: &'a RecordDetail) -> Self {
        let record = &detail.record;
        Self {
            index: record.index_before,
            flags: record.flags_before.unwrap_or_default(),
            size: record.size_before,
            value: detail.before.as_ref(),
            hash: record.hash_before.as_ref(),
        }
    }

    /// What it held after a change.
    pub(super) fn after(detail: &'a RecordDetail) -> Self {
        let record = &detail.record;
        Self {
            index: record.index_after,
            flags: record.flags_after.unwrap_or_default(),
            size: record.size_after,
            value: detail.after.as_ref(),
            hash: record.hash_after.as_ref(),
        }
    }

    /// It was there, and its value is not kept.
    pub(super) fn is_bare(&self) -> bool {
        self.index.is_some() && self.value.is_none()
    }

    /// For a comparison; none where it was not there.
    pub(super) fn held(&self) -> Option<Held> {
        self.index.map(|_| Held {
            bytes: bytes_of(self.value),
            flags: self.flags,
        })
    }

    /// Whether both values are equal; none where that cannot be told.
    pub(super) fn has_value_of(&self, other: &Self) -> Option<bool> {
        if let (Some(one), Some(other)) = (self.size, other.size)
            && one != other
        {
            return Some(false);
        }
        match (self.value, other.value) {
            (Some(one), Some(other)) => return Some(one == other),
            // of equal values both are kept, or none is, but for what became secret in between
            (Some(_), None) | (None, Some(_)) => {
                let bare = self.hash.or(other.hash)?;
                return (!bare.starts_with("hmac:")).then_some(false);
            }
            (None, None) => {}
        }
        let (one, other) = (self.hash?, other.hash?);
        let kind = |hash: &str| hash.split_once(':').map(|(kind, _)| kind.to_owned());
        (kind(one) == kind(other)).then_some(one == other)
    }
}

/// What can be said of two sides of which at least one is not kept.
pub(super) fn in_words(
    t: &'static Messages,
    before: &Side<'_>,
    after: &Side<'_>,
    secret: bool,
) -> String {
    let why = if secret {
        t.history.secret_kept.to_owned()
    } else {
        let bare = [before, after].into_iter().filter(|side| side.is_bare());
        let size = bare.filter_map(|side| side.size).max().unwrap_or_default();
        (t.history.not_kept)(&super::name::size(size))
    };
    let said = match (before.index, after.index) {
        (Some(_), Some(_)) => match before.has_value_of(after) {
            Some(true) => Some(t.history.values_equal),
            Some(false) => Some(t.history.values_differ),
            None => Some(t.history.values_unknown),
        },
        _ => None,
    };
    let flags = match (before.index, after.index) {
        (Some(_), Some(_)) if before.flags != after.flags => {
            Some((t.diff.flags)(&number(before.flags), &number(after.flags)))
        }
        _ => None,
    };
    let parts = [Some(why), said.map(str::to_owned), flags];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use wire::history::Record;

    use super::*;
    use crate::i18n::{Language, messages};

    fn detail(value: Option<&str>, hash: Option<&str>, size: u64) -> RecordDetail {
        RecordDetail {
            record: Record {
                index_after: Some(7),
                size_after: Some(size),
                hash_after: hash.map(str::to_owned),
                ..Record::default()
            },
            after: value.map(str::to_owned),
            ..RecordDetail::default()
        }
    }

    #[test]
    fn hashes_tell_values_that_are_not_kept() {
        let kept = |value| detail(Some(value), None, 1);
        let bare = |hash| detail(None, Some(hash), 1);
        for (one, other, same) in [
            (kept("YQ=="), kept("YQ=="), Some(true)),
            (kept("YQ=="), kept("Yg=="), Some(false)),
            (bare("hmac:1"), bare("hmac:1"), Some(true)),
            (bare("hmac:1"), bare("hmac:2"), Some(false)),
            (bare("sha256:1"), bare("sha256:1"), Some(true)),
            (bare("sha256:1"), bare("hmac:1"), None),
            (kept("YQ=="), bare("sha256:1"), Some(false)),
            (kept("YQ=="), bare("hmac:1"), None),
            (detail(None, Some("hmac:1"), 2), kept("YQ=="), Some(false)),
        ] {
            let (a, b) = (Side::after(&one), Side::after(&other));
            assert_eq!(a.has_value_of(&b), same, "{one:?} {other:?}");
            assert_eq!(b.has_value_of(&a), same);
        }
    }

    #[test]
    fn two_secrets_are_not_called_equal_unseen() {
        let t = messages(Language::En);
        let (old, new) = (
            detail(None, Some("hmac:1"), 1),
            detail(None, Some("hmac:2"), 1),
        );
        let said = |a, b| in_words(t, &Side::after(a), &Side::after(b), true);
        assert!(said(&old, &new).contains(t.history.values_differ));
        assert!(said(&old, &old).contains(t.history.values_equal));
        // nothing was there before
        let first = in_words(t, &Side::before(&new), &Side::after(&new), true);
        assert_eq!(first, t.history.secret_kept);
    }
}

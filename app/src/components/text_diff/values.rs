//! Two values with all that a key holds beside them: also one that is not there, an empty one, and
//! flags.

use leptos::prelude::*;

use super::{TextDiff, text_of};
use crate::i18n::{number, use_t};

/// What a key holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The value.
    pub bytes: Vec<u8>,
    /// The user's own number.
    pub flags: u64,
}

/// What is to be said of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// They differ, or everything is equal: the comparison shows it.
    Values,
    /// The values are equal, the flags are not.
    OnlyFlags,
    /// One side is not there, and the other is empty.
    Empty,
}

fn verdict(before: Option<&Held>, after: Option<&Held>) -> Verdict {
    match (before, after) {
        (Some(before), Some(after))
            if before.bytes == after.bytes && before.flags != after.flags =>
        {
            Verdict::OnlyFlags
        }
        (Some(one), None) | (None, Some(one)) if one.bytes.is_empty() => Verdict::Empty,
        _ => Verdict::Values,
    }
}

/// Two values and what differs, exactly.
#[component]
pub fn ValueDiff(
    /// The old one; none where there is none.
    before: Option<Held>,
    /// The new one.
    after: Option<Held>,
    /// What the old one is.
    before_label: String,
    /// What the new one is.
    after_label: String,
) -> impl IntoView {
    let t = use_t();
    let flags = before
        .as_ref()
        .zip(after.as_ref())
        .filter(|(before, after)| before.flags != after.flags)
        .map(|(before, after)| (t.diff.flags)(&number(before.flags), &number(after.flags)));
    let said = match verdict(before.as_ref(), after.as_ref()) {
        Verdict::OnlyFlags => Some(t.diff.only_flags),
        Verdict::Empty => Some(t.diff.empty_value),
        Verdict::Values => None,
    };
    let note = [said.map(str::to_owned), flags]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let text = |held: Option<Held>| text_of(t, &held.unwrap_or_default().bytes);
    view! {
        {(!note.is_empty()).then(|| view! { <p class="diff-same">{note}</p> }.into_any())}
        {said
            .is_none()
            .then(|| {
                view! {
                    <TextDiff
                        before=Signal::stored(text(before))
                        after=Signal::stored(text(after))
                        before_label
                        after_label
                    />
                }
                .into_any()
            })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_called_equal_that_is_not() {
        let held = |bytes: &[u8], flags| {
            Some(Held {
                bytes: bytes.to_vec(),
                flags,
            })
        };
        for (before, after, said) in [
            (held(b"a", 1), held(b"a", 1), Verdict::Values),
            (held(b"a", 1), held(b"b", 1), Verdict::Values),
            (held(b"a", 1), held(b"b", 2), Verdict::Values),
            (held(b"a", 1), held(b"a", 2), Verdict::OnlyFlags),
            (held(b"", 0), held(b"", 1), Verdict::OnlyFlags),
            (None, held(b"", 1), Verdict::Empty),
            (held(b"", 0), None, Verdict::Empty),
            (None, held(b"a", 1), Verdict::Values),
        ] {
            assert_eq!(verdict(before.as_ref(), after.as_ref()), said);
        }
    }
}

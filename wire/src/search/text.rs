//! Texts compared whatever their case.

/// `text` in lower case.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// `text` in lower case. A browser knows the letters: a table of our own, and what reads it, were
/// 7 kB (brotli) of every first load.
#[cfg(target_arch = "wasm32")]
#[must_use]
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Whether `text` holds `wanted`, which is lower case, whatever the case of `text`: as
/// `text.to_lowercase().contains(wanted)`, without a copy of the texts that nearly all are.
#[must_use]
pub fn holds(text: &str, wanted: &str) -> bool {
    if !text.is_ascii() {
        return lower(text).contains(wanted);
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
        lower(text) == wanted
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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

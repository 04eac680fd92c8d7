//! Text into addresses, byte for byte, and which keys an address can carry at all.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The longest key, encoded, that goes into an address: hyper takes 65,534 bytes in all.
const PATH_MAX_BYTES: usize = 48 * 1024;

/// One part of a path, or one value of a query.
pub(crate) fn part(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// One part of a path that is a name; none where no path can carry it: an empty part vanishes,
/// and `.` and `..` mean other things, escaped or not.
pub(crate) fn name(text: &str) -> Option<String> {
    // agents decode before they take the path apart, so a slash does not stay inside its part
    is_carried(text).then(|| part(text))
}

/// A key as a path: each part escaped, the slashes kept.
pub(crate) fn key(key: &str) -> String {
    key.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Whether the path of an address can carry `key`. Go's HTTP mux, and ours on the way, clean a
/// path of empty and dot segments and answer with a redirect to another key; agents answer 400
/// to whatever is not printable in a path.
pub(crate) fn is_carried(key: &str) -> bool {
    let folder = key.strip_suffix('/').unwrap_or(key);
    !folder
        .split('/')
        .any(|segment| matches!(segment, "" | "." | ".."))
        && !folder
            .chars()
            .any(|letter| letter.is_control() || (letter.is_whitespace() && letter != ' '))
        // no key can outgrow this by escaping alone; most are not encoded twice for it
        && (key.len() * 3 <= PATH_MAX_BYTES || self::key(key).len() <= PATH_MAX_BYTES)
}

/// Whether the path of an address can carry `key`, and every agent takes it there.
pub(crate) fn goes_by_path(key: &str) -> bool {
    is_carried(key) && !is_refused_by_newer(key)
}

/// Whether agents since 1.21.5 refuse `key` in a path, for reads too
/// (`validateKVKey` in agent/kvs_endpoint.go), although they may hold it.
pub(crate) fn is_refused_by_newer(key: &str) -> bool {
    if key.starts_with(' ') || key.ends_with(' ') {
        return true;
    }
    let decoded = percent_decode_str(key).collect::<Vec<u8>>();
    decoded != key.as_bytes()
        && (decoded.contains(&b' ') || decoded.windows(2).any(|pair| pair == b".."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_carried_byte_for_byte() {
        for (text, path) in [
            ("omo/msa/config/default.yaml", "omo/msa/config/default.yaml"),
            ("folder/", "folder/"),
            ("a b", "a%20b"),
            (
                "a+b?c#d&e=f;g:h*i\\j\"k",
                "a%2Bb%3Fc%23d%26e%3Df%3Bg%3Ah%2Ai%5Cj%22k",
            ),
            ("%", "%25"),
            ("%2F", "%252F"),
            ("%252F", "%25252F"),
            ("..a/a..b/...", "..a/a..b/..."),
            ("~-_.", "~-_."),
            ("中/文", "%E4%B8%AD/%E6%96%87"),
            ("e\u{301}", "e%CC%81"),
            ("\u{e9}", "%C3%A9"),
            ("\u{1f41d}", "%F0%9F%90%9D"),
            ("keys", "keys"),
            ("edit?recurse", "edit%3Frecurse"),
        ] {
            assert!(is_carried(text), "{text}");
            assert_eq!(key(text), path);
        }
    }

    #[test]
    fn keys_that_no_path_carries_are_known() {
        for text in [
            "",
            "/",
            "//",
            "/x",
            "a//b",
            "a//",
            ".",
            "..",
            "./",
            "../",
            "a/.",
            "a/..",
            "a/./b",
            "a/../b",
            "../b",
            "a\0b",
            "a\rb",
            "a\nb",
            "a\tb",
            "a\u{a0}b",
            "a\u{2028}b",
            "a\u{7f}",
        ] {
            assert!(!is_carried(text), "{text:?}");
        }
        assert!(is_carried(&"k".repeat(4096)));
        assert!(is_carried(&"k".repeat(PATH_MAX_BYTES)));
        assert!(!is_carried(&"中".repeat(PATH_MAX_BYTES / 9 + 1)));
    }

    #[test]
    fn what_newer_agents_refuse_is_known() {
        for (key, refused) in [
            (" a", true),
            ("a ", true),
            ("a b", false),
            ("a%20b", true),
            ("a%2e%2e", true),
            ("a..b", false),
            ("%", false),
            ("%2F", false),
            ("100%", false),
        ] {
            assert_eq!(is_refused_by_newer(key), refused, "{key}");
        }
    }

    proptest! {
        #[test]
        fn encoding_round_trips(text in "\\PC{0,20}(/|//|%|\\.|\\.\\.)?\\PC{0,20}") {
            let path = key(&text);
            prop_assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte)));
            prop_assert_eq!(percent_decode_str(&path).decode_utf8().unwrap(), text.as_str());
        }

        #[test]
        fn carried_keys_survive_an_address(text in "[a-c./%? +é中]{1,12}") {
            prop_assume!(is_carried(&text));
            let address = format!("http://a:1/v1/kv/{}", key(&text));
            let url = reqwest::Url::parse(&address).unwrap();
            prop_assert_eq!(url.as_str(), address.as_str());
            let decoded = percent_decode_str(&url.path()["/v1/kv/".len()..]).decode_utf8().unwrap();
            prop_assert_eq!(decoded, text.as_str());
        }
    }
}

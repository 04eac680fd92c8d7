//! Paths as Go's HTTP server treats them.

use percent_encoding::percent_decode_str;

/// Where Go's mux sends a path that is not clean: empty, `.` and `..` segments taken out of the text as it
/// came in (an escaped slash stays). `None` for a clean path.
pub(super) fn redirect(raw: &str) -> Option<String> {
    let clean = if raw == "/v1/kv" {
        "/v1/kv/".to_owned()
    } else {
        clean(raw)
    };
    (clean != raw).then_some(clean)
}

/// Go's `path.Clean` of an absolute path, keeping a slash at the end.
fn clean(path: &str) -> String {
    let cleaned = clean_key(path.trim_start_matches('/'));
    // `..` above the root stays at the root.
    let mut rest = cleaned.as_str();
    while let Some(below) = rest
        .strip_prefix("../")
        .or_else(|| (rest == "..").then_some(""))
    {
        rest = below;
    }
    let rest = if rest == "." || rest == "./" {
        ""
    } else {
        rest
    };
    format!("/{rest}")
}

/// A key as the KV endpoint of 1.22.6 reads it: Go's `path.Clean`, keeping a slash at the end.
pub(super) fn clean_key(key: &str) -> String {
    if key.is_empty() {
        return String::new();
    }
    let rooted = key.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in key.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = match (rooted, parts.join("/")) {
        (true, joined) => format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".to_owned(),
        (false, joined) => joined,
    };
    if key.ends_with('/') && !joined.ends_with('/') {
        format!("{joined}/")
    } else {
        joined
    }
}

/// Takes percent-escapes away; the error is what Go answers a broken escape, and Consul a character that
/// Go does not call printable.
pub(super) fn decode(raw: &str) -> Result<String, &'static str> {
    let broken = raw.split('%').skip(1).any(|rest| {
        let digits = rest.as_bytes();
        digits.len() < 2 || !digits[0].is_ascii_hexdigit() || !digits[1].is_ascii_hexdigit()
    });
    let text = percent_decode_str(raw).decode_utf8_lossy().into_owned();
    let unprintable = |c: char| {
        c.is_control()
            || (c.is_whitespace() && c != ' ')
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if broken {
        return Err("400 Bad Request");
    }
    if text.contains(unprintable) {
        Err("")
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_not_clean_is_sent_elsewhere() {
        for (raw, clean) in [
            ("/v1/kv//lead", "/v1/kv/lead"),
            ("/v1/kv/a//b", "/v1/kv/a/b"),
            ("/v1/kv/a/../b", "/v1/kv/b"),
            ("/v1/kv/a/./b", "/v1/kv/a/b"),
            ("/v1/kv/a/..", "/v1/kv"),
            ("/../../v1/kv/a/", "/v1/kv/a/"),
            ("/v1/kv", "/v1/kv/"),
        ] {
            assert_eq!(redirect(raw).as_deref(), Some(clean), "{raw}");
        }
        for kept in [
            "/",
            "/v1/kv/",
            "/v1/kv/a/",
            "/v1/kv/a%2F%2Fb",
            "/v1/kv/%2e%2e/b",
            "/v1/kv/a..b",
        ] {
            assert_eq!(redirect(kept), None, "{kept}");
        }
    }

    #[test]
    fn a_key_is_cleaned_after_its_escapes() {
        for (key, clean) in [
            ("a//b", "a/b"),
            ("a/../b", "b"),
            ("../b", "../b"),
            ("/lead", "/lead"),
            ("a/b/", "a/b/"),
            (".", "."),
        ] {
            assert_eq!(clean_key(key), clean, "{key}");
        }
    }

    #[test]
    fn only_printable_text_is_a_path() {
        assert_eq!(decode("/v1/kv/%E4%BD%A0%20b").as_deref(), Ok("/v1/kv/你 b"));
        assert_eq!(decode("/a%FFb").as_deref(), Ok("/a\u{fffd}b"));
        for refused in ["/a%00b", "/a%0Ab", "/a%zz", "/a%2", "/a%C2%A0b"] {
            assert!(decode(refused).is_err(), "{refused}");
        }
    }
}

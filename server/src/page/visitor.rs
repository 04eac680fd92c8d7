//! Who asks: language and theme, from the cookies that the page sets and from the browser.

use http::{HeaderMap, header};

/// What a visitor likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visitor {
    /// `en` or `zh-CN`.
    pub(super) language: &'static str,
    /// `light`, `dark`, or empty for the system's.
    pub(super) theme: &'static str,
    /// A number of pixels, `closed`, or empty for the usual.
    pub(super) tree: String,
}

impl Visitor {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let language = match cookie(headers, "waggle_lang") {
            Some("en") => "en",
            Some("zh-CN") => "zh-CN",
            _ => accepted_language(headers),
        };
        let theme = match cookie(headers, "waggle_theme") {
            Some("light") => "light",
            Some("dark") => "dark",
            _ => "",
        };
        let tree = cookie(headers, "waggle_tree").filter(|word| {
            let is_number = word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit());
            is_number || *word == "closed"
        });
        Self {
            language,
            theme,
            tree: tree.unwrap_or_default().to_owned(),
        }
    }
}

/// The first cookie of this name; others' cookies on the same host are none of our business.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

fn accepted_language(headers: &HeaderMap) -> &'static str {
    let mut best = ("en", 0.0_f32);
    for item in headers
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = item.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(1.0, |text| text.parse::<f32>().unwrap_or(0.0));
        let language = match tag.split('-').next() {
            Some("zh") => "zh-CN",
            Some("en") => "en",
            _ => continue,
        };
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(pairs: &[(&'static str, &str)]) -> (&'static str, &'static str) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        let visitor = Visitor::of(&headers);
        (visitor.language, visitor.theme)
    }

    #[test]
    fn a_tree_is_a_number_or_closed() {
        for (value, expected) in [
            ("280", "280"),
            ("closed", "closed"),
            ("", ""),
            ("2800", ""),
            ("\"x", ""),
        ] {
            let mut headers = HeaderMap::new();
            let cookie = format!("a=b; waggle_tree={value}");
            headers.append(header::COOKIE, cookie.parse().unwrap());
            assert_eq!(Visitor::of(&headers).tree, expected, "{value}");
        }
    }

    #[test]
    fn language_and_theme() {
        let long = format!("junk={}; waggle_theme=dark", "x".repeat(20_000));
        for (pairs, expected) in [
            (vec![], ("en", "")),
            (
                vec![("accept-language", "zh-TW,zh;q=0.9,en;q=0.8")],
                ("zh-CN", ""),
            ),
            (
                vec![("accept-language", "de, en;q=0.5, zh;q=0.7")],
                ("zh-CN", ""),
            ),
            (vec![("accept-language", "en-GB, zh")], ("en", "")),
            (
                vec![
                    ("accept-language", "zh"),
                    ("cookie", "a=b; waggle_lang=en; waggle_theme=dark"),
                ],
                ("en", "dark"),
            ),
            (
                vec![("cookie", "waggle_lang=<script>; waggle_theme=\"x")],
                ("en", ""),
            ),
            (
                vec![
                    ("cookie", "waggle_theme=light"),
                    ("cookie", "waggle_theme=dark"),
                ],
                ("en", "light"),
            ),
            (vec![("cookie", long.as_str())], ("en", "dark")),
        ] {
            assert_eq!(visitor(&pairs), expected, "{pairs:?}");
        }
    }
}

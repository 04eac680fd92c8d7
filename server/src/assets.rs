//! The page's files, embedded: hashed names for ever, each as br, gzip or as it is. What the first
//! paint needs of the style sheet stands in index.html itself.

use std::{collections::BTreeMap, fmt::Write as _, sync::OnceLock};

use axum::{
    body::Body,
    extract::{Path, Request},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    encoding::{self, Encoding},
    error::Error,
};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../dist"]
#[allow_missing = true]
struct Files;

/// The names of the files that index.html needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    /// The program.
    pub wasm: String,
    /// What loads it and fetches the parts.
    pub glue: String,
    /// What starts it: a script that stands in the page.
    pub(crate) boot: Inline,
    /// What comes when it is wanted, by name; what several share by their names with `+` between.
    pub parts: BTreeMap<String, String>,
    /// The style sheet.
    pub style: String,
    /// The one of what only parts need; it belongs behind the other.
    pub style_of_parts: String,
}

impl Manifest {
    /// The embedded one; None where the page was not built.
    #[must_use]
    pub fn embedded() -> Option<Self> {
        let file = Files::get("manifest.json")?;
        serde_json::from_slice(&file.data).ok()
    }
}

/// The embedded style sheets as one, read once; empty where the page was not built.
pub(crate) fn style_sheet() -> &'static str {
    static SHEET: OnceLock<String> = OnceLock::new();
    SHEET.get_or_init(|| {
        let manifest = Manifest::embedded();
        let names = manifest.map(|manifest| [manifest.style, manifest.style_of_parts]);
        let files = names
            .into_iter()
            .flatten()
            .filter_map(|name| Files::get(&name));
        files
            .filter_map(|file| String::from_utf8(file.data.into_owned()).ok())
            .collect()
    })
}

/// The page's icon as an address that holds it; `data:,` where the page was not built.
pub(crate) fn icon_url() -> &'static str {
    static ICON: OnceLock<String> = OnceLock::new();
    ICON.get_or_init(|| {
        let file = Files::get("favicon.svg");
        let text = file.and_then(|file| String::from_utf8(file.data.into_owned()).ok());
        text.map_or_else(|| "data:,".to_owned(), |text| svg_url(&text))
    })
}

/// What would end the address, or the attribute that it stands in, is encoded.
fn svg_url(svg: &str) -> String {
    let mut url = "data:image/svg+xml,".to_owned();
    for character in svg.chars() {
        match character {
            '%' | '#' | '<' | '>' | '"' | '&' | '\n' => {
                let _ = write!(url, "%{:02X}", u32::from(character));
            }
            _ => url.push(character),
        }
    }
    url
}

/// Style or a script that stands in a page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Inline {
    /// What stands between `<style>` and `</style>`.
    pub(crate) text: String,
    /// What a `Content-Security-Policy` allows it by: `sha256-…`.
    pub(crate) hash: String,
}

/// Goes with an answer that holds inline style and scripts, to where its policy is written: their
/// hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InlineHashes {
    pub(crate) style: String,
    pub(crate) scripts: [String; 2],
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Self::of(&text)
    }
}

impl Inline {
    pub(crate) fn of(text: &str) -> Self {
        // `</` can only be inside a string, where it may be escaped; the browser reads a line's
        // end as one character, and hashes what it read
        let text = text.replace("</", "<\\/").replace('\r', "");
        let hash = STANDARD.encode(Sha256::digest(&text));
        Self {
            hash: format!("sha256-{hash}"),
            text,
        }
    }
}

/// Whether a file of this name is embedded.
#[must_use]
pub fn exists(name: &str) -> bool {
    Files::get(name).is_some()
}

/// Answers for `assets/{*name}`.
pub(crate) async fn serve(Path(name): Path<String>, request: Request) -> Response {
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return Error::NoSuchMethod.into_response();
    }
    answer(&name, request.headers(), &|name| Files::get(name))
}

fn answer(
    name: &str,
    request: &HeaderMap,
    files: &dyn Fn(&str) -> Option<EmbeddedFile>,
) -> Response {
    let hidden = [".br", ".gz"].iter().any(|end| name.ends_with(end));
    let Some(plain) = files(name).filter(|_| !hidden) else {
        return Error::NoSuchRoute.into_response();
    };
    let packed = [(Encoding::Brotli, ".br"), (Encoding::Gzip, ".gz")]
        .into_iter()
        .filter_map(|(encoding, end)| Some((encoding, files(&format!("{name}{end}"))?)))
        .chain([(Encoding::Identity, plain)]);
    let (encoding, file) = encoding::best(request, packed).map_or_else(
        || (Encoding::Identity, files(name)),
        |(encoding, file)| (encoding, Some(file)),
    );
    let Some(file) = file else {
        return Error::NoSuchRoute.into_response();
    };
    let tag = entity_tag(&file, encoding);
    let known = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*");
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data.into_owned()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(name)),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(if is_hashed(name) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(word) = encoding.word() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(word));
    }
    response
}

fn entity_tag(file: &EmbeddedFile, encoding: Encoding) -> String {
    let hash = file.metadata.sha256_hash();
    let hex: String = hash[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{hex}-{}\"", encoding.word().unwrap_or("plain"))
}

/// The build puts a hash of the content behind a dash: such a name never means anything else.
fn is_hashed(name: &str) -> bool {
    name.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        let behind = part.as_bytes().get(digits);
        digits >= 8 && matches!(behind, None | Some(b'.' | b'_'))
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "wasm" => "application/wasm",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(name: &str) -> Option<EmbeddedFile> {
        let index = [
            "app-0123456789abcdef.js",
            "app-0123456789abcdef.js.br",
            "app-0123456789abcdef.js.gz",
            "favicon.svg",
        ]
        .iter()
        .position(|known| *known == name)?;
        let mut hash = [7; 32];
        hash[0] = u8::try_from(index).unwrap();
        Some(EmbeddedFile {
            data: name.as_bytes().to_vec().into(),
            metadata: rust_embed::Metadata::__rust_embed_new(hash, None, None),
        })
    }

    #[test]
    fn an_icon_stands_in_an_address() {
        let url = svg_url("<svg a=\"#1\">\n50%&</svg>");
        assert_eq!(
            url,
            "data:image/svg+xml,%3Csvg a=%22%231%22%3E%0A50%25%26%3C/svg%3E"
        );
    }

    fn ask(name: &str, pairs: &[(&'static str, &str)]) -> Response {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        answer(name, &headers, &files)
    }

    const APP: &str = "app-0123456789abcdef.js";

    #[test]
    fn the_best_encoding_that_is_taken() {
        for (accept, encoding) in [
            ("br, gzip", Some("br")),
            ("gzip, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0.5, gzip", Some("gzip")),
            ("br;q=0, gzip;q=0", None),
            ("*", Some("br")),
            ("*;q=0.1, identity", None),
            ("deflate", None),
            ("br;q=junk", None),
        ] {
            let response = ask(APP, &[("accept-encoding", accept)]);
            let found = response
                .headers()
                .get(header::CONTENT_ENCODING)
                .map(|value| value.to_str().unwrap());
            assert_eq!(found, encoding, "{accept}");
            assert_eq!(response.headers()[header::VARY], "Accept-Encoding");
        }
        assert!(
            ask(APP, &[])
                .headers()
                .get(header::CONTENT_ENCODING)
                .is_none()
        );
        let favicon = ask("favicon.svg", &[("accept-encoding", "br")]);
        assert!(favicon.headers().get(header::CONTENT_ENCODING).is_none());
        assert_eq!(favicon.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[test]
    fn each_encoding_has_its_tag_and_a_known_one_is_not_sent_again() {
        let brotli = ask(APP, &[("accept-encoding", "br")]);
        let plain = ask(APP, &[]);
        let tag = brotli.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_ne!(tag, plain.headers()[header::ETAG]);
        assert!(
            brotli.headers()[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let again = [("accept-encoding", "br"), ("if-none-match", tag.as_str())];
        assert_eq!(ask(APP, &again).status(), StatusCode::NOT_MODIFIED);
        let other = [("if-none-match", tag.as_str())];
        assert_eq!(ask(APP, &other).status(), StatusCode::OK);
    }

    #[test]
    fn a_style_sheet_is_allowed_by_its_hash_and_cannot_end_its_element() {
        // echo -n 'a{color:red}' | openssl dgst -sha256 -binary | base64
        let style = Inline::of("a{color:\rred}");
        assert_eq!(style.text, "a{color:red}");
        assert_eq!(
            style.hash,
            "sha256-6hWWMOcF+mJesSJGYhmK2lkIIEw9Xc5XKGLPVzh8yxs="
        );
        let evil = Inline::of("a{content:\"</style>\"}");
        assert!(!evil.text.contains("</"), "{}", evil.text);
    }

    #[test]
    fn other_names_are_nothing() {
        for name in ["none.js", "app-0123456789abcdef.js.br", "", "../Cargo.toml"] {
            assert_eq!(ask(name, &[]).status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[test]
    fn only_hashed_names_are_for_ever() {
        for (name, hashed) in [
            ("app-0123456789abcdef.js", true),
            ("app-0123456789abcdef_bg.wasm", true),
            ("favicon.svg", false),
            ("apple-touch-icon.png", false),
            ("icon-deadbeefy.svg", false),
        ] {
            assert_eq!(is_hashed(name), hashed, "{name}");
        }
    }
}

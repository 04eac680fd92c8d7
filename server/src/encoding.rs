//! In which of its encodings a browser wants an answer.

use http::{HeaderMap, header};

/// How an answer can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// As heads say it; none for what is sent as it is.
    pub(crate) fn word(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// How much the browser wants this encoding, in thousandths; None where it does not take it.
fn quality(request: &HeaderMap, encoding: Encoding) -> Option<u32> {
    let name = encoding.word().unwrap_or("identity");
    let mut named = None;
    let mut star = None;
    for item in request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let weight = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .map_or(1.0, |text| text.parse::<f32>().unwrap_or(0.0));
        if coding.eq_ignore_ascii_case(name) {
            named = Some(weight);
        } else if coding == "*" {
            star = Some(weight);
        }
    }
    let weight = match (named.or(star), encoding) {
        (Some(weight), _) => weight,
        // taken unless refused, and liked least
        (None, Encoding::Identity) => return Some(0),
        (None, _) => return None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=1000"
    )]
    let thousandths = (weight.clamp(0.0, 1.0) * 1000.0) as u32;
    (thousandths > 0).then_some(thousandths)
}

/// What the browser wants most of what is offered; the first of several that it wants alike. None
/// where it takes none of them.
pub(crate) fn best<T>(
    request: &HeaderMap,
    offered: impl IntoIterator<Item = (Encoding, T)>,
) -> Option<(Encoding, T)> {
    offered
        .into_iter()
        .filter_map(|(encoding, what)| Some((quality(request, encoding)?, encoding, what)))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, encoding, what)| (encoding, what))
}

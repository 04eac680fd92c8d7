//! What went wrong, told apart: a connection's fault, or what an agent said.

use std::{error::Error as StdError, io};

use rustls::{AlertDescription, CertificateError, InvalidMessage};

use super::{Error, TlsReason};

/// How much of an agent's words is passed on, in characters.
const TEXT_MAX_CHARS: usize = 200;

/// An agent's words, fit to be shown.
pub(crate) struct Text(pub(crate) String);

impl Text {
    /// Cleans `body`: no control or direction characters, no secret, no UUID (which may be a
    /// token's SecretID), at most 200 characters.
    pub(crate) fn clean<'a>(
        body: &[u8],
        whole: bool,
        secrets: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut text: String = String::from_utf8_lossy(body)
            .chars()
            .map(|letter| if is_unseen(letter) { ' ' } else { letter })
            .collect();
        for secret in secrets.filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "***");
        }
        let text = redact_uuids(text.trim());
        let mut letters = text.chars();
        let mut cut: String = letters.by_ref().take(TEXT_MAX_CHARS).collect();
        if letters.next().is_some() || !whole {
            cut.push('…');
        }
        Self(cut)
    }
}

fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Replaces whatever looks like a UUID, also one that the end of the text cuts short.
fn redact_uuids(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut redacted = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        if let Some(length) = uuid_length(&letters[at..]) {
            redacted.push_str("***");
            at += length;
        } else {
            redacted.push(letters[at]);
            at += 1;
        }
    }
    redacted
}

fn uuid_length(letters: &[char]) -> Option<usize> {
    const LENGTH: usize = 36;
    let matching = letters
        .iter()
        .take(LENGTH)
        .enumerate()
        .take_while(|(at, letter)| match at {
            8 | 13 | 18 | 23 => **letter == '-',
            _ => letter.is_ascii_hexdigit(),
        })
        .count();
    // 8 digits and a dash are enough where nothing follows
    (matching == LENGTH || (matching == letters.len() && matching > 8)).then_some(matching)
}

/// The error that an answer other than a success is.
pub(crate) fn refusal(agent: String, status: u16, Text(text): Text) -> Error {
    let says = |words: &str| text.contains(words);
    match status {
        // "ACL support disabled" is a 401 of old agents and about no token
        401 if !says("ACL support disabled") => Error::TokenUnknown { agent, text },
        _ if says("ACL not found") => Error::TokenUnknown { agent, text },
        403 => Error::Forbidden { agent, text },
        404 => Error::NotFound { agent, text },
        413 => Error::TooLarge { agent, text },
        429 => Error::RateLimited { agent, text },
        500.. if says("No cluster leader") => Error::NoLeader { agent },
        500.. if says("No path to datacenter") => Error::NoPathToDatacenter { agent },
        500.. if says("No known Consul servers") => Error::NoServers { agent },
        500.. if says("Permission denied") => Error::Forbidden { agent, text },
        500.. if says("rate limit reached") || says("rate limit exceeded") => {
            Error::RateLimited { agent, text }
        }
        // validateKVKey of agents since 1.21.5 answers 500
        500.. if says("invalid key name") || says("empty key name") => {
            Error::Refused { agent, text }
        }
        _ => Error::Status {
            agent,
            status,
            text,
        },
    }
}

/// A connection's fault.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    TimedOut,
    Tls(TlsReason),
    Unreachable(String),
    NotConsul(String),
}

impl Fault {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let mut fault = None;
        let mut at: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(current) = at {
            fault = Self::of_one(current).or(fault);
            at = current.source();
        }
        match fault {
            Some(fault @ Self::Tls(_)) => fault,
            _ if error.is_timeout() => Self::TimedOut,
            Some(fault) => fault,
            None if error.is_connect() => Self::Unreachable(connect_words(error)),
            None if error.is_decode() => {
                Self::NotConsul("a body that does not decompress or was cut short".to_owned())
            }
            None => Self::Unreachable("the connection broke".to_owned()),
        }
    }

    /// What one error of a chain says; io errors hide the error they hold from the chain.
    fn of_one(error: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(Self::Tls(tls_reason(error)));
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if let Some(inner) = error.get_ref()
                && let Some(fault) = Self::of_one(inner)
            {
                return Some(fault);
            }
            return io_words(error.kind()).map(|words| Self::Unreachable(words.to_owned()));
        }
        let error = error.downcast_ref::<hyper::Error>()?;
        if error.is_parse() || error.is_parse_too_large() {
            Some(Self::NotConsul(
                "not HTTP, or a head that is too large".to_owned(),
            ))
        } else if error.is_incomplete_message() {
            Some(Self::Unreachable(
                "the connection was closed before the answer was whole".to_owned(),
            ))
        } else {
            None
        }
    }
}

fn io_words(kind: io::ErrorKind) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::ConnectionRefused => "connection refused",
        io::ErrorKind::ConnectionReset => "the connection was reset",
        io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => "the connection broke",
        io::ErrorKind::HostUnreachable => "no route to the host",
        io::ErrorKind::NetworkUnreachable => "the network is unreachable",
        io::ErrorKind::NotFound => "the socket does not exist",
        io::ErrorKind::PermissionDenied => "no permission for the socket",
        io::ErrorKind::UnexpectedEof => "the connection was closed before the answer was whole",
        _ => return None,
    })
}

/// The words of a failed connection that is no known io error; a name's lookup, mostly.
fn connect_words(error: &reqwest::Error) -> String {
    let mut at: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = at {
        if current.to_string().contains("dns error") {
            return "the host's name was not found".to_owned();
        }
        at = current.source();
    }
    "no connection".to_owned()
}

fn tls_reason(error: &rustls::Error) -> TlsReason {
    use CertificateError as Certificate;
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            Certificate::Expired | Certificate::ExpiredContext { .. } => TlsReason::Expired,
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                TlsReason::NotValidYet
            }
            Certificate::NotValidForName => TlsReason::NameMismatch(String::new()),
            Certificate::NotValidForNameContext {
                expected,
                presented,
            } => TlsReason::NameMismatch(format!(
                "{} is not among {}",
                expected.to_str(),
                presented.join(", ")
            )),
            // a self-signed certificate is an authority's that stands for an agent
            // and a signature that does not fit is another authority's of the same name
            Certificate::UnknownIssuer | Certificate::BadSignature => TlsReason::UnknownIssuer,
            Certificate::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                TlsReason::UnknownIssuer
            }
            error => TlsReason::Other(format!("its certificate is not accepted: {error}")),
        },
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown
            | AlertDescription::AccessDenied,
        ) => TlsReason::ClientCertificate,
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => TlsReason::NotTls,
        error => TlsReason::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        Text::clean(text.as_bytes(), true, ["canary"].into_iter()).0
    }

    #[test]
    fn an_agents_words_are_cleaned() {
        assert_eq!(clean("  a\u{1b}[31mb\r\nc\u{202e}d "), "a [31mb  c d");
        assert_eq!(clean("token canary!"), "token ***!");
        let uuid = "6bd2d1e4-0b1f-4c8e-9b0a-1F2E3d4c5b6a";
        assert_eq!(
            clean(&format!("a {uuid} x={uuid}, b{uuid}")),
            "a *** x=***, b***"
        );
        assert_eq!(clean(&format!("{uuid}{uuid}")), "******");
        assert_eq!(clean("x 6bd2d1e4-0b1f-4c"), "x ***");
        assert_eq!(clean("deadbeef is a word"), "deadbeef is a word");
        let long = clean(&"ü".repeat(500));
        assert_eq!(long.chars().count(), TEXT_MAX_CHARS + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn refusals_are_told_apart() {
        let error = |status, text: &str| refusal("a".into(), status, Text(text.into()));
        assert!(matches!(
            error(403, "Permission denied"),
            Error::Forbidden { .. }
        ));
        assert!(matches!(
            error(403, "ACL not found"),
            Error::TokenUnknown { .. }
        ));
        assert!(matches!(error(401, ""), Error::TokenUnknown { .. }));
        assert!(matches!(
            error(401, "ACL support disabled"),
            Error::Status { status: 401, .. }
        ));
        assert!(matches!(error(404, "x"), Error::NotFound { .. }));
        assert!(matches!(error(413, "x"), Error::TooLarge { .. }));
        assert!(matches!(error(429, "x"), Error::RateLimited { .. }));
        assert!(matches!(
            error(500, "No cluster leader"),
            Error::NoLeader { .. }
        ));
        assert!(matches!(
            error(500, "rpc error making call: No path to datacenter"),
            Error::NoPathToDatacenter { .. }
        ));
        assert!(matches!(
            error(500, "No known Consul servers"),
            Error::NoServers { .. }
        ));
        assert!(matches!(
            error(500, "invalid key name, path traversal is not allowed"),
            Error::Refused { .. }
        ));
        assert!(matches!(error(502, "x"), Error::Status { status: 502, .. }));
        assert!(matches!(
            error(400, "No cluster leader"),
            Error::Status { status: 400, .. }
        ));
    }

    #[test]
    fn tls_failures_have_words() {
        use rustls::Error as Tls;
        for (error, words) in [
            (
                Tls::InvalidCertificate(CertificateError::Expired),
                "expired",
            ),
            (
                Tls::InvalidCertificate(CertificateError::UnknownIssuer),
                "unknown issuer",
            ),
            (
                Tls::InvalidCertificate(CertificateError::NotValidForName),
                "another name",
            ),
            (
                Tls::InvalidMessage(InvalidMessage::InvalidContentType),
                "does not speak TLS",
            ),
            (
                Tls::AlertReceived(AlertDescription::CertificateRequired),
                "client certificate",
            ),
        ] {
            assert!(tls_reason(&error).to_string().contains(words), "{words}");
        }
    }
}

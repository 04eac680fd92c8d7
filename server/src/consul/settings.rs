//! How to reach one agent: its address, token and TLS, as Consul's own CLI knows them.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use reqwest::Url;

use super::Error;

/// A token or password: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text`, without blanks and line ends at its edges (files end with one).
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().trim().to_owned())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// Where an agent listens.
#[derive(Clone, PartialEq, Eq)]
pub enum AgentAddress {
    /// `http://…` or `https://…`; a path is put before every request's (a reverse proxy's prefix).
    Http(Url),
    /// A Unix socket.
    Unix(PathBuf),
}

impl AgentAddress {
    /// Reads an address in any form of `CONSUL_HTTP_ADDR`: `host:port`, `http://…`, `https://…`,
    /// `unix:///path`. `tls` (`CONSUL_HTTP_SSL`) is what an address without a scheme gets, and
    /// turns `http` into `https`, as in Consul's own client.
    ///
    /// # Errors
    /// [`Error::Settings`] where the text is no address.
    pub fn parse(text: &str, tls: bool) -> Result<Self, Error> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("http".to_owned(), text),
        };
        let scheme = match scheme.as_str() {
            "unix" if !rest.is_empty() => return Ok(Self::Unix(PathBuf::from(rest))),
            "http" if !tls => "http",
            "http" | "https" => "https",
            _ => {
                return Err(settings(
                    "an agent's address begins with http://, https:// or unix://",
                ));
            }
        };
        let url = Url::parse(&format!("{scheme}://{rest}"))
            .map_err(|error| settings(&format!("the agent's address cannot be read: {error}")))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(settings("an agent's address has no ? or #"));
        }
        Ok(Self::Http(url))
    }

    /// The address as it may be shown: scheme, host, port, path; never a user or password.
    #[must_use]
    pub fn label(&self) -> String {
        self.to_string()
    }
}

fn settings(reason: &str) -> Error {
    Error::Settings {
        reason: reason.to_owned(),
    }
}

impl FromStr for AgentAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text, false)
    }
}

impl fmt::Display for AgentAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(url) => {
                write!(
                    formatter,
                    "{}://{}",
                    url.scheme(),
                    url.host_str().unwrap_or_default()
                )?;
                if let Some(port) = url.port() {
                    write!(formatter, ":{port}")?;
                }
                formatter.write_str(url.path().trim_end_matches('/'))
            }
            Self::Unix(path) => write!(formatter, "unix://{}", path.display()),
        }
    }
}

impl fmt::Debug for AgentAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// TLS towards an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// PEM file of the only authorities that are trusted (`CONSUL_CACERT`).
    pub ca_file: Option<PathBuf>,
    /// Folder of such files (`CONSUL_CAPATH`); the file wins where both are set.
    pub ca_path: Option<PathBuf>,
    /// PEM file of our own certificate (`CONSUL_CLIENT_CERT`).
    pub client_cert: Option<PathBuf>,
    /// PEM file of its key (`CONSUL_CLIENT_KEY`).
    pub client_key: Option<PathBuf>,
    /// The name that the agent's certificate must hold, if not the address's host
    /// (`CONSUL_TLS_SERVER_NAME`).
    pub server_name: Option<String>,
    /// Whether the agent's certificate is verified at all (`CONSUL_HTTP_SSL_VERIFY`).
    pub verify: bool,
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self {
            ca_file: None,
            ca_path: None,
            client_cert: None,
            client_key: None,
            server_name: None,
            verify: true,
        }
    }
}

/// Everything that is needed to talk to one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentSettings {
    /// Where it listens.
    pub address: AgentAddress,
    /// Sent as `X-Consul-Token`.
    pub token: Option<Secret>,
    /// User and password (`CONSUL_HTTP_AUTH`); wins over those in the address.
    pub basic_auth: Option<(String, Secret)>,
    /// TLS, where the address is `https`.
    pub tls: TlsSettings,
    /// How long a connection and its TLS handshake may take.
    pub connect_timeout: Duration,
    /// How long an answer's head may take, beyond what a blocking query waits, and how long the
    /// body may pause.
    pub read_timeout: Duration,
    /// How long a whole body may take.
    pub body_timeout: Duration,
    /// The largest body that is read, in bytes after decompression.
    pub body_max_bytes: usize,
}

impl AgentSettings {
    /// The defaults for the agent at `address`.
    #[must_use]
    pub fn new(address: AgentAddress) -> Self {
        Self {
            address,
            token: None,
            basic_auth: None,
            tls: TlsSettings::default(),
            connect_timeout: Duration::from_secs(3),
            read_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(60),
            body_max_bytes: 64 * 1024 * 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_consul_reads_them() {
        for (text, tls, label) in [
            ("127.0.0.1:8500", false, "http://127.0.0.1:8500"),
            ("127.0.0.1:8500", true, "https://127.0.0.1:8500"),
            ("localhost:8500", false, "http://localhost:8500"),
            ("[::1]:8500", false, "http://[::1]:8500"),
            ("http://a:8500/", false, "http://a:8500"),
            ("http://a:8501", true, "https://a:8501"),
            ("HTTPS://A", false, "https://a"),
            ("http://proxy/consul/", false, "http://proxy/consul"),
            ("http://me:secret@a:8500", false, "http://a:8500"),
            ("me:secret@a:8500", false, "http://a:8500"),
            ("unix:///run/consul.sock", false, "unix:///run/consul.sock"),
        ] {
            let address = AgentAddress::parse(text, tls).unwrap();
            assert_eq!(address.label(), label, "{text}");
            assert_eq!(format!("{address:?}"), label, "{text}");
        }
        for text in ["", "ftp://a", "http://", "unix://", "http://a/?x", "a b"] {
            assert!(AgentAddress::parse(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn secrets_are_never_printed() {
        let secret = Secret::new("canary\n");
        assert_eq!(secret.expose(), "canary");
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        let mut settings = AgentSettings::new("http://me:canary@a".parse().unwrap());
        settings.token = Some(secret.clone());
        settings.basic_auth = Some(("me".into(), secret));
        assert!(!format!("{settings:?}").contains("canary"));
    }
}

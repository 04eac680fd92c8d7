//! The agents' settings, with what Consul's own command line reads from the environment.

use std::path::{Path, PathBuf};

use super::ConfigError;
use crate::consul::{AgentAddress, AgentSettings, Secret, TlsSettings};

const ADDRESS_DEFAULT: &str = "127.0.0.1:8500";

/// Where the configuration file says that the token is.
pub(super) struct TokenSource {
    pub(super) file: Option<PathBuf>,
    pub(super) value: Option<Secret>,
}

/// Settings for each of `addresses`; for `CONSUL_HTTP_ADDR` where there are none.
pub(super) fn settings(
    addresses: &[String],
    token: TokenSource,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<AgentSettings>, ConfigError> {
    let tls = boolean("CONSUL_HTTP_SSL", environment)?.unwrap_or(false);
    let (name, addresses) = if addresses.is_empty() {
        let address = environment("CONSUL_HTTP_ADDR");
        (
            "CONSUL_HTTP_ADDR",
            vec![address.unwrap_or_else(|| ADDRESS_DEFAULT.to_owned())],
        )
    } else {
        ("--agent", addresses.to_vec())
    };
    let token = find_token(token, environment)?;
    let basic_auth = environment("CONSUL_HTTP_AUTH").map(|text| {
        let (user, password) = text.split_once(':').unwrap_or((&text, ""));
        (user.to_owned(), Secret::new(password))
    });
    let tls_settings = find_tls(environment)?;
    addresses
        .iter()
        .map(|text| {
            let address = AgentAddress::parse(text, tls).map_err(|error| ConfigError::Value {
                name,
                // the text itself may hold a password
                reason: error.to_string(),
            })?;
            let mut settings = AgentSettings::new(address);
            settings.token.clone_from(&token);
            settings.basic_auth.clone_from(&basic_auth);
            settings.tls = tls_settings.clone();
            Ok(settings)
        })
        .collect()
}

/// In Consul's order: the environment's file, its token; then the configuration file's.
fn find_token(
    source: TokenSource,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Secret>, ConfigError> {
    let of_environment = match environment("CONSUL_HTTP_TOKEN_FILE") {
        Some(path) => read_token("CONSUL_HTTP_TOKEN_FILE", Path::new(&path))?,
        None => None,
    };
    let of_environment =
        of_environment.or_else(|| environment("CONSUL_HTTP_TOKEN").map(Secret::new));
    if of_environment.is_some() {
        return Ok(of_environment);
    }
    let of_file = match source.file {
        Some(path) => read_token("token-file", &path)?,
        None => None,
    };
    Ok(of_file.or(source.value))
}

pub(super) fn read_token(name: &'static str, path: &Path) -> Result<Option<Secret>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(Secret::new(text)).filter(|token| !token.expose().is_empty())),
        Err(error) => Err(ConfigError::Value {
            name,
            reason: format!("{} cannot be read: {error}", path.display()),
        }),
    }
}

fn find_tls(environment: &dyn Fn(&str) -> Option<String>) -> Result<TlsSettings, ConfigError> {
    let file = |name: &'static str| match environment(name).map(PathBuf::from) {
        Some(path) if !path.exists() => Err(ConfigError::Value {
            name,
            reason: format!("{} does not exist", path.display()),
        }),
        path => Ok(path),
    };
    Ok(TlsSettings {
        ca_file: file("CONSUL_CACERT")?,
        ca_path: file("CONSUL_CAPATH")?,
        client_cert: file("CONSUL_CLIENT_CERT")?,
        client_key: file("CONSUL_CLIENT_KEY")?,
        server_name: environment("CONSUL_TLS_SERVER_NAME"),
        verify: boolean("CONSUL_HTTP_SSL_VERIFY", environment)?.unwrap_or(true),
    })
}

/// The words that Go's `strconv.ParseBool` knows, since Consul reads these with it.
fn boolean(
    name: &'static str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<bool>, ConfigError> {
    match environment(name).as_deref() {
        None => Ok(None),
        Some("1" | "t" | "T" | "TRUE" | "true" | "True") => Ok(Some(true)),
        Some("0" | "f" | "F" | "FALSE" | "false" | "False") => Ok(Some(false)),
        Some(other) => Err(ConfigError::Value {
            name,
            reason: format!("`{other}` is neither true nor false"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, io::Write};

    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Vec<AgentSettings>, ConfigError> {
        with_addresses(&[], pairs)
    }

    fn with_addresses(
        addresses: &[&str],
        pairs: &[(&str, &str)],
    ) -> Result<Vec<AgentSettings>, ConfigError> {
        let pairs: BTreeMap<&str, &str> = pairs.iter().copied().collect();
        let addresses: Vec<String> = addresses.iter().map(|text| (*text).to_owned()).collect();
        let token = TokenSource {
            file: None,
            value: None,
        };
        settings(&addresses, token, &|name| {
            pairs.get(name).map(|value| (*value).to_owned())
        })
    }

    #[test]
    fn the_address_as_consul_reads_it() {
        for (pairs, address) in [
            (vec![], "http://127.0.0.1:8500"),
            (
                vec![("CONSUL_HTTP_ADDR", "10.0.0.1:1")],
                "http://10.0.0.1:1",
            ),
            (
                vec![("CONSUL_HTTP_ADDR", "10.0.0.1:1"), ("CONSUL_HTTP_SSL", "1")],
                "https://10.0.0.1:1",
            ),
            (
                vec![("CONSUL_HTTP_ADDR", "unix:///run/c.sock")],
                "unix:///run/c.sock",
            ),
        ] {
            assert_eq!(with(&pairs).unwrap()[0].address.to_string(), address);
        }
        let both = with_addresses(&["a:1", "b:2"], &[("CONSUL_HTTP_ADDR", "c:3")]).unwrap();
        let labels: Vec<String> = both.iter().map(|agent| agent.address.to_string()).collect();
        assert_eq!(labels, ["http://a:1", "http://b:2"]);
    }

    #[test]
    fn tokens_and_passwords() {
        let agents = with(&[
            ("CONSUL_HTTP_TOKEN", "canary"),
            ("CONSUL_HTTP_AUTH", "user:pass:word"),
        ])
        .unwrap();
        assert_eq!(agents[0].token.as_ref().unwrap().expose(), "canary");
        let (user, password) = agents[0].basic_auth.as_ref().unwrap();
        assert_eq!((user.as_str(), password.expose()), ("user", "pass:word"));

        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"of-file\n").unwrap();
        let path = file.path().to_str().unwrap();
        let agents = with(&[
            ("CONSUL_HTTP_TOKEN", "canary"),
            ("CONSUL_HTTP_TOKEN_FILE", path),
        ])
        .unwrap();
        assert_eq!(agents[0].token.as_ref().unwrap().expose(), "of-file");
    }

    #[test]
    fn tls() {
        let agents = with(&[
            ("CONSUL_HTTP_SSL_VERIFY", "false"),
            ("CONSUL_TLS_SERVER_NAME", "server.dc1.consul"),
        ])
        .unwrap();
        assert!(!agents[0].tls.verify);
        assert_eq!(
            agents[0].tls.server_name.as_deref(),
            Some("server.dc1.consul")
        );
        for pairs in [
            [("CONSUL_HTTP_SSL", "maybe")],
            [("CONSUL_CACERT", "/does/not/exist")],
            [("CONSUL_HTTP_TOKEN_FILE", "/does/not/exist")],
        ] {
            assert!(matches!(with(&pairs), Err(ConfigError::Value { .. })));
        }
    }
}

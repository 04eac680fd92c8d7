//! The flags and their environment variables, as typed.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, ValueEnum, builder::BoolishValueParser};
use serde::Deserialize;

/// A web admin UI for Consul, on one port.
#[derive(Debug, Parser)]
#[command(
    name = "waggle",
    version,
    about = "A web admin UI for Consul, on one port",
    after_help = "What Consul's own command line honours is honoured too: CONSUL_HTTP_ADDR, \
CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE, CONSUL_HTTP_AUTH, CONSUL_HTTP_SSL, \
CONSUL_HTTP_SSL_VERIFY, CONSUL_CACERT, CONSUL_CAPATH, CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY, \
CONSUL_TLS_SERVER_NAME.\n\nA token is taken from the environment or from `token` or `token-file` \
in the file of --config, never from a flag: other users of the machine can read those.\n\n\
Through SSH: ssh -L 8900:127.0.0.1:8900 jump-host, then open http://127.0.0.1:8900/ui/"
)]
pub(super) struct Flags {
    /// Address to listen on; another than loopback needs --allowed-host.
    ///
    /// [default: 127.0.0.1:8900]
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "WAGGLE_LISTEN",
        hide_env_values = true
    )]
    pub(super) listen: Option<String>,

    /// A Consul agent: host:port, http(s)://host:port or unix:///path. Give it again for more:
    /// they are tried in order. [default: CONSUL_HTTP_ADDR, else http://127.0.0.1:8500]
    #[arg(
        long,
        value_name = "URL",
        env = "WAGGLE_AGENT",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub(super) agent: Vec<String>,

    /// Serve everything below this path, such as /consul.
    #[arg(
        long,
        value_name = "PATH",
        env = "WAGGLE_BASE_PATH",
        hide_env_values = true
    )]
    pub(super) base_path: Option<String>,

    /// A name that browsers may use for this server, beside localhost. Give it again for more.
    #[arg(
        long,
        value_name = "NAME",
        env = "WAGGLE_ALLOWED_HOST",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub(super) allowed_host: Vec<String>,

    /// Take away everything that writes.
    #[arg(
        long,
        env = "WAGGLE_READ_ONLY",
        hide_env_values = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_name = "BOOL",
        value_parser = BoolishValueParser::new()
    )]
    pub(super) read_only: Option<bool>,

    /// Show an embedded demo cluster instead of real agents.
    #[arg(
        long,
        env = "WAGGLE_DEMO",
        hide_env_values = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_name = "BOOL",
        value_parser = BoolishValueParser::new()
    )]
    pub(super) demo: Option<bool>,

    /// Where what became of keys is kept. [default: waggle in the user's folder for state]
    #[arg(
        long,
        value_name = "FOLDER",
        env = "WAGGLE_DATA_DIR",
        hide_env_values = true
    )]
    pub(super) data_dir: Option<PathBuf>,

    /// Do not record what becomes of keys.
    #[arg(
        long,
        env = "WAGGLE_NO_HISTORY",
        hide_env_values = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_name = "BOOL",
        value_parser = BoolishValueParser::new()
    )]
    pub(super) no_history: Option<bool>,

    /// A TOML file with the same names as these flags (listen, agent, base-path, …).
    #[arg(
        long,
        value_name = "FILE",
        env = "WAGGLE_CONFIG",
        hide_env_values = true
    )]
    pub(super) config: Option<PathBuf>,

    /// trace, debug, info, warn, error or off. [default: info]
    #[arg(
        long,
        value_name = "LEVEL",
        env = "WAGGLE_LOG_LEVEL",
        hide_env_values = true
    )]
    pub(super) log_level: Option<String>,

    /// How log lines are written, to stderr. [default: text]
    #[arg(
        long,
        value_name = "FORMAT",
        env = "WAGGLE_LOG_FORMAT",
        hide_env_values = true
    )]
    pub(super) log_format: Option<LogFormat>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// `localhost` is the one name that needs no resolver.
pub(super) fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric
        .parse()
        .map_err(|_| format!("`{text}` is not an address with a port, such as 127.0.0.1:8900"))
}

pub(super) fn parse_log_level(word: &str) -> Result<String, String> {
    let word = word.trim().to_ascii_lowercase();
    if ["trace", "debug", "info", "warn", "error", "off"].contains(&word.as_str()) {
        Ok(word)
    } else {
        Err(format!(
            "`{word}` is not one of trace, debug, info, warn, error, off"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_agrees_with_itself() {
        use clap::CommandFactory;
        Flags::command().debug_assert();
    }

    #[test]
    fn listen_takes_numbers_and_localhost() {
        for (text, address) in [
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("localhost:80", "127.0.0.1:80"),
            ("[::1]:9", "[::1]:9"),
        ] {
            assert_eq!(parse_listen(text).unwrap().to_string(), address);
        }
        for text in ["", "8900", "localhost", "example.org:1", "127.0.0.1:99999"] {
            assert!(parse_listen(text).is_err(), "{text}");
        }
    }
}

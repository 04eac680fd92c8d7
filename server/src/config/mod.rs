//! How waggle is started: flags, environment, file, defaults, in that order of precedence.
//!
//! `flags` and `file` say what was asked for; `resolve` here makes one checked [`Config`] of
//! them; `agents` reads what Consul's own CLI reads. May import `consul` for the agents'
//! settings, nothing else of the server.

mod agents;
mod clusters;
mod file;
mod flags;
mod history;
mod hosts;
mod schemas;

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;
use thiserror::Error;

pub use clusters::ClusterConfig;
pub use flags::LogFormat;
pub use history::HistoryConfig;
pub use schemas::{SchemaConfig, schema_for};

use crate::consul::AgentSettings;
use file::{File, OneOrMany};
use flags::Flags;

/// Everything that was settled before the start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The agents, in the order in which they are tried; empty with `demo`.
    pub agents: Vec<AgentSettings>,
    /// The first cluster's name; empty where it is the only one.
    pub cluster: String,
    /// The clusters beside the first, whose agents are `agents`.
    pub other_clusters: Vec<ClusterConfig>,
    /// Empty, or `/x` without an ending slash.
    pub base_path: String,
    /// Lower-case names served beside the loopback ones.
    pub allowed_hosts: Vec<String>,
    /// Nothing can be written.
    pub read_only: bool,
    /// The agents are the embedded demo's.
    pub demo: bool,
    /// Patterns of keys whose values are masked, see [`wire::kv::is_secret`].
    pub secret_keys: Vec<String>,
    /// Schemas that stand in files.
    pub schemas: Vec<SchemaConfig>,
    /// What is recorded of keys, and where.
    pub history: HistoryConfig,
    /// `trace`, `debug`, `info`, `warn`, `error` or `off`.
    pub log_level: String,
    /// Lines for people or for machines.
    pub log_format: LogFormat,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8900)),
            agents: Vec::new(),
            cluster: String::new(),
            other_clusters: Vec::new(),
            base_path: String::new(),
            allowed_hosts: Vec::new(),
            read_only: false,
            demo: false,
            secret_keys: Vec::new(),
            schemas: Vec::new(),
            history: HistoryConfig::default(),
            log_level: "info".to_owned(),
            log_format: LogFormat::Text,
        }
    }
}

/// Why waggle does not start. Each says itself in one line.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Help or version was asked for, or the flags are wrong.
    #[error("{}", one_line(.0))]
    Flags(#[from] clap::Error),
    /// The file cannot be read.
    #[error("the file {} of {what} cannot be read: {reason}", .path.display())]
    Unreadable {
        /// What names the file.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: std::io::Error,
    },
    /// The file says something wrong.
    #[error("{}: {reason}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
    /// A value of a flag, a variable or the file is wrong.
    #[error("{name}: {reason}")]
    Value {
        /// As the user wrote it: a flag or a variable.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Anybody could reach us under any name.
    #[error(
        "--listen {0} can be reached from other machines, so a web page anywhere could talk to \
         Consul through a visitor's browser: say with --allowed-host which name people use \
         (or listen on 127.0.0.1)"
    )]
    OpenWithoutHosts(SocketAddr),
}

impl ConfigError {
    /// Shows help or version where that was asked for; None where this is a real error.
    #[must_use]
    pub fn help(&self) -> Option<&clap::Error> {
        match self {
            Self::Flags(error) if !error.use_stderr() => Some(error),
            _ => None,
        }
    }
}

/// clap writes a paragraph; what comes before the usage is what matters.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let words: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"))
        .filter(|line| !line.is_empty())
        .collect();
    let line = words.join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

impl Config {
    /// Reads the process's arguments and environment.
    ///
    /// # Errors
    /// A flag, a variable or the file is wrong; help and version count as errors too.
    pub fn from_process() -> Result<Self, ConfigError> {
        let flags = Flags::try_parse()?;
        let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self::resolve(flags, &environment)
    }

    fn resolve(
        flags: Flags,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let file = match &flags.config {
            Some(path) => File::read(path)?,
            None => File::default(),
        };
        let listen = match flags.listen.or(file.listen) {
            Some(text) => flags::parse_listen(&text).map_err(value_of("--listen"))?,
            None => Self::default().listen,
        };
        let allowed_hosts = first_filled(flags.allowed_host, file.allowed_host)
            .iter()
            .map(|name| hosts::parse_allowed_host(name).map_err(value_of("--allowed-host")))
            .collect::<Result<Vec<_>, _>>()?;
        if !listen.ip().is_loopback() && allowed_hosts.is_empty() {
            return Err(ConfigError::OpenWithoutHosts(listen));
        }
        let base_path = flags.base_path.or(file.base_path).unwrap_or_default();
        let demo = flags.demo.or(file.demo).unwrap_or_default();
        let token = agents::TokenSource {
            file: file.token_file,
            value: file.token,
        };
        let addresses = first_filled(flags.agent, file.agent);
        let (cluster, agents, other_clusters) = if demo {
            Default::default()
        } else if file.cluster.is_empty() {
            let agents = agents::settings(&addresses, token, environment)?;
            (String::new(), agents, Vec::new())
        } else {
            first_and_others(file.cluster, &addresses, &token)?
        };
        let history = history::settle(
            flags.no_history.or(file.no_history).unwrap_or_default(),
            flags.data_dir.or(file.data_dir),
            file.history,
            demo,
            environment,
        )?;
        let log_level = match flags.log_level.or(file.log_level) {
            Some(word) => flags::parse_log_level(&word).map_err(value_of("--log-level"))?,
            None => Self::default().log_level,
        };
        Ok(Self {
            listen,
            agents,
            cluster,
            other_clusters,
            base_path: hosts::parse_base_path(&base_path).map_err(value_of("--base-path"))?,
            allowed_hosts,
            read_only: flags.read_only.or(file.read_only).unwrap_or_default(),
            demo,
            secret_keys: file
                .secret_keys
                .map(OneOrMany::into_vec)
                .unwrap_or_default(),
            schemas: schemas::settings(file.schema)?,
            history,
            log_level,
            log_format: flags.log_format.or(file.log_format).unwrap_or_default(),
        })
    }
}

/// With `[[cluster]]` nothing else says which agents there are, and no token is for all of them.
fn first_and_others(
    found: Vec<file::Cluster>,
    addresses: &[String],
    token: &agents::TokenSource,
) -> Result<(String, Vec<AgentSettings>, Vec<ClusterConfig>), ConfigError> {
    for (name, said) in [
        ("--agent", !addresses.is_empty()),
        ("token", token.value.is_some()),
        ("token-file", token.file.is_some()),
    ] {
        if said {
            let reason = "the file has [[cluster]], each of which says its own".to_owned();
            return Err(ConfigError::Value { name, reason });
        }
    }
    let mut clusters = clusters::settings(found)?.into_iter();
    let Some(first) = clusters.next() else {
        return Ok(Default::default());
    };
    Ok((first.name, first.agents, clusters.collect()))
}

fn value_of(name: &'static str) -> impl Fn(String) -> ConfigError {
    move |reason| ConfigError::Value { name, reason }
}

/// The flag's list where it names anything, else the file's.
fn first_filled(flag: Vec<String>, file: Option<file::OneOrMany>) -> Vec<String> {
    let flag: Vec<String> = flag.into_iter().filter(|item| !item.is_empty()).collect();
    if flag.is_empty() {
        file.map(file::OneOrMany::into_vec).unwrap_or_default()
    } else {
        flag
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn resolve(arguments: &[&str]) -> Result<Config, ConfigError> {
        resolve_with(arguments, &|_| None)
    }

    fn resolve_with(
        arguments: &[&str],
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Config, ConfigError> {
        let flags = Flags::try_parse_from([&["waggle"], arguments].concat())?;
        Config::resolve(flags, environment)
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn nothing_said_means_the_local_agent_on_loopback() {
        let config = resolve(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8900");
        assert_eq!(config.agents.len(), 1);
        assert_eq!(
            config.agents[0].address.to_string(),
            "http://127.0.0.1:8500"
        );
        assert!(!config.read_only && !config.demo);
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let file = file(
            "listen = \"127.0.0.1:1\"\nbase-path = \"/file\"\nread-only = true\n\
             agent = [\"10.0.0.1:8500\", \"10.0.0.2:8500\"]\nlog-format = \"json\"\n",
        );
        let path = file.path().to_str().unwrap();
        let config = resolve(&["--config", path, "--base-path", "/flag/"]).unwrap();
        assert_eq!(config.base_path, "/flag");
        assert_eq!(config.listen.port(), 1);
        assert!(config.read_only);
        assert_eq!(config.agents.len(), 2);
        assert_eq!(config.log_format, LogFormat::Json);
        let config = resolve(&["--config", path, "--read-only=false"]).unwrap();
        assert!(!config.read_only);
    }

    #[test]
    fn what_is_wrong_is_one_line() {
        let wrong = file("listen = 7\n");
        let unknown = file("colour = \"red\"\n");
        for arguments in [
            vec!["--listen", "nowhere"],
            vec!["--colour", "red"],
            vec!["--log-level", "loud"],
            vec!["--log-format", "xml"],
            vec!["--base-path", "x"],
            vec!["--base-path", "/a//b"],
            vec!["--allowed-host", "a:1"],
            vec!["--allowed-host", "*"],
            vec!["--agent", "ftp://a"],
            vec!["--config", "/does/not/exist"],
            vec!["--config", wrong.path().to_str().unwrap()],
            vec!["--config", unknown.path().to_str().unwrap()],
        ] {
            let error = resolve(&arguments).expect_err(&arguments.join(" "));
            let text = error.to_string();
            assert!(error.help().is_none());
            assert!(!text.is_empty() && !text.contains('\n'), "{text}");
        }
        assert!(resolve(&["--help"]).unwrap_err().help().is_some());
    }

    #[test]
    fn an_open_address_needs_a_name() {
        assert!(matches!(
            resolve(&["--listen", "0.0.0.0:8900"]),
            Err(ConfigError::OpenWithoutHosts(_))
        ));
        let config = resolve(&[
            "--listen",
            "0.0.0.0:8900",
            "--allowed-host",
            "Consul.Example",
        ]);
        assert_eq!(config.unwrap().allowed_hosts, ["consul.example"]);
    }

    #[test]
    fn there_is_no_flag_for_a_token() {
        let error = resolve(&["--token=canary"]).unwrap_err().to_string();
        assert!(!error.contains("canary"), "{error}");
    }

    #[test]
    fn clusters_say_their_own() {
        let token = file("of-file\n");
        let text = format!(
            "[[cluster]]\nname = \"west\"\nagents = [\"w1:8500\", \"w2:8500\"]\ntoken = \"canary\"\n\
             [[cluster]]\nname = \"east\"\nagent = \"https://e1\"\ntoken-file = {:?}\n\
             tls-verify = false\ntls-server-name = \"server.dc1.consul\"\n",
            token.path()
        );
        let written = file(&text);
        let path = written.path().to_str().unwrap();
        // nothing of the environment is for all of them
        let environment = |name: &str| {
            let known = [
                ("CONSUL_HTTP_TOKEN", "other"),
                ("CONSUL_HTTP_ADDR", "other:1"),
                ("CONSUL_HTTP_SSL", "true"),
            ];
            let found = known.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let config = resolve_with(&["--config", path], &environment).unwrap();
        assert_eq!(config.cluster, "west");
        let addresses: Vec<String> = config
            .agents
            .iter()
            .map(|agent| agent.address.to_string())
            .collect();
        assert_eq!(addresses, ["http://w1:8500", "http://w2:8500"]);
        assert_eq!(config.agents[1].token.as_ref().unwrap().expose(), "canary");
        let [east] = config.other_clusters.as_slice() else {
            panic!("{config:?}");
        };
        assert_eq!(east.name, "east");
        assert_eq!(east.agents[0].address.to_string(), "https://e1");
        assert_eq!(east.agents[0].token.as_ref().unwrap().expose(), "of-file");
        assert!(!east.agents[0].tls.verify && config.agents[0].tls.verify);
        assert!(!format!("{config:?}").contains("canary"));
        let demo = resolve(&["--config", path, "--demo"]).unwrap();
        assert!(demo.agents.is_empty() && demo.other_clusters.is_empty());
    }

    #[test]
    fn wrong_clusters_are_one_line() {
        let good = "[[cluster]]\nname = \"west\"\nagent = \"w:1\"\n";
        for text in [
            "[[cluster]]\nagent = \"w:1\"\n".to_owned(),
            "[[cluster]]\nname = \"a@b\"\nagent = \"w:1\"\n".to_owned(),
            "[[cluster]]\nname = \"west\"\n".to_owned(),
            "[[cluster]]\nname = \"west\"\nagent = \"ftp://canary\"\n".to_owned(),
            format!("{good}{good}"),
            format!("{good}ca-file = \"/does/not/exist\"\n"),
            format!("{good}token-file = \"/does/not/exist\"\n"),
            format!("{good}colour = \"red\"\n"),
            format!("agent = \"other:1\"\n{good}"),
            format!("token = \"canary\"\n{good}"),
        ] {
            let written = file(&text);
            let path = written.path().to_str().unwrap();
            let error = resolve(&["--config", path]).expect_err(&text).to_string();
            assert!(
                !error.contains('\n') && !error.contains("canary"),
                "{error}"
            );
        }
        let written = file(good);
        let path = written.path().to_str().unwrap();
        assert!(resolve(&["--config", path]).is_ok());
        assert!(resolve(&["--config", path, "--agent", "other:1"]).is_err());
    }

    #[test]
    fn schemas_of_prefixes() {
        let schema = file("{}");
        let entry = |name: &str| {
            format!(
                "[[schema]]\nprefix = \"{name}\"\nfile = {:?}\n",
                schema.path()
            )
        };
        let good = file(&format!(
            "{}{}datacenter = \"dc2\"\n",
            entry("omo/"),
            entry("omo/")
        ));
        let config = resolve(&["--config", good.path().to_str().unwrap()]).unwrap();
        let [first, second] = config.schemas.as_slice() else {
            panic!("{:?}", config.schemas);
        };
        assert_eq!((&*first.prefix, &first.datacenter), ("omo/", &None));
        assert_eq!(second.datacenter.as_deref(), Some("dc2"));
        for text in [
            format!("{}{}", entry("a/"), entry("a/")),
            "[[schema]]\nprefix = \"a/\"\n".to_owned(),
            "[[schema]]\nfile = \"x\"\n".to_owned(),
            "[[schema]]\nprefix = \"a/\"\nfile = \"/does/not/exist\"\n".to_owned(),
            format!("{}colour = 1\n", entry("a/")),
        ] {
            let written = file(&text);
            let error = resolve(&["--config", written.path().to_str().unwrap()]).expect_err(&text);
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let config = resolve_with(&[], &|name| {
            (name == "CONSUL_HTTP_TOKEN").then(|| "canary".to_owned())
        });
        assert!(!format!("{config:?}").contains("canary"));
    }
}

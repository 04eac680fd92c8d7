//! `[[cluster]]` in the file: several clusters, each with agents and secrets of its own.
//!
//! Nothing of Consul's environment variables is used with them: a token belongs to one cluster,
//! and must not be sent to the agents of another.

use std::path::PathBuf;

use super::{ConfigError, agents::read_token, file};
use crate::consul::{AgentAddress, AgentSettings, TlsSettings};

/// A cluster beside the first one.
#[derive(Clone, Debug)]
pub struct ClusterConfig {
    /// What stands behind the `@` in the names of its datacenters.
    pub name: String,
    /// Its agents, in the order in which they are tried.
    pub agents: Vec<AgentSettings>,
}

/// The clusters of the file, checked.
pub(super) fn settings(clusters: Vec<file::Cluster>) -> Result<Vec<ClusterConfig>, ConfigError> {
    let mut found: Vec<ClusterConfig> = Vec::new();
    for cluster in clusters {
        let cluster = one(cluster)?;
        if found.iter().any(|known| known.name == cluster.name) {
            return Err(wrong(
                "name",
                format!("there are two clusters `{}`", cluster.name),
            ));
        }
        found.push(cluster);
    }
    Ok(found)
}

fn one(cluster: file::Cluster) -> Result<ClusterConfig, ConfigError> {
    let name = cluster.name.trim().to_owned();
    let is_name = (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_name {
        return Err(wrong(
            "name",
            format!("`{name}` is not a name of letters, digits, - and _"),
        ));
    }
    let of_file = match &cluster.token_file {
        Some(path) => read_token("[[cluster]] token-file", path)?,
        None => None,
    };
    let token = of_file.or(cluster.token);
    let tls = TlsSettings {
        ca_file: existing("ca-file", cluster.ca_file)?,
        ca_path: existing("ca-path", cluster.ca_path)?,
        client_cert: existing("client-cert", cluster.client_cert)?,
        client_key: existing("client-key", cluster.client_key)?,
        server_name: cluster.tls_server_name,
        verify: cluster.tls_verify.unwrap_or(true),
    };
    let addresses = cluster.agent.map(file::OneOrMany::into_vec);
    let addresses = addresses.unwrap_or_default();
    if addresses.is_empty() {
        return Err(wrong("agent", format!("the cluster `{name}` has none")));
    }
    let agents = addresses.iter().map(|text| {
        // the text itself may hold a password
        let address = AgentAddress::parse(text, false)
            .map_err(|error| wrong("agent", format!("cluster `{name}`: {error}")))?;
        let mut settings = AgentSettings::new(address);
        settings.token.clone_from(&token);
        settings.tls = tls.clone();
        Ok(settings)
    });
    Ok(ClusterConfig {
        agents: agents.collect::<Result<_, ConfigError>>()?,
        name,
    })
}

fn existing(word: &'static str, path: Option<PathBuf>) -> Result<Option<PathBuf>, ConfigError> {
    match path {
        Some(path) if !path.exists() => {
            Err(wrong(word, format!("{} does not exist", path.display())))
        }
        path => Ok(path),
    }
}

fn wrong(word: &'static str, reason: String) -> ConfigError {
    ConfigError::Value {
        name: "[[cluster]]",
        reason: format!("{word}: {reason}"),
    }
}

//! The cluster's agents: their names and addresses, how one is started, and how all are ended.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde::Serialize;

use crate::command::{Outcome, tool};

/// One agent of the plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The node's name.
    pub(crate) name: &'static str,
    /// Its loopback address; ports are Consul's usual ones.
    pub(crate) address: &'static str,
    /// Its datacenter.
    pub(crate) datacenter: &'static str,
    /// How many servers its datacenter has, for a server.
    pub(crate) servers: Option<u8>,
}

const fn server(name: &'static str, address: &'static str) -> Plan {
    Plan {
        name,
        address,
        datacenter: "dc1",
        servers: Some(3),
    }
}

const fn client(name: &'static str, address: &'static str) -> Plan {
    Plan {
        name,
        address,
        datacenter: "dc1",
        servers: None,
    }
}

/// BeeHive: three servers and nine clients, and one server far away.
pub(crate) const PLANS: [Plan; 13] = [
    server("src-1", "127.1.1.1"),
    server("src-2", "127.1.1.2"),
    server("src-3", "127.1.1.3"),
    client("dsc-1", "127.1.2.1"),
    client("dsc-2", "127.1.2.2"),
    client("dsc-3", "127.1.2.3"),
    client("msa-1", "127.1.3.1"),
    client("msa-2", "127.1.3.2"),
    client("msa-3", "127.1.3.3"),
    client("bla-1", "127.1.4.1"),
    client("bla-2", "127.1.4.2"),
    client("bla-3", "127.1.4.3"),
    Plan {
        name: "far-1",
        address: "127.2.1.1",
        datacenter: "dc2",
        servers: Some(1),
    },
];

/// The agents that a new one of the first datacenter joins through.
const JOIN: [&str; 3] = ["127.1.1.1", "127.1.1.2", "127.1.1.3"];

impl Plan {
    /// The address of its HTTP API, without the scheme.
    pub(crate) fn http(&self) -> String {
        format!("{}:8500", self.address)
    }

    /// The agent's arguments.
    fn arguments(&self, data: &Path) -> Vec<String> {
        let mut arguments = vec![
            "agent".to_owned(),
            format!("-node={}", self.name),
            format!("-bind={}", self.address),
            format!("-client={}", self.address),
            format!("-datacenter={}", self.datacenter),
            format!("-data-dir={}", data.display()),
            "-log-level=warn".to_owned(),
            // an election in one second instead of five; no questions about newer versions
            "-hcl=performance { raft_multiplier = 1 }".to_owned(),
            "-hcl=disable_update_check = true".to_owned(),
            // the default is to try again after half a minute
            "-retry-interval=1s".to_owned(),
            "-retry-interval-wan=1s".to_owned(),
        ];
        if let Some(servers) = self.servers {
            arguments.push("-server".to_owned());
            arguments.push("-ui".to_owned());
            arguments.push(format!("-bootstrap-expect={servers}"));
        }
        if self.datacenter == "dc1" {
            arguments.extend(
                JOIN.iter()
                    .filter(|address| **address != self.address)
                    .map(|address| format!("-retry-join={address}")),
            );
        } else {
            arguments.push(format!("-retry-join-wan={}", JOIN[0]));
        }
        arguments
    }
}

/// A program we started, by name; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    /// What people call it.
    pub(crate) name: String,
    /// Where it is reached.
    pub(crate) url: String,
    child: Child,
}

/// One program, as `--print-json` writes it.
#[derive(Debug, Serialize)]
pub(crate) struct Printed<'a> {
    name: &'a str,
    url: &'a str,
    pid: u32,
}

impl Running {
    /// Starts a program with its output in `folder/<name>.log`.
    pub(crate) fn start(
        name: &str,
        url: String,
        program: &Path,
        arguments: &[String],
        folder: &Path,
    ) -> Outcome<Self> {
        let file = folder.join(format!("{name}.log"));
        let log = File::create(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let twin = log.try_clone().map_err(|error| error.to_string())?;
        let child = tool(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(twin)
            // a Ctrl-C at the terminal is ours alone: we end what we started, in our order
            .process_group(0)
            .spawn()
            .map_err(|error| format!("{name} did not start: {error}"))?;
        Ok(Self {
            name: name.to_owned(),
            url,
            child,
        })
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What others may know of it.
    pub(crate) fn printed(&self) -> Printed<'_> {
        Printed {
            name: &self.name,
            url: &self.url,
            pid: self.pid(),
        }
    }

    /// Whether it ended by itself, or by somebody's `kill`.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder of its own below the system's temporary one, removed with all in it when dropped.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder.
    pub(crate) fn new(name: &str) -> Outcome<Self> {
        let path = std::env::temp_dir().join(format!("waggle-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Starts the agent of a plan.
pub(crate) fn start(plan: &Plan, consul: &Path, folder: &Path) -> Outcome<Running> {
    let data = folder.join(plan.name);
    Running::start(
        plan.name,
        format!("http://{}", plan.http()),
        consul,
        &plan.arguments(&data),
        folder,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_cluster_is_the_missions() {
        let names: BTreeSet<_> = PLANS.iter().map(|plan| plan.name).collect();
        let addresses: BTreeSet<_> = PLANS.iter().map(|plan| plan.address).collect();
        assert_eq!((names.len(), addresses.len()), (13, 13));
        let servers = PLANS.iter().filter(|plan| plan.servers.is_some());
        assert_eq!(servers.count(), 4);
        assert!(JOIN.iter().all(|join| addresses.contains(join)));
    }

    #[test]
    fn an_agent_joins_the_others_and_never_itself() {
        let arguments = PLANS[0].arguments(Path::new("/x"));
        assert!(!arguments.contains(&"-retry-join=127.1.1.1".to_owned()));
        assert!(arguments.contains(&"-retry-join=127.1.1.2".to_owned()));
        let far = PLANS[12].arguments(Path::new("/x"));
        assert!(far.contains(&"-retry-join-wan=127.1.1.1".to_owned()));
        assert!(
            !far.iter()
                .any(|argument| argument.starts_with("-retry-join="))
        );
    }

    #[test]
    fn a_program_ends_with_its_handle() {
        let folder = tempfile::tempdir().unwrap();
        let mut running = Running::start(
            "sleeper",
            String::new(),
            Path::new("sleep"),
            &["600".to_owned()],
            folder.path(),
        )
        .unwrap();
        assert!(!running.has_ended());
        let process = PathBuf::from(format!("/proc/{}", running.pid()));
        drop(running);
        assert!(!process.exists());
    }
}

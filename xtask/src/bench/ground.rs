//! What the rows stand on: the programs, and agents that are filled when the first row asks.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::beehive::agents::{Running, Scratch};
use crate::beehive::http::request;
use crate::bench::filling::Size;
use crate::bench::{browser, connection::Connection, fill};
use crate::command::Outcome;
use crate::compress;

/// Changes with what is filled: data that were kept from another filling are not used.
const FILLING: &str = "waggle bench 1";
const PATIENCE: Duration = Duration::from_secs(30);
/// A busy machine's agent reads a long log again.
const KEPT_PATIENCE: Duration = Duration::from_secs(180);

/// The programs that are measured, and how.
#[derive(Debug)]
pub(crate) struct Programs {
    /// Consul 1.22.6.
    pub(crate) consul: PathBuf,
    /// The browser.
    pub(crate) chromium: PathBuf,
    /// waggle.
    pub(crate) waggle: PathBuf,
}

/// How long and how often the rows measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Loads of each page.
    pub(crate) runs: usize,
    /// How long the load generator asks.
    pub(crate) load: Duration,
    /// How many changes are made one after the other.
    pub(crate) changes: usize,
    /// What lies between two changes.
    pub(crate) pause: Duration,
    /// How long the catalog churns for the memory's sake.
    pub(crate) churn: Duration,
}

/// How long a filling took.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Filling {
    size: &'static str,
    seconds: f64,
    kept: bool,
}

/// Everything a row needs; what it started ends with it.
#[derive(Debug)]
pub(crate) struct Ground {
    /// The programs.
    pub(crate) programs: Programs,
    /// How long and how often.
    pub(crate) effort: Effort,
    /// The fillings so far.
    pub(crate) fillings: Vec<Filling>,
    agents: Vec<(Size, Running)>,
    stop: Arc<AtomicBool>,
    keep: Option<PathBuf>,
    // after the agents: their data are removed when they have ended
    scratch: Scratch,
}

/// A waggle that was started for a row.
#[derive(Debug)]
pub(crate) struct Waggle {
    running: Running,
    /// Its address, without the scheme.
    pub(crate) authority: String,
}

impl Waggle {
    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// The address of a page or of data, with the scheme.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority)
    }

    /// A connection to it.
    pub(crate) fn connect(&self) -> Outcome<Connection> {
        Connection::open(&self.authority, PATIENCE)
    }

    /// Whether it knows this path at all.
    pub(crate) fn has(&self, path: &str) -> Outcome<bool> {
        let mut connection = self.connect()?;
        connection.send("GET", path, &[], "")?;
        // the head alone: a stream has no end
        Ok(connection.head()?.status != 404)
    }
}

impl Ground {
    /// Nothing runs yet.
    pub(crate) fn new(
        programs: Programs,
        effort: Effort,
        keep: Option<PathBuf>,
        stop: Arc<AtomicBool>,
    ) -> Outcome<Self> {
        Ok(Self {
            programs,
            effort,
            fillings: Vec::new(),
            agents: Vec::new(),
            stop,
            keep,
            scratch: Scratch::new("bench")?,
        })
    }

    /// What turns true at Ctrl-C.
    pub(crate) fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// Fails once somebody pressed Ctrl-C.
    pub(crate) fn check_stop(&self) -> Outcome<()> {
        if self.stop.load(Ordering::Relaxed) {
            return Err("stopped".to_owned());
        }
        Ok(())
    }

    /// Sleeps, but not past a Ctrl-C.
    pub(crate) fn sleep(&self, duration: Duration) -> Outcome<()> {
        let end = Instant::now() + duration;
        loop {
            self.check_stop()?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(Duration::from_millis(200)));
        }
    }

    /// Has the browser measure after a plan.
    pub(crate) fn measure<T: DeserializeOwned>(&self, plan: &Value) -> Outcome<T> {
        browser::measure(&self.programs.chromium, plan, |pause| self.sleep(pause))
    }

    /// Sees that the agent of a size runs and is filled.
    pub(crate) fn agent(&mut self, size: &Size) -> Outcome<()> {
        if self.agents.iter().any(|(running, _)| running == size) {
            return Ok(());
        }
        let data = match &self.keep {
            Some(folder) => folder.join(size.name),
            None => self.scratch.path().join(size.name),
        };
        let mark = data.join("filled.json");
        let wanted = mark_of(size);
        let kept = fs::read_to_string(&mark).is_ok_and(|found| found == wanted);
        if data.exists() && !kept {
            forget(&data)?;
        }
        fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
        let started = Instant::now();
        let agent = self.start_agent(size, &data)?;
        if kept {
            println!("the agent `{}` holds what was kept …", size.name);
        } else {
            println!("filling the agent `{}` …", size.name);
            fill::fill(size, &self.stop)?;
        }
        let seconds = started.elapsed().as_secs_f64();
        self.verify(size)?;
        compress::write_whole(&mark, wanted.as_bytes())?;
        println!("  ready after {seconds:.0} s");
        self.fillings.push(Filling {
            size: size.name,
            seconds,
            kept,
        });
        self.agents.push((*size, agent));
        Ok(())
    }

    /// What was kept is there some seconds after the agent leads: it reads its log again.
    fn verify(&self, size: &Size) -> Outcome<()> {
        let started = Instant::now();
        while let Err(missing) = fill::verify(size) {
            if started.elapsed() > KEPT_PATIENCE {
                return Err(missing);
            }
            self.sleep(Duration::from_millis(500))?;
        }
        Ok(())
    }

    /// The process of a size's agent, once it runs.
    pub(crate) fn agent_pid(&self, size: &Size) -> Option<u32> {
        let found = self.agents.iter().find(|(running, _)| running == size);
        found.map(|(_, agent)| agent.pid())
    }

    /// A folder for files of this run.
    pub(crate) fn folder(&self) -> &Path {
        self.scratch.path()
    }

    fn start_agent(&self, size: &Size, data: &Path) -> Outcome<Running> {
        let address = size.address;
        let arguments = [
            "agent",
            "-server",
            "-bootstrap-expect=1",
            "-ui",
            "-log-level=warn",
            "-hcl=disable_update_check = true",
            "-hcl=performance { raft_multiplier = 1 }",
            &format!("-node=bench-{}", size.name),
            &format!("-bind={address}"),
            &format!("-client={address}"),
            &format!("-data-dir={}", data.display()),
        ]
        .map(str::to_owned);
        let name = format!("consul-{}", size.name);
        let url = format!("http://{}", size.agent());
        let folder = self.scratch.path();
        let mut agent = Running::start(&name, url, &self.programs.consul, &arguments, folder)?;
        // its own service is the last thing that it writes by itself; a consistent answer comes once
        // what was kept of it is read in again (before that, a recorder saw keys that were long gone)
        self.wait_for(&mut agent, || {
            let path = "/v1/catalog/service/consul?consistent";
            request("GET", &size.agent(), path, None)
                .is_ok_and(|answer| answer.status == 200 && answer.body.len() > 4)
        })?;
        Ok(agent)
    }

    /// Starts a fresh waggle on the filled agent of a size, or on what stands before that agent.
    pub(crate) fn waggle(&mut self, size: &Size, agent: Option<&str>) -> Outcome<Waggle> {
        self.waggle_with(size, agent, &["--no-history"])
    }

    /// The same, which records into a folder, as far as a file of settings says.
    pub(crate) fn recording(
        &mut self,
        size: &Size,
        folder: &Path,
        settings: &str,
    ) -> Outcome<Waggle> {
        let file = self.scratch.path().join("recording.toml");
        fs::write(&file, settings).map_err(|error| format!("{}: {error}", file.display()))?;
        let (file, folder) = (file.display().to_string(), folder.display().to_string());
        self.waggle_with(size, None, &["--data-dir", &folder, "--config", &file])
    }

    fn waggle_with(&mut self, size: &Size, agent: Option<&str>, more: &[&str]) -> Outcome<Waggle> {
        self.agent(size)?;
        let authority = format!("{}:8900", size.address);
        let agent = agent.map_or_else(|| size.agent(), str::to_owned);
        let agent = format!("http://{agent}");
        let usual = [
            "--listen",
            &authority,
            "--agent",
            &agent,
            "--allowed-host",
            size.address,
            "--log-level",
            "warn",
        ];
        let arguments: Vec<String> = usual
            .iter()
            .chain(more)
            .map(|argument| (*argument).to_owned())
            .collect();
        let url = format!("http://{authority}");
        let (binary, folder) = (&self.programs.waggle, self.scratch.path());
        let mut running = Running::start("waggle", url, binary, &arguments, folder)?;
        self.wait_for(&mut running, || {
            request("GET", &authority, "/healthz", None).is_ok_and(|answer| answer.status == 200)
        })?;
        Ok(Waggle { running, authority })
    }

    fn wait_for(&self, program: &mut Running, is_ready: impl Fn() -> bool) -> Outcome<()> {
        let started = Instant::now();
        while !is_ready() {
            if program.has_ended() || started.elapsed() > PATIENCE {
                let log = self.scratch.path().join(format!("{}.log", program.name));
                let said = fs::read_to_string(log).unwrap_or_default();
                return Err(format!("{} did not come up:\n{said}", program.name));
            }
            self.sleep(Duration::from_millis(100))?;
        }
        Ok(())
    }
}

/// What stands in the folder of a filled agent.
fn mark_of(size: &Size) -> String {
    let mark: Value = json!({
        "filling": FILLING,
        "nodes": size.nodes,
        "services": size.services,
        "per_service": size.per_service,
        "flat_keys": size.flat_keys,
        "tree_keys": size.tree_keys,
        "value_bytes": size.value_bytes,
    });
    format!("{mark}\n")
}

/// Removes the data of an agent that was filled otherwise or in part; nothing else is touched.
fn forget(data: &Path) -> Outcome<()> {
    let is_agents = data.join("raft").is_dir() || data.join("filled.json").is_file();
    let is_empty = fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_none());
    if is_agents || is_empty {
        return fs::remove_dir_all(data).map_err(|error| format!("{}: {error}", data.display()));
    }
    Err(format!(
        "{} holds something else: remove it",
        data.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::filling::{BROAD, FULL};

    #[test]
    fn another_filling_has_another_mark() {
        assert_ne!(mark_of(&FULL), mark_of(&BROAD));
        assert_eq!(mark_of(&FULL), mark_of(&FULL));
    }

    #[test]
    fn only_an_agents_data_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("letter"), "dear").unwrap();
        assert!(forget(&other).unwrap_err().contains("something else"));
        assert!(other.join("letter").exists());
        fs::create_dir(other.join("raft")).unwrap();
        forget(&other).unwrap();
        assert!(!other.exists());
    }
}

//! `cargo xtask bench cold`: how soon a cold browser shows the services page, beside Consul's own
//! UI on the same real agent. BENCHMARKS.md says what is measured and why.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::beehive::agents::{Running, Scratch};
use crate::beehive::http::{call, request};
use crate::bench::browser;
use crate::bench::figures::Samples;
use crate::command::{Outcome, Sink};
use crate::{build, chromium, compress, consul};

const AGENT: &str = "127.3.1.1";
const LISTEN: &str = "127.3.1.1:8900";
const SERVICES: usize = 20;
/// How many of the services must stand in the viewport: what a page of 900 pixels shows in both.
const ROWS: usize = 8;
/// What a link to one of them leads to; its name is the group.
const LINKS: &str = r"/ui/dc1/services/(bench-service-\d+)(?:$|[/?])";

/// The flags of `bench cold`.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// Loads of each page
    #[arg(long, default_value_t = 9)]
    runs: usize,
    /// Writes the figures there, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Another waggle than the release build of this checkout
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// The loads of one page, in milliseconds.
#[derive(Debug, Deserialize)]
struct Loads {
    name: String,
    ms: Vec<f64>,
}

/// The figures of one page, in milliseconds.
#[derive(Debug, PartialEq, Serialize)]
struct Figures {
    name: String,
    median: f64,
    min: f64,
    max: f64,
    runs: usize,
}

/// Measures, prints a table, and writes the figures where they are wanted.
pub(crate) fn run(flags: &Flags) -> Outcome<()> {
    let consul = consul::current(&Sink::Terminal)?;
    let chromium = chromium::chromium(&Sink::Terminal)?;
    chromium::packages(&Sink::Terminal)?;
    let waggle = match &flags.binary {
        Some(binary) => binary.clone(),
        None => build::release()?,
    };
    let scratch = Scratch::new("bench")?;
    let _agent = start_agent(&consul, scratch.path())?;
    register_services()?;
    let _waggle = start_waggle(&waggle, scratch.path())?;
    let page = |name: &str, authority: &str| json!({ "name": name, "links": LINKS, "url": format!("http://{authority}/ui/dc1/services") });
    let plan = json!({
        "task": "load",
        "runs": flags.runs,
        "rows": ROWS,
        "pages": [page("waggle", LISTEN), page("Consul's UI", &format!("{AGENT}:8500"))],
    });
    println!("loading each page {} times in turn …", flags.runs);
    let loads: Vec<Loads> = browser::measure(&chromium, &plan, |pause| {
        thread::sleep(pause);
        Ok(())
    })?;
    let figures: Vec<Figures> = loads.iter().map(Figures::of).collect::<Outcome<_>>()?;
    let [ours, theirs] = &figures[..] else {
        return Err("not two pages were measured".to_owned());
    };
    let ratio = theirs.median / ours.median;
    print!("{}", table(&figures, ratio));
    if let Some(file) = &flags.json {
        let written = json!({ "pages": figures, "ratio": ratio });
        let text = serde_json::to_vec_pretty(&written).map_err(|error| error.to_string())?;
        compress::write_whole(file, &text)?;
    }
    Ok(())
}

fn start_agent(consul: &Path, folder: &Path) -> Outcome<Running> {
    let arguments = [
        "agent",
        "-dev",
        "-ui",
        "-node=bench-1",
        "-log-level=warn",
        "-hcl=disable_update_check = true",
        &format!("-bind={AGENT}"),
        &format!("-client={AGENT}"),
    ]
    .map(str::to_owned);
    let url = format!("http://{AGENT}:8500");
    let mut agent = Running::start("consul", url, consul, &arguments, folder)?;
    let address = format!("{AGENT}:8500");
    wait_for(&mut agent, || {
        request("GET", &address, "/v1/status/leader", None)
            .is_ok_and(|answer| answer.status == 200 && answer.body.len() > 4)
    })?;
    Ok(agent)
}

/// Twenty services, two or three instances each, most passing.
fn register_services() -> Outcome<()> {
    let agent = format!("{AGENT}:8500");
    for number in 0..SERVICES {
        let name = format!("bench-service-{number:02}");
        for instance in 0..2 + number % 2 {
            let id = format!("{name}-{instance}");
            let status = ["passing", "passing", "passing", "warning", "critical"][number % 5];
            let registration = json!({
                "ID": id,
                "Name": name,
                "Tags": ["bench", format!("v{}", number % 3)],
                "Port": 9000 + number,
                "Check": { "TTL": "1h", "Status": status }
            });
            let body = registration.to_string();
            call("PUT", &agent, "/v1/agent/service/register", Some(&body))?;
        }
    }
    Ok(())
}

fn start_waggle(binary: &Path, folder: &Path) -> Outcome<Running> {
    let arguments = [
        "--listen",
        LISTEN,
        "--agent",
        &format!("http://{AGENT}:8500"),
        "--allowed-host",
        AGENT,
        "--no-history",
    ]
    .map(str::to_owned);
    let url = format!("http://{LISTEN}");
    let mut waggle = Running::start("waggle", url, binary, &arguments, folder)?;
    wait_for(&mut waggle, || {
        request("GET", LISTEN, "/healthz", None).is_ok_and(|answer| answer.status == 200)
    })?;
    Ok(waggle)
}

fn wait_for(program: &mut Running, is_ready: impl Fn() -> bool) -> Outcome<()> {
    let started = Instant::now();
    while !is_ready() {
        if program.has_ended() {
            return Err(format!("{} ended as soon as it started", program.name));
        }
        if started.elapsed() > Duration::from_secs(30) {
            return Err(format!("{} did not come up in 30 s", program.name));
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

impl Figures {
    fn of(loads: &Loads) -> Outcome<Self> {
        let samples = Samples::of(loads.ms.clone());
        let samples = samples.ok_or_else(|| format!("{} was never loaded", loads.name))?;
        let spread = samples.spread();
        Ok(Self {
            name: loads.name.clone(),
            median: spread.median,
            min: spread.min,
            max: spread.max,
            runs: spread.samples,
        })
    }
}

fn table(figures: &[Figures], ratio: f64) -> String {
    let mut text =
        String::from("\n| page | median ms | min | max | runs |\n|---|---|---|---|---|\n");
    for Figures {
        name,
        median,
        min,
        max,
        runs,
    } in figures
    {
        text += &format!("| {name} | {median:.0} | {min:.0} | {max:.0} | {runs} |\n");
    }
    text += &format!("\nwaggle shows its rows {ratio:.1} × sooner\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loads(ms: &[f64]) -> Loads {
        Loads {
            name: "x".to_owned(),
            ms: ms.to_vec(),
        }
    }

    #[test]
    fn figures_are_of_the_sorted_loads() {
        let odd = Figures::of(&loads(&[30.0, 10.0, 20.0])).unwrap();
        assert_eq!(
            (odd.median, odd.min, odd.max, odd.runs),
            (20.0, 10.0, 30.0, 3)
        );
        let even = Figures::of(&loads(&[40.0, 10.0, 20.0, 30.0])).unwrap();
        assert!((even.median - 25.0).abs() < f64::EPSILON);
        assert!(Figures::of(&loads(&[])).is_err());
    }

    #[test]
    fn the_table_says_the_ratio() {
        let figures = [Figures::of(&loads(&[100.4])).unwrap()];
        let text = table(&figures, 12.34);
        assert!(text.contains("| x | 100 | 100 | 100 | 1 |"), "{text}");
        assert!(text.ends_with("12.3 × sooner\n"), "{text}");
    }
}

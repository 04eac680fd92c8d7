//! `cargo xtask beehive`: the mission's cluster of real agents on loopback, to try things on.
//! `bench` starts its agent by the same means.

pub(crate) mod agents;
pub(crate) mod http;
mod startkit;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;

use self::agents::{PLANS, Plan, Running, Scratch};
use self::http::{call, request};
use self::startkit::Instance;
use crate::command::{Outcome, Sink};
use crate::{build, compress, consul};

const KEY: &str = "omo/msa/config/default.yaml";
const VALUE: &str = "logger:\n  level: 3\n";

/// The flags of `beehive`.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// Where waggle listens
    #[arg(long, default_value = "127.0.0.1:8900")]
    listen: String,
    /// Starts the agents alone, without building and starting waggle
    #[arg(long)]
    consul_only: bool,
    /// Runs the old Consul, as clusters out there still do
    #[arg(long)]
    old: bool,
    /// Writes names, addresses and process ids there once all is up
    #[arg(long, value_name = "FILE")]
    print_json: Option<PathBuf>,
}

/// Starts the cluster, keeps it alive, and ends it at Ctrl-C.
pub(crate) fn run(flags: &Flags) -> Outcome<()> {
    let consul = if flags.old {
        consul::old(&Sink::Terminal)?
    } else {
        consul::current(&Sink::Terminal)?
    };
    let waggle = if flags.consul_only {
        None
    } else {
        Some(build::release()?)
    };
    let stop = stop_flag()?;
    let scratch = Scratch::new("beehive")?;
    println!("starting {} agents of {} …", PLANS.len(), consul.display());
    let mut running = Vec::new();
    for plan in &PLANS {
        running.push(agents::start(plan, &consul, scratch.path())?);
    }
    wait_until_up(&mut running, scratch.path(), &stop)?;
    call(
        "PUT",
        &PLANS[0].http(),
        &format!("/v1/kv/{KEY}"),
        Some(VALUE),
    )?;
    let instances = start_services()?;
    if let Some(waggle) = &waggle {
        running.push(start_waggle(waggle, &flags.listen, scratch.path())?);
    }
    print!("{}", table(&running));
    if let Some(file) = &flags.print_json {
        let printed: Vec<_> = running.iter().map(Running::printed).collect();
        let text = serde_json::to_vec_pretty(&printed).map_err(|error| error.to_string())?;
        compress::write_whole(file, &text)?;
    }
    keep_alive(&mut running, &instances, &stop);
    println!("ending {} programs …", running.len());
    drop(running);
    drop(scratch);
    Ok(())
}

/// Turns true at Ctrl-C or a polite `kill`.
pub(crate) fn stop_flag() -> Outcome<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|error| error.to_string())?;
    }
    Ok(stop)
}

/// Waits until every agent knows a leader, the first datacenter all its nodes and the other one.
fn wait_until_up(running: &mut [Running], folder: &Path, stop: &AtomicBool) -> Outcome<()> {
    let started = Instant::now();
    loop {
        if let Some(ended) = running
            .iter_mut()
            .find_map(|program| program.has_ended().then_some(&program.name))
        {
            return Err(format!("{ended} ended:\n{}", end_of_log(folder, ended)));
        }
        if stop.load(Ordering::Relaxed) {
            return Err("stopped".to_owned());
        }
        if is_up() {
            println!(
                "all agents are up after {:.0} s",
                started.elapsed().as_secs_f32()
            );
            return Ok(());
        }
        if started.elapsed() > Duration::from_secs(90) {
            return Err("the cluster did not come up in 90 s".to_owned());
        }
        thread::sleep(Duration::from_millis(300));
    }
}

fn is_up() -> bool {
    let says = |plan: &Plan, path: &str| {
        request("GET", &plan.http(), path, None)
            .ok()
            .filter(|answer| answer.status == 200)
            .map(|answer| answer.body)
    };
    PLANS
        .iter()
        .all(|plan| says(plan, "/v1/status/leader").is_some_and(|leader| leader.len() > 4))
        && says(&PLANS[0], "/v1/catalog/datacenters").is_some_and(|all| all.contains("dc2"))
        && says(&PLANS[0], "/v1/catalog/nodes").is_some_and(|nodes| {
            let in_dc1 = PLANS.iter().filter(|plan| plan.datacenter == "dc1");
            in_dc1.into_iter().all(|plan| nodes.contains(plan.name))
        })
}

fn end_of_log(folder: &Path, name: &str) -> String {
    let text = fs::read_to_string(folder.join(format!("{name}.log"))).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

fn start_services() -> Outcome<Vec<Instance>> {
    let hosts = PLANS.iter().filter(|plan| plan.name.starts_with("msa-"));
    let mut instances = Vec::new();
    for (plan, number) in hosts.zip(1_u8..) {
        let instance = Instance::on(plan.address, number);
        instance.register()?;
        instance.pass()?;
        instances.push(instance);
    }
    Ok(instances)
}

fn start_waggle(binary: &Path, listen: &str, folder: &Path) -> Outcome<Running> {
    let mut arguments = vec!["--listen".to_owned(), listen.to_owned()];
    // its history is of a cluster that ends with it
    let data = folder.join("history").display().to_string();
    arguments.extend(["--data-dir".to_owned(), data]);
    for plan in PLANS.iter().filter(|plan| plan.datacenter == "dc1") {
        if plan.servers.is_some() {
            arguments.extend(["--agent".to_owned(), format!("http://{}", plan.http())]);
        }
    }
    let mut waggle = Running::start(
        "waggle",
        format!("http://{listen}"),
        binary,
        &arguments,
        folder,
    )?;
    let started = Instant::now();
    while request("GET", listen, "/healthz", None).is_err() {
        if waggle.has_ended() || started.elapsed() > Duration::from_secs(20) {
            return Err(format!(
                "waggle did not come up:\n{}",
                end_of_log(folder, "waggle")
            ));
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(waggle)
}

fn table(running: &[Running]) -> String {
    let mut text = format!("\n  {:<8} {:<24} to end it\n", "name", "address");
    for program in running {
        text += &format!(
            "  {:<8} {:<24} kill {}\n",
            program.name,
            program.url,
            program.pid()
        );
    }
    text +=
        "\n  kill: a client says goodbye and leaves the catalog, a server stays there as failed\n";
    text += "  kill -9: as a machine that lost its power\n";
    text += "  Ctrl-C here ends all and removes their data\n";
    text
}

/// Keeps the services' checks passing until Ctrl-C, and says when a part ends.
fn keep_alive(running: &mut Vec<Running>, instances: &[Instance], stop: &AtomicBool) {
    let mut passed_at: Option<Instant> = None;
    while !stop.load(Ordering::Relaxed) {
        if passed_at.is_none_or(|at| at.elapsed() > Duration::from_secs(15)) {
            for instance in instances {
                // its agent may have been killed on purpose
                let _ = instance.pass();
            }
            passed_at = Some(Instant::now());
        }
        running.retain_mut(|program| {
            let has_ended = program.has_ended();
            if has_ended {
                println!("{} ended", program.name);
            }
            !has_ended
        });
        thread::sleep(Duration::from_millis(200));
    }
}

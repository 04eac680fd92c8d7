//! `cargo xtask test` and `check`: every test, side by side where they do not need each other.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{fs, thread};

use clap::ValueEnum;

use crate::command::{Outcome, Sink, cargo, tool};
use crate::count::{self, Count};
use crate::steps::{Ended, Steps};
use crate::{build, chromium, consul, wasm, workspace};

/// One selection of packages and features for all of cargo's calls on the host: another one would
/// unify features differently and compile the dependencies once more. xtask stands alone, as
/// `cargo xtask` has built it so already.
const HOST: [&str; 5] = ["--workspace", "--exclude", "xtask", "--features", "app/ssr"];
const XTASK: [&str; 2] = ["--package", "xtask"];

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Format, clippy, docs and the tests of each crate
    Unit,
    /// The server against the demo agent and both real Consuls
    Server,
    /// The page in a browser, its size budget first
    Browser,
}

/// What the two real Consuls are, or why there is none.
struct Consuls {
    current: Outcome<PathBuf>,
    old: Outcome<PathBuf>,
}

/// Runs all tests, or one part of them.
pub(crate) fn all(part: Option<Part>) -> Outcome<ExitCode> {
    let steps = Steps::start()?;
    let wants = |wanted| part.is_none_or(|part| part == wanted);
    thread::scope(|scope| {
        let consuls = (wants(Part::Server) || wants(Part::Browser))
            .then(|| scope.spawn(|| find_consuls(&steps)));
        let browser = wants(Part::Browser).then(|| scope.spawn(|| browser_is_ready(&steps)));
        let page = (part != Some(Part::Server)).then(|| scope.spawn(|| page(&steps, part)));
        if wants(Part::Unit) {
            unit(&steps);
        }
        // some of the server's tests look at its pages
        let page_is_there = page.is_some_and(|thread| thread.join().unwrap_or(false));
        let consuls = consuls.and_then(|thread| thread.join().ok());
        if let Some(consuls) = &consuls
            && wants(Part::Server)
        {
            integration(&steps, consuls);
        }
        let browser = browser.and_then(|thread| thread.join().ok()).flatten();
        if let (Some(consuls), true) = (&consuls, wants(Part::Browser)) {
            in_browser(&steps, consuls, browser.as_deref(), page_is_there);
        }
    });
    Ok(steps.finish())
}

/// The quick part, for every commit.
pub(crate) fn check() -> Outcome<ExitCode> {
    let steps = Steps::start()?;
    format(&steps);
    lint(&steps);
    crates(&steps);
    Ok(steps.finish())
}

fn unit(steps: &Steps) {
    format(steps);
    lint(steps);
    crates(steps);
    steps.run("docs", |sink| {
        for packages in [&HOST[..], &XTASK[..]] {
            let mut command = cargo_on("doc", packages);
            command.arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings");
            sink.run(&mut command)?;
        }
        Ok(Ended::Passed)
    });
}

fn format(steps: &Steps) {
    steps.run("format", |sink| {
        // the names of the files are enough: `cargo fmt` mends them
        sink.run(cargo().args(["fmt", "--all", "--check", "--"]).args([
            "--files-with-diff",
            "--color",
            "never",
        ]))?;
        Ok(Ended::Passed)
    });
}

fn lint(steps: &Steps) {
    steps.run("clippy", |sink| {
        for packages in [&HOST[..], &XTASK[..]] {
            let mut command = cargo_on("clippy", packages);
            command.args(["--all-targets", "--", "-D", "warnings"]);
            sink.run(&mut command)?;
        }
        Ok(Ended::Passed)
    });
}

fn crates(steps: &Steps) {
    for (name, packages, kinds) in [
        ("unit tests", &HOST[..], &["--lib", "--bins"][..]),
        ("unit tests of xtask", &XTASK, &["--bins"]),
    ] {
        steps.run(name, |sink| {
            counted(sink, || {
                let mut command = cargo_on("test", packages);
                command.args(kinds);
                command
            })
        });
    }
}

fn cargo_on(subcommand: &str, packages: &[&str]) -> Command {
    let mut command = cargo();
    command.arg(subcommand).args(packages);
    command
}

/// Runs a `cargo test` to its end over all its binaries, and counts. On a machine that others use,
/// too, a few may fail by chance: they run once more, and are named where they pass then.
fn counted(sink: &Sink, command: impl Fn() -> Command) -> Outcome<Ended> {
    let ended = sink.run(command().arg("--no-fail-fast"));
    let first = said(sink)?;
    let count = count::of_cargo(&first);
    let names = count::to_try_again(&first);
    if names.is_empty() {
        return judged(ended, count);
    }
    let again = sink.run(
        command()
            .args(["--no-fail-fast", "--", "--exact"])
            .args(&names),
    );
    let second = count::of_cargo(said(sink)?.get(first.len()..).unwrap_or_default());
    let count = count.then(names, &second);
    if count.failed == 0 {
        // cargo said that the first run failed: the second one is what counts
        return again.map(|()| Ended::Tests(count));
    }
    judged(ended, count)
}

/// What a step's log holds by now.
fn said(sink: &Sink) -> Outcome<String> {
    let Sink::Log(log) = sink else {
        return Ok(String::new());
    };
    let text = fs::read(log).map_err(|error| format!("{}: {error}", log.display()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A run that failed without a failed test (it did not compile, it crashed) is a failure itself.
fn judged(ended: Outcome<()>, count: Count) -> Outcome<Ended> {
    match ended {
        Err(error) if count.failed == 0 => Err(error),
        Ok(()) if count == Count::default() => Err("no test ran".to_owned()),
        _ => Ok(Ended::Tests(count)),
    }
}

fn find_consuls(steps: &Steps) -> Consuls {
    // fetching the old one takes seconds, and fetches while Go compiles
    thread::scope(|scope| {
        let old = scope.spawn(|| consul::old(&steps.log("old consul")));
        let current = consul::current(&steps.log("consul"));
        let old = old
            .join()
            .unwrap_or_else(|_| Err("the search for it panicked".to_owned()));
        Consuls { current, old }
    })
}

fn integration(steps: &Steps, consuls: &Consuls) {
    if let Err(why) = &consuls.current {
        steps.skip("the server's tests on the current Consul", why);
    }
    if let Err(why) = &consuls.old {
        steps.skip("the server's tests on the old Consul", why);
    }
    steps.run("server tests", |sink| {
        counted(sink, || {
            let mut command = cargo_on("test", &HOST);
            consuls.name_in(&mut command);
            command.args(["--test", "it"]);
            command
        })
    });
}

impl Consuls {
    /// Tells the tests of a crate where both are.
    fn name_in(&self, command: &mut Command) {
        for (variable, consul) in [("CONSUL_BIN", &self.current), ("CONSUL_OLD_BIN", &self.old)] {
            match consul {
                Ok(path) => command.env(variable, path),
                Err(_) => command.env_remove(variable),
            };
        }
    }

    /// The one for the browser tests: rather the old one than none.
    fn best(&self) -> Option<&Path> {
        let found = self.current.as_ref().or(self.old.as_ref());
        found.ok().map(PathBuf::as_path)
    }
}

/// Clippy over the app in the browser, and the page itself with its budget.
fn page(steps: &Steps, part: Option<Part>) -> bool {
    let mut how = Err("not looked for".to_owned());
    steps.run("std for wasm32", |sink| {
        how = wasm::find_std(sink);
        how.clone().map(|_| Ended::Prepared)
    });
    let Ok(how) = how else { return false };
    if part != Some(Part::Browser) {
        steps.run("clippy of the app in wasm", |sink| {
            wasm::lint(how, sink).map(|()| Ended::Passed)
        });
    }
    if part == Some(Part::Unit) {
        return false;
    }
    steps.run("the page and its size", |sink| {
        build::page_with(how, sink).map(|()| Ended::Passed)
    })
}

fn browser_is_ready(steps: &Steps) -> Option<PathBuf> {
    let npm = chromium::packages(&steps.log("npm"));
    if let Err(why) = npm {
        steps.skip("the browser tests", &why);
        return None;
    }
    match chromium::chromium(&steps.log("chromium")) {
        Ok(path) => Some(path),
        Err(why) => {
            steps.skip("the browser tests", &why);
            None
        }
    }
}

fn in_browser(steps: &Steps, consuls: &Consuls, chromium: Option<&Path>, page_is_there: bool) {
    // why there is no browser has been said
    let Some(chromium) = chromium else { return };
    if let Err(why) = &consuls.current {
        steps.skip("the browser tests on the current Consul", why);
    }
    let is_built = page_is_there
        && steps.run("the server for the browser", |sink| {
            // the dev profile, which reads dist/ as it runs: what the tests have compiled already
            sink.run(cargo_on("build", &HOST).arg("--bins"))?;
            Ok(Ended::Prepared)
        });
    if !is_built {
        steps.run("browser tests", |_| {
            Err("there is no page to test".to_owned())
        });
        return;
    }
    steps.run("browser tests", |sink| {
        let report = workspace::target()
            .join("xtask-logs")
            .join("playwright.json");
        let _ = fs::remove_file(&report);
        let mut command = tool("npx");
        if let Some(consul) = consuls.best() {
            command.env("CONSUL_BIN", consul);
        }
        command
            .current_dir(workspace::end2end())
            .env(
                "WAGGLE_BIN",
                workspace::target().join("debug").join("waggle"),
            )
            .env("CHROMIUM_BIN", chromium)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
            .args(["--no-install", "playwright", "test", "--reporter=list,json"])
            // a second try is in a new worker, with a waggle of its own; who needed it is named
            .arg("--retries=1");
        let ended = sink.run(&mut command);
        let json = fs::read_to_string(&report);
        match (json, ended) {
            (Ok(json), ended) => judged(ended, count::of_playwright(&json)?),
            (Err(_), Err(error)) => Err(error),
            (Err(error), Ok(())) => Err(format!("no report of playwright: {error}")),
        }
    });
}

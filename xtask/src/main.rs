//! The commands people run, as `cargo xtask …`: everything a fresh machine needs is found or made.

mod beehive;
mod bench;
mod build;
mod chromium;
mod command;
mod compress;
mod consul;
mod count;
mod debian;
mod dist;
mod editor;
mod loader;
mod module;
mod npm;
mod optimize;
mod order;
mod shelf;
mod split;
mod steps;
mod style;
mod tests;
mod wasm;
mod weight;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::command::Outcome;

/// Builds, runs and tests waggle.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds the page and the server: target/release/waggle, one file with everything in it
    Build {
        /// Only the page, into dist/: the dev build of the server reads it there as it runs
        #[arg(long)]
        page: bool,
        /// The page in seconds instead of minutes, larger and not weighed: while one works on it
        #[arg(long, requires = "page")]
        quick: bool,
    },
    /// Builds, then serves waggle on the embedded demo cluster
    Demo {
        /// Further flags for waggle, after --
        #[arg(last = true, value_name = "FLAGS")]
        flags: Vec<String>,
    },
    /// Builds, then serves waggle with these flags: cargo xtask run -- --agent http://127.0.0.1:8500
    Run {
        /// Flags for waggle, after --
        #[arg(last = true, value_name = "FLAGS")]
        flags: Vec<String>,
    },
    /// Runs every test, or one part; ends with "N passed, N failed"
    Test {
        /// The part to run; without it, all
        part: Option<tests::Part>,
    },
    /// The quick part for every commit: format, clippy, unit tests
    Check,
    /// Starts the mission's cluster of 13 real Consul agents on loopback, and waggle on it
    Beehive(beehive::Flags),
    /// Measures, and prints the figures
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Outcome<ExitCode> {
    match command {
        Command::Build { page: true, quick } => build::page(wasm::Build::new(quick))?,
        Command::Build { page: false, .. } => build::release().map(|_| ())?,
        Command::Demo { mut flags } => {
            flags.insert(0, "--demo".to_owned());
            build::serve(&flags)?;
        }
        Command::Run { flags } => build::serve(&flags)?,
        Command::Test { part } => return tests::all(part),
        Command::Check => return tests::check(),
        Command::Beehive(flags) => beehive::run(&flags)?,
        Command::Bench(bench) => bench::run(&bench)?,
    }
    Ok(ExitCode::SUCCESS)
}

//! `cargo xtask bench`: waggle measured beside Consul's own UI on the same filled agent, in the
//! same run. BENCHMARKS.md says what each row is and why.

mod browser;
mod changes;
mod cold;
mod connection;
mod figures;
mod fill;
mod filling;
mod ground;
mod load;
mod plain_page;
mod process;
mod proxy;
mod report;
mod rows;
mod stream;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::bench::ground::{Effort, Ground, Programs};
use crate::bench::report::Figure;
use crate::bench::rows::{ROWS, Row};
use crate::command::{Outcome, Sink};
use crate::{beehive, build, chromium, command, compress, consul};

/// The flags of `bench`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Bench {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// The services page of 20 services in a cold browser, beside Consul's own UI
    Cold(cold::Flags),
    /// Says which rows there are
    Rows,
}

#[derive(Debug, Args)]
struct Flags {
    /// Measures this row alone; again for more (`bench rows` says which there are)
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Writes the figures there, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Another waggle than the release build of this checkout
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Keeps the agents' data there, and uses what an earlier run filled
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// Loads of each page; half as many on the slow link
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Changes in the catalog for the rows that make some
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..))]
    changes: u16,
    /// What lies between two changes
    #[arg(long, default_value_t = 2000, value_name = "MS")]
    pause: u64,
    /// How long each load lasts
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    load_seconds: u64,
    /// How long the catalog churns for the memory row
    #[arg(long, default_value_t = 2.0, value_name = "MINUTES")]
    churn_minutes: f64,
}

/// Measures, prints a table, and writes the figures where they are wanted.
pub(crate) fn run(bench: &Bench) -> Outcome<()> {
    match &bench.part {
        Some(Part::Cold(flags)) => cold::run(flags),
        Some(Part::Rows) => {
            for row in &ROWS {
                println!("{:<22} {}", row.name, row.about);
            }
            Ok(())
        }
        None => all(&bench.flags),
    }
}

fn all(flags: &Flags) -> Outcome<()> {
    let rows = chosen(&flags.only)?;
    let effort = Effort {
        runs: usize::from(flags.runs),
        load: Duration::from_secs(flags.load_seconds),
        changes: usize::from(flags.changes),
        pause: Duration::from_millis(flags.pause),
        churn: Duration::try_from_secs_f64(flags.churn_minutes * 60.0)
            .map_err(|error| format!("--churn-minutes: {error}"))?,
    };
    let programs = Programs {
        consul: consul::current(&Sink::Terminal)?,
        chromium: chromium::chromium(&Sink::Terminal)?,
        waggle: match &flags.binary {
            Some(binary) => binary.clone(),
            None => build::release()?,
        },
    };
    chromium::packages(&Sink::Terminal)?;
    let stop = beehive::stop_flag()?;
    let mut ground = Ground::new(programs, effort, flags.keep.clone(), stop)?;
    let mut figures = Vec::new();
    let mut outcome = Ok(());
    for row in rows {
        println!("{}: {} …", row.name, row.about);
        match row.run(&mut ground) {
            Ok(more) => figures.extend(more),
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
    }
    // what was measured before a Ctrl-C is not lost
    print!("{}", report::table(&figures));
    if let Some(file) = &flags.json {
        write(file, &ground, &figures)?;
    }
    outcome?;
    report::missed(&figures).map_or(Ok(()), Err)
}

/// The figures with what they are of: when, which source, which program.
fn write(file: &std::path::Path, ground: &Ground, figures: &[Figure]) -> Outcome<()> {
    let ended = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let commit = command::output(Command::new("git").args(["rev-parse", "HEAD"])).ok();
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let written = json!({
        "ended": ended.map_or(0, |since| since.as_secs()),
        "commit": commit.as_deref().map(str::trim),
        "binary": ground.programs.waggle,
        "processors": processors,
        "fillings": ground.fillings,
        "figures": figures,
    });
    let text = serde_json::to_vec_pretty(&written).map_err(|error| error.to_string())?;
    compress::write_whole(file, &text)
}

/// The rows with these names, in the table's order; all where none is named.
fn chosen(only: &[String]) -> Outcome<Vec<&'static Row>> {
    if let Some(unknown) = only
        .iter()
        .find(|name| ROWS.iter().all(|row| row.name != **name))
    {
        return Err(format!(
            "there is no row `{unknown}`: see cargo xtask bench rows"
        ));
    }
    let is_wanted = |row: &&Row| only.is_empty() || only.iter().any(|name| name == row.name);
    Ok(ROWS.iter().filter(is_wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_chosen_by_name() {
        assert_eq!(chosen(&[]).unwrap().len(), ROWS.len());
        let names = ["window".to_owned(), "cold-nodes".to_owned()];
        let rows = chosen(&names).unwrap();
        assert_eq!((rows[0].name, rows[1].name), ("cold-nodes", "window"));
        let error = chosen(&["windows".to_owned()]).err().unwrap();
        assert!(error.contains("`windows`"), "{error}");
    }
}

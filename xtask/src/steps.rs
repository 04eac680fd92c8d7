//! The steps of a test run: each runs with its own log, says how it went in one line, and none
//! hides another.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use crate::command::{Outcome, Sink};
use crate::count::Count;
use crate::workspace;

/// How a step ended when it did not fail as a whole.
#[derive(Debug)]
pub(crate) enum Ended {
    /// A step that is one test (format, clippy, …).
    Passed,
    /// A step that ran tests.
    Tests(Count),
    /// A step that made something others need: it is no test.
    Prepared,
}

/// What happened so far, added up.
#[derive(Debug)]
pub(crate) struct Steps {
    folder: PathBuf,
    may_skip: bool,
    sum: Mutex<Sum>,
}

#[derive(Debug, Default)]
struct Sum {
    count: Count,
    failed_steps: Vec<String>,
    skipped: Vec<String>,
}

impl Sum {
    fn add(&mut self, count: Count, failed_step: Option<&str>) {
        self.count.passed += count.passed;
        self.count.failed += count.failed;
        self.count.again.extend(count.again);
        self.failed_steps.extend(failed_step.map(str::to_owned));
    }
}

/// A step that is one test.
fn one(passed: bool) -> Count {
    Count {
        passed: u32::from(passed),
        failed: u32::from(!passed),
        ..Count::default()
    }
}

impl Steps {
    /// An empty run, with the folder of its logs.
    pub(crate) fn start() -> Outcome<Self> {
        let folder = workspace::target().join("xtask-logs");
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self {
            folder,
            may_skip: env::var("CI").as_deref() != Ok("true"),
            sum: Mutex::default(),
        })
    }

    /// An empty log with this step's name.
    pub(crate) fn log(&self, name: &str) -> Sink {
        let file = self.folder.join(format!("{}.log", name.replace(' ', "-")));
        let _ = fs::remove_file(&file);
        Sink::Log(file)
    }

    /// Runs a step. Whether it came to a good end is the answer, for those that build on it.
    pub(crate) fn run(&self, name: &str, step: impl FnOnce(&Sink) -> Outcome<Ended>) -> bool {
        let sink = self.log(name);
        let started = Instant::now();
        println!("… {name}");
        let ended = step(&sink);
        let seconds = started.elapsed().as_secs_f32();
        match ended {
            Ok(Ended::Prepared) => {
                println!("✓ {name} ({seconds:.1} s)");
                true
            }
            Ok(Ended::Passed) => {
                println!("✓ {name} ({seconds:.1} s)");
                self.sum().add(one(true), None);
                true
            }
            Ok(Ended::Tests(count)) if count.failed == 0 => {
                println!("✓ {name}: {} passed ({seconds:.1} s)", count.passed);
                // why it failed at first is to be read and mended, though it passed
                if !count.again.is_empty() {
                    println!("  passed only at the second try:");
                    self.show(&sink);
                }
                self.sum().add(count, None);
                true
            }
            Ok(Ended::Tests(count)) => {
                let Count { passed, failed, .. } = count;
                println!("✗ {name}: {passed} passed, {failed} failed ({seconds:.1} s)");
                self.show(&sink);
                self.sum().add(count, Some(name));
                false
            }
            Err(error) => {
                println!("✗ {name}: {error} ({seconds:.1} s)");
                self.show(&sink);
                self.sum().add(one(false), Some(name));
                false
            }
        }
    }

    /// Notes what was not tested, and why. Where nothing may be skipped it is a failure.
    pub(crate) fn skip(&self, name: &str, why: &str) {
        println!("- skipped: {name}: {why}");
        let mut sum = self.sum();
        sum.skipped.push(name.to_owned());
        if !self.may_skip {
            sum.count.failed += 1;
            sum.failed_steps.push(format!("{name} (skipped)"));
        }
    }

    /// Prints the sums, `N passed, N failed` last.
    pub(crate) fn finish(&self) -> ExitCode {
        let sum = self.sum();
        if !sum.skipped.is_empty() {
            println!("skipped: {}", sum.skipped.join(", "));
        }
        if !sum.failed_steps.is_empty() {
            println!("failed: {}", sum.failed_steps.join(", "));
        }
        if !sum.count.again.is_empty() {
            println!("passed only at the second try:");
            for name in &sum.count.again {
                println!("  {name}");
            }
        }
        println!("{} passed, {} failed", sum.count.passed, sum.count.failed);
        if sum.count.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn sum(&self) -> std::sync::MutexGuard<'_, Sum> {
        // a step that panicked has said so, and the numbers are whole
        self.sum
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The end of a log, with its path.
    fn show(&self, sink: &Sink) {
        let Sink::Log(file) = sink else { return };
        let text = fs::read_to_string(file).unwrap_or_default();
        let telling: Vec<&str> = text.lines().filter(|line| tells(line)).collect();
        let from = telling.len().saturating_sub(80);
        for line in &telling[from..] {
            println!("  | {line}");
        }
        println!("  | all of it: {}", file.display());
    }
}

/// What stands in a log of a failure beside the failure.
fn tells(line: &str) -> bool {
    let line = line.trim_start();
    let is_idle = ["Compiling ", "Checking ", "Documenting ", "Fresh "]
        .iter()
        .any(|start| line.starts_with(start));
    let went_well = line.starts_with("test ") && line.ends_with("... ok");
    !(is_idle || went_well)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(may_skip: bool) -> (tempfile::TempDir, Steps) {
        let folder = tempfile::tempdir().unwrap();
        let steps = Steps {
            folder: folder.path().to_owned(),
            may_skip,
            sum: Mutex::default(),
        };
        (folder, steps)
    }

    #[test]
    fn steps_add_up_and_a_failed_one_hides_no_other() {
        let (_folder, steps) = steps(true);
        assert!(steps.run("made", |_| Ok(Ended::Prepared)));
        assert!(!steps.run("broken", |_| Err("x".to_owned())));
        assert!(steps.run("format", |_| Ok(Ended::Passed)));
        let count = Count {
            passed: 5,
            failed: 2,
            again: vec!["a::b".to_owned()],
        };
        assert!(!steps.run("tests", |_| Ok(Ended::Tests(count))));
        assert_eq!(
            steps.sum().count,
            Count {
                passed: 6,
                failed: 3,
                again: vec!["a::b".to_owned()]
            }
        );
        assert_eq!(steps.sum().failed_steps, ["broken", "tests"]);
    }

    #[test]
    fn what_is_skipped_fails_only_where_nothing_may_be() {
        let (_folder, lenient) = steps(true);
        lenient.skip("browser", "no browser");
        assert_eq!(lenient.sum().count.failed, 0);
        let (_folder, strict) = steps(false);
        strict.skip("browser", "no browser");
        assert_eq!(strict.sum().count.failed, 1);
    }

    #[test]
    fn a_failures_log_is_shown_without_what_went_well() {
        assert!(!tells("   Compiling serde v1"));
        assert!(!tells("test a::b ... ok"));
        assert!(tells("test a::b ... FAILED"));
        assert!(tells("error[E0308]: mismatched types"));
    }
}

//! Counts of tests, read from what cargo and playwright print.

use serde::Deserialize;

/// How many passed and failed; ignored tests count nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Tests that passed, those that needed a second try too.
    pub(crate) passed: u32,
    /// Tests that failed.
    pub(crate) failed: u32,
    /// The names of those that failed once and passed when tried again.
    pub(crate) again: Vec<String>,
}

/// Failures of one run that may be chance: where more tests fail, they are not tried again.
const CHANCE: usize = 5;

/// The sum of all `test result:` lines of a `cargo test`.
pub(crate) fn of_cargo(text: &str) -> Count {
    let mut count = Count::default();
    for line in text.lines() {
        let Some((_, result)) = line.split_once("test result: ") else {
            continue;
        };
        for part in result.split(['.', ';']) {
            let mut words = part.split_whitespace();
            if let (Some(Ok(number)), Some(word)) =
                (words.next().map(str::parse::<u32>), words.next())
            {
                match word {
                    "passed" => count.passed += number,
                    "failed" => count.failed += number,
                    _ => {}
                }
            }
        }
    }
    count
}

/// The names of the tests that failed in a `cargo test`, where they are few enough to try again.
pub(crate) fn to_try_again(text: &str) -> Vec<String> {
    let failed: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .map(str::to_owned)
        .collect();
    if failed.len() > CHANCE {
        return Vec::new();
    }
    failed
}

impl Count {
    /// This run after those that failed in it, `names`, were tried again and `second` came of it.
    pub(crate) fn then(self, names: Vec<String>, second: &Self) -> Self {
        // what did not run to an end the second time has failed
        if second.failed > 0 || second.passed != self.failed {
            return self;
        }
        Self {
            passed: self.passed + self.failed,
            failed: 0,
            again: names,
        }
    }
}

#[derive(Deserialize)]
struct Playwright {
    stats: Stats,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
    #[serde(default)]
    suites: Vec<Suite>,
}

/// A file of tests, or a `describe` in one.
#[derive(Deserialize)]
struct Suite {
    #[serde(default)]
    specs: Vec<Spec>,
    #[serde(default)]
    suites: Vec<Suite>,
}

#[derive(Deserialize)]
struct Spec {
    title: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    tests: Vec<Ran>,
}

#[derive(Deserialize)]
struct Ran {
    #[serde(default)]
    status: String,
}

impl Suite {
    fn flaky(&self, into: &mut Vec<String>) {
        for spec in &self.specs {
            if spec.tests.iter().any(|ran| ran.status == "flaky") {
                into.push(format!("{}: {}", spec.file, spec.title));
            }
        }
        for suite in &self.suites {
            suite.flaky(into);
        }
    }
}

#[derive(Deserialize)]
struct Stats {
    expected: u32,
    unexpected: u32,
    #[serde(default)]
    flaky: u32,
}

/// What playwright's JSON report says. A flaky test passed at last, counts as passed and is named;
/// an error outside of any test counts as one failed test.
pub(crate) fn of_playwright(json: &str) -> Result<Count, String> {
    let report: Playwright =
        serde_json::from_str(json).map_err(|error| format!("playwright's report: {error}"))?;
    let mut again = Vec::new();
    for suite in &report.suites {
        suite.flaky(&mut again);
    }
    Ok(Count {
        passed: report.stats.expected + report.stats.flaky,
        failed: report.stats.unexpected + u32::from(!report.errors.is_empty()),
        again,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_lines_are_added_up() {
        let text = "running 3 tests\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.50s\n";
        assert_eq!(
            of_cargo(text),
            Count {
                passed: 15,
                failed: 2,
                again: vec![]
            }
        );
        assert_eq!(of_cargo("error: could not compile"), Count::default());
    }

    #[test]
    fn the_few_that_failed_are_tried_again_and_named() {
        let text = "test a::b ... ok\ntest a::c ... FAILED\n    test a::d ... FAILED\n";
        let names = to_try_again(text);
        assert_eq!(names, ["a::c"]);
        let first = Count {
            passed: 9,
            failed: 1,
            again: vec![],
        };
        let passed = Count {
            passed: 1,
            ..Count::default()
        };
        let ended = first.clone().then(names.clone(), &passed);
        assert_eq!((ended.passed, ended.failed), (10, 0));
        assert_eq!(ended.again, names);
        // failed again, or never came to an end
        let failed = Count {
            failed: 1,
            ..Count::default()
        };
        assert_eq!(first.clone().then(names.clone(), &failed), first);
        assert_eq!(first.clone().then(names, &Count::default()), first);
        assert!(to_try_again(&"test x ... FAILED\n".repeat(6)).is_empty());
    }

    #[test]
    fn playwrights_report_is_read() {
        let json = r#"{"errors":[],"suites":[{"title":"kv.spec.ts","specs":[],"suites":[{"specs":[
            {"title":"a key","file":"kv.spec.ts","tests":[{"status":"flaky"}]},
            {"title":"another","file":"kv.spec.ts","tests":[{"status":"unexpected"}]}]}]}],
            "stats":{"startTime":"x","duration":1.5,"expected":7,"skipped":1,"unexpected":2,"flaky":1}}"#;
        assert_eq!(
            of_playwright(json).unwrap(),
            Count {
                passed: 8,
                failed: 2,
                again: vec!["kv.spec.ts: a key".to_owned()]
            }
        );
        let broken = r#"{"errors":[{"message":"x"}],"stats":{"expected":0,"unexpected":0}}"#;
        assert_eq!(of_playwright(broken).unwrap().failed, 1);
        assert!(of_playwright("no").is_err());
    }
}

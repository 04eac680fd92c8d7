//! Counts of tests, read from what cargo and playwright print.

use serde::Deserialize;

/// How many passed and failed; ignored tests count nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Tests that passed.
    pub(crate) passed: u32,
    /// Tests that failed.
    pub(crate) failed: u32,
}

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

#[derive(Deserialize)]
struct Playwright {
    stats: Stats,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Stats {
    expected: u32,
    unexpected: u32,
    #[serde(default)]
    flaky: u32,
}

/// What playwright's JSON report says. A flaky test passed at last, and counts as passed; an error
/// outside of any test counts as one failed test.
pub(crate) fn of_playwright(json: &str) -> Result<Count, String> {
    let report: Playwright =
        serde_json::from_str(json).map_err(|error| format!("playwright's report: {error}"))?;
    Ok(Count {
        passed: report.stats.expected + report.stats.flaky,
        failed: report.stats.unexpected + u32::from(!report.errors.is_empty()),
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
                failed: 2
            }
        );
        assert_eq!(of_cargo("error: could not compile"), Count::default());
    }

    #[test]
    fn playwrights_report_is_read() {
        let json = r#"{"errors":[],"stats":{"startTime":"x","duration":1.5,"expected":7,"skipped":1,"unexpected":2,"flaky":1}}"#;
        assert_eq!(
            of_playwright(json).unwrap(),
            Count {
                passed: 8,
                failed: 2
            }
        );
        let broken = r#"{"errors":[{"message":"x"}],"stats":{"expected":0,"unexpected":0}}"#;
        assert_eq!(of_playwright(broken).unwrap().failed, 1);
        assert!(of_playwright("no").is_err());
    }
}

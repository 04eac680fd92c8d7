//! Opening a key whose value is as large as Consul takes.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::json;

use crate::bench::connection::Connection;
use crate::bench::figures::Samples;
use crate::bench::filling::{Size, TENTH};
use crate::bench::ground::Ground;
use crate::bench::report::{Figure, Must};
use crate::command::Outcome;

/// The folder of the key; none of the filling's.
const FOLDER: &str = "bench/large/";
const NAME: &str = "app.yaml";
const FIRST_LINE: &str = "# the settings of all services";
const BYTES: usize = 500 * 1024;
const PRESSES: usize = 10;

#[derive(Debug, Deserialize)]
struct Opened {
    view: Vec<f64>,
    edit: Vec<f64>,
    press: Vec<f64>,
}

/// From the click on the key to its text, from *Edit* to the editor, from a key press to its
/// letter; in a browser that has been there once.
pub(super) fn open_500k(ground: &mut Ground, row: &str) -> Outcome<Vec<Figure>> {
    let size = &TENTH;
    let waggle = ground.waggle(size, None)?;
    let path = format!("/v1/kv/{FOLDER}{NAME}");
    let mut agent = agent_of(size)?;
    agent.put(&path, &yaml())?;
    let plan = json!({
        "task": "open",
        "runs": ground.effort.runs,
        "folder": waggle.url(&format!("/ui/dc1/kv/{FOLDER}")),
        "key": NAME,
        "first": FIRST_LINE,
        "presses": PRESSES,
    });
    let opened = ground.measure::<Opened>(&plan);
    // the filling is as it was, whatever became of the measurement
    agent_of(size)?.exchange("DELETE", &path, &[], "")?;
    let opened = opened?;
    let figure = |what: &str, values: Vec<f64>, most: Option<f64>| {
        let Some(samples) = Samples::of(values) else {
            return Figure::none(row, format!("{what}: never measured"));
        };
        let figure = Figure::of(row, what, samples.median(), "ms").detail(samples.spread());
        match most {
            Some(most) => figure.must(Must::AtMost(most)),
            None => figure,
        }
    };
    Ok(vec![
        figure(
            "a YAML of 500 KiB: click on the key until its text is painted",
            opened.view,
            Some(300.0),
        ),
        figure(
            "click on Edit until the editor has the focus",
            opened.edit,
            Some(300.0),
        ),
        figure(
            "a key press in the editor until its letter is painted",
            opened.press,
            None,
        ),
    ])
}

fn agent_of(size: &Size) -> Outcome<Connection> {
    Connection::open(&size.agent(), std::time::Duration::from_secs(30))
}

/// Settings as people write them, a little less than the limit.
fn yaml() -> String {
    let mut text = format!("{FIRST_LINE}\n");
    for number in 0.. {
        let before = text.len();
        let _ = write!(
            text,
            "service-{number:05}:\n  logger:\n    level: {}\n    format: \"json\" # one line each\n  \
             address: \"10.{}.{}.7:8080\"\n  enabled: true\n  retry: 3\n",
            number % 6,
            number / 250 % 250,
            number % 250,
        );
        if text.len() > BYTES {
            text.truncate(before);
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_nearly_as_large_as_it_may_be() {
        let text = yaml();
        assert!(text.len() > BYTES - 1024 && text.len() <= BYTES);
        assert!(text.starts_with(FIRST_LINE) && text.ends_with("retry: 3\n"));
        assert!(text.lines().count() > 10_000);
    }
}

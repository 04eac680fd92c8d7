//! The browser's part of the rows: node drives Chromium after a plan, and prints what it measured.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::command::{Outcome, tool};
use crate::workspace;

/// Runs `end2end/bench/main.mjs` after a plan; ends it where `sleep` fails.
pub(crate) fn measure<T: DeserializeOwned>(
    chromium: &Path,
    plan: &Value,
    sleep: impl Fn(Duration) -> Outcome<()>,
) -> Outcome<T> {
    let mut plan = plan.clone();
    plan["chromium"] = json!(chromium);
    let mut node = tool("node");
    let mut child = node
        .current_dir(workspace::end2end())
        .args(["bench/main.mjs", &plan.to_string()])
        // it ends, and its browser with it, when our end of this pipe is closed
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // a Ctrl-C at the terminal is ours alone
        .process_group(0)
        .spawn()
        .map_err(|error| format!("node did not start: {error}"))?;
    let mut out = child.stdout.take().ok_or("node has no output")?;
    let reader = thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        if let Err(stopped) = sleep(Duration::from_millis(100)) {
            drop(child.stdin.take());
            let _ = child.wait();
            return Err(stopped);
        }
    };
    let text = reader
        .join()
        .map_err(|_| "the reader of node panicked".to_owned())?
        .map_err(|error| format!("node: {error}"))?;
    if !status.success() {
        return Err(format!("bench/main.mjs ended with {status}"));
    }
    serde_json::from_str(&text).map_err(|error| format!("bench/main.mjs: {error}"))
}

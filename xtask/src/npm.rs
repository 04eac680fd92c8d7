//! The npm packages of a folder of ours.

use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::command::{Outcome, Sink, on_path, tool};

/// Installs the npm packages of `folder`, when its lock file changed since the last time.
pub(crate) fn packages(folder: &Path, sink: &Sink) -> Outcome<()> {
    let lock_file = folder.join("package-lock.json");
    let lock = fs::read(&lock_file).map_err(|error| format!("{}: {error}", lock_file.display()))?;
    let mark = folder.join("node_modules").join(".waggle-lock");
    if fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if on_path("npm").is_none() {
        return Err("no npm here".to_owned());
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    println!("  installing the npm packages of {name}/ …");
    let started = Instant::now();
    sink.run(
        tool("npm")
            .current_dir(folder)
            // playwright's own browsers are hundreds of megabytes; Debian's Chromium is used
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .args(["ci", "--no-audit", "--no-fund"]),
    )?;
    fs::write(&mark, lock).map_err(|error| format!("{}: {error}", mark.display()))?;
    println!(
        "  installed the npm packages of {name}/ in {:.0} s",
        started.elapsed().as_secs_f32()
    );
    Ok(())
}

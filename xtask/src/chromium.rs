//! The browser tests' own needs: Debian's Chromium with fonts, and the npm packages of `end2end/`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::command::{Outcome, Sink, is_executable, on_path, tool};
use crate::{debian, workspace};

/// Finds a Chromium (`$CHROMIUM_BIN` first), or installs Debian's; with fonts for Chinese.
pub(crate) fn chromium(sink: &Sink) -> Outcome<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM_BIN").filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        return if is_executable(&named) {
            Ok(named)
        } else {
            Err(format!(
                "CHROMIUM_BIN is {}, which cannot be run",
                named.display()
            ))
        };
    }
    let mut missing = Vec::new();
    if on_path("chromium").is_none() {
        missing.push("chromium");
    }
    if debian::is_here() && !Path::new("/usr/share/doc/fonts-noto-cjk").exists() {
        missing.push("fonts-noto-cjk");
    }
    if !missing.is_empty() {
        debian::install(&missing, sink)?;
    }
    on_path("chromium").ok_or_else(|| "no chromium on PATH (or set CHROMIUM_BIN)".to_owned())
}

/// Installs the npm packages of `end2end/`, when the lock file changed since the last time.
pub(crate) fn packages(sink: &Sink) -> Outcome<()> {
    let folder = workspace::end2end();
    let lock_file = folder.join("package-lock.json");
    let lock = fs::read(&lock_file).map_err(|error| format!("{}: {error}", lock_file.display()))?;
    let mark = folder.join("node_modules").join(".waggle-lock");
    if fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if on_path("npm").is_none() {
        return Err("no npm here".to_owned());
    }
    println!("  installing the npm packages of end2end/ …");
    let started = Instant::now();
    sink.run(
        tool("npm")
            .current_dir(&folder)
            // playwright's own browsers are hundreds of megabytes; Debian's Chromium is used
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .args(["ci", "--no-audit", "--no-fund"]),
    )?;
    fs::write(&mark, lock).map_err(|error| format!("{}: {error}", mark.display()))?;
    println!(
        "  installed the npm packages in {:.0} s",
        started.elapsed().as_secs_f32()
    );
    Ok(())
}

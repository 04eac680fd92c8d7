//! Real Consuls for the tests: the current one and an old one, found on the machine or made.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Instant;

use crate::command::{Outcome, Sink, is_executable, on_path, output, tool};
use crate::{compress, debian, workspace};

const CURRENT: &str = "1.22.6";
const OLD: &str = "1.8.7";
const OLD_PACKAGE: &str = "pool/main/c/consul/consul_1.8.7+dfsg1-2+b3_amd64.deb";
const OLD_SHA256: &str = "e4e888bba104daba1d9161f49bfc52649a7e4efd45b1a7ead5bc54f2cb9c89d9";

/// The current Consul: `$CONSUL_BIN`, `consul` on PATH, the cache, else built by Go.
pub(crate) fn current(sink: &Sink) -> Outcome<PathBuf> {
    if let Some(named) = named_by("CONSUL_BIN")? {
        return Ok(named);
    }
    if let Some(found) = on_path("consul") {
        return Ok(found);
    }
    let cached = workspace::cache().join(format!("consul-{CURRENT}"));
    if !is_executable(&cached) {
        build(&cached, sink)?;
    }
    Ok(cached)
}

/// The old Consul: `$CONSUL_OLD_BIN`, the cache, else out of Debian's pool.
pub(crate) fn old(sink: &Sink) -> Outcome<PathBuf> {
    if let Some(named) = named_by("CONSUL_OLD_BIN")? {
        return Ok(named);
    }
    let cached = workspace::cache().join(format!("consul-{OLD}"));
    if !is_executable(&cached) {
        unpack(&cached, sink)?;
    }
    Ok(cached)
}

fn named_by(variable: &str) -> Outcome<Option<PathBuf>> {
    match env::var_os(variable).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(path) if is_executable(Path::new(&path)) => Ok(Some(path.into())),
        Some(path) => Err(format!(
            "{variable} is {}, which cannot be run",
            Path::new(&path).display()
        )),
    }
}

/// Consul's own go.mod replaces its submodules by folders, so `go install` refuses; `xtask/consul`
/// is a module that names it as a tool, and its go.sum guards what is downloaded.
fn build(to: &Path, sink: &Sink) -> Outcome<()> {
    if on_path("go").is_none() {
        return Err(format!(
            "Consul {CURRENT} needs Go to be built here (or set CONSUL_BIN)"
        ));
    }
    println!("  building Consul {CURRENT} (go, 5 to 10 minutes, once) …");
    let started = Instant::now();
    let draft = draft_of(to)?;
    let built = sink.run(
        tool("go")
            .current_dir(workspace::root().join("xtask/consul"))
            .env("CGO_ENABLED", "0")
            .args(["build", "-trimpath", "-ldflags", "-s -w", "-o"])
            .arg(&draft)
            .arg("github.com/hashicorp/consul"),
    );
    keep(built, &draft, to)?;
    println!(
        "  built Consul {CURRENT} in {:.0} s: {}",
        started.elapsed().as_secs_f32(),
        to.display()
    );
    Ok(())
}

/// The last Consul that Debian had is in the pool of an old release, and runs on newer ones.
fn unpack(to: &Path, sink: &Sink) -> Outcome<()> {
    if !debian::is_here() || debian::architecture()? != "amd64" {
        return Err(format!(
            "Consul {OLD} comes from Debian amd64 (or set CONSUL_OLD_BIN)"
        ));
    }
    println!("  fetching Consul {OLD} (Debian's pool) …");
    let started = Instant::now();
    let draft = draft_of(to)?;
    let package = draft.with_extension("deb");
    let folder = draft.with_extension("unpacked");
    let unpacked = debian::fetch(OLD_PACKAGE, OLD_SHA256, &package, sink)
        .and_then(|()| check_sum(&package))
        .and_then(|()| sink.run(tool("dpkg").arg("-x").arg(&package).arg(&folder)))
        .and_then(|()| {
            fs::rename(folder.join("usr/bin/consul"), &draft).map_err(|error| error.to_string())
        });
    let _ = fs::remove_file(&package);
    let _ = fs::remove_dir_all(&folder);
    keep(unpacked, &draft, to)?;
    println!(
        "  fetched Consul {OLD} in {:.0} s: {}",
        started.elapsed().as_secs_f32(),
        to.display()
    );
    Ok(())
}

fn check_sum(package: &Path) -> Outcome<()> {
    let bytes = fs::read(package).map_err(|error| format!("{}: {error}", package.display()))?;
    let sum = compress::sha256(&bytes);
    if sum == OLD_SHA256 {
        Ok(())
    } else {
        Err(format!("{} has the sum {sum}", package.display()))
    }
}

/// A name beside the final one, of this process alone: two that build at once do not meet.
fn draft_of(to: &Path) -> Outcome<PathBuf> {
    let folder = workspace::cache();
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = to
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .replace('.', "_");
    Ok(folder.join(format!(".{name}_{}", process::id())))
}

/// Gives a draft that came out well its final name in one step.
fn keep(made: Outcome<()>, draft: &Path, to: &Path) -> Outcome<()> {
    let kept = made.and_then(|()| {
        output(tool(draft).arg("version"))?;
        fs::rename(draft, to).map_err(|error| format!("{}: {error}", to.display()))
    });
    if kept.is_err() {
        let _ = fs::remove_file(draft);
    }
    kept
}

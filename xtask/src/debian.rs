//! Debian's packages: installs them with apt, and fetches single files from the configured mirror.

use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use crate::command::{Outcome, Sink, on_path, output, tool};

/// apt works for one at a time.
static APT: Mutex<()> = Mutex::new(());

/// Whether this machine has apt.
pub(crate) fn is_here() -> bool {
    on_path("apt-get").is_some() && on_path("dpkg").is_some()
}

/// Installs packages, with a line that says so and one that says how long it took.
pub(crate) fn install(packages: &[&str], sink: &Sink) -> Outcome<()> {
    if !is_here() {
        return Err(format!(
            "{} cannot be installed: no apt here",
            packages.join(" ")
        ));
    }
    let _one_at_a_time = APT.lock().map_err(|error| error.to_string())?;
    println!("  installing {} (apt) …", packages.join(" "));
    let started = Instant::now();
    // a fresh machine has no package lists yet, an old one may have stale ones
    if apt(sink, "install", packages).is_err() {
        apt(sink, "update", &[])?;
        apt(sink, "install", packages)?;
    }
    let seconds = started.elapsed().as_secs_f32();
    println!("  installed {} in {seconds:.0} s", packages.join(" "));
    Ok(())
}

fn apt(sink: &Sink, what: &str, packages: &[&str]) -> Outcome<()> {
    let is_root = output(tool("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = if is_root {
        tool("apt-get")
    } else if on_path("sudo").is_some() {
        let mut sudo = tool("sudo");
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        return Err(format!("apt-get {what} needs root, and there is no sudo"));
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").args([
        "-q",
        "-y",
        "-o",
        "DPkg::Lock::Timeout=300",
        what,
    ]);
    if what == "install" {
        command.arg("--no-install-recommends").args(packages);
    }
    sink.run(&mut command)
}

/// The architecture's name, as Debian spells it (`amd64`).
pub(crate) fn architecture() -> Outcome<String> {
    Ok(output(tool("dpkg").arg("--print-architecture"))?
        .trim()
        .to_owned())
}

/// Fetches `pool_path` (`pool/main/c/…`) from the first of the configured Debian mirrors that has
/// it, through apt's own downloader (its proxies and its mirrors), with the sum checked there.
pub(crate) fn fetch(pool_path: &str, sha256: &str, to: &Path, sink: &Sink) -> Outcome<()> {
    let mut mirrors = mirrors_of(&output(tool("apt-get").args([
        "indextargets",
        "--format",
        "$(ORIGIN) $(REPO_URI)",
    ]))?);
    if mirrors.is_empty() {
        return Err("apt names no Debian mirror (run apt-get update once)".to_owned());
    }
    // the pool of old releases is at the main archive, not at the security one
    mirrors.sort_by_key(|mirror| mirror.contains("security"));
    let mut said = String::new();
    for mirror in mirrors {
        let url = format!("{mirror}{pool_path}");
        let fetched = sink.run(tool("/usr/lib/apt/apt-helper").args([
            "download-file".as_ref(),
            url.as_ref(),
            to.as_os_str(),
            format!("SHA256:{sha256}").as_ref(),
        ]));
        match fetched {
            Ok(()) => return Ok(()),
            Err(error) => said = error,
        }
    }
    Err(said)
}

/// Out of `Debian http://deb.debian.org/debian/` lines: the addresses, each once.
fn mirrors_of(targets: &str) -> Vec<String> {
    let mut mirrors: Vec<String> = targets
        .lines()
        .filter_map(|line| line.strip_prefix("Debian "))
        .map(|address| format!("{}/", address.trim().trim_end_matches('/')))
        .collect();
    mirrors.sort();
    mirrors.dedup();
    mirrors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debians_own_mirrors_are_taken_and_each_once() {
        let targets = "Debian http://deb.debian.org/debian/\nDebian http://deb.debian.org/debian\n\
                       . nodistro https://deb.nodesource.com/\n cloud https://packages.example/\n";
        assert_eq!(mirrors_of(targets), ["http://deb.debian.org/debian/"]);
    }
}

//! Other programs: how they are started, where their output goes, and what is said when one fails.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// What a part of xtask gives back: an error is one text for people.
pub(crate) type Outcome<T> = Result<T, String>;

/// Where a program's output goes.
#[derive(Clone, Debug)]
pub(crate) enum Sink {
    /// To the terminal, as it comes.
    Terminal,
    /// To the end of a file; the terminal shows it only when something fails.
    Log(PathBuf),
}

impl Sink {
    /// Runs a program to its end; any exit code but 0 is an error.
    pub(crate) fn run(&self, command: &mut Command) -> Outcome<()> {
        let status = self.status(command)?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{} ended with {status}", shown(command)))
        }
    }

    /// Runs a program to its end and gives its exit status.
    pub(crate) fn status(&self, command: &mut Command) -> Outcome<ExitStatus> {
        self.direct(command)?;
        command
            .status()
            .map_err(|error| format!("{} did not start: {error}", shown(command)))
    }

    /// Sends the program's output where it belongs.
    fn direct(&self, command: &mut Command) -> Outcome<()> {
        if let Self::Log(path) = self {
            let file = append(path)?;
            let twin = file.try_clone().map_err(|error| error.to_string())?;
            command
                .env("CARGO_TERM_COLOR", "never")
                .env("NO_COLOR", "1");
            command.stdin(Stdio::null()).stdout(file).stderr(twin);
        }
        Ok(())
    }

    /// Runs a program, and ends it when it takes longer than `limit`.
    pub(crate) fn run_within(&self, command: &mut Command, limit: Duration) -> Outcome<()> {
        self.direct(command)?;
        let mut child = command
            .spawn()
            .map_err(|error| format!("{} did not start: {error}", shown(command)))?;
        let started = Instant::now();
        loop {
            match child.try_wait().map_err(|error| error.to_string())? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("{} ended with {status}", shown(command))),
                None if started.elapsed() > limit => {
                    let _ = child.kill();
                    let _ = child.wait();
                    let seconds = limit.as_secs();
                    return Err(format!("{} took more than {seconds} s", shown(command)));
                }
                None => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }
}

fn append(path: &Path) -> Outcome<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// What a program printed to stdout; an error holds what it printed to stderr.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{} did not start: {error}", shown(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "{} ended with {}: {}",
            shown(command),
            output.status,
            said.trim()
        ))
    }
}

/// The cargo that runs us, in the root of the checkout.
pub(crate) fn cargo() -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = tool(program);
    command.current_dir(crate::workspace::root());
    command
}

/// Any program, without what `cargo run` put into our environment.
pub(crate) fn tool(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_of_cargo_run) {
            command.env_remove(name);
        }
    }
    command
}

/// Build scripts (ring's for one) ask to run again when these change: left in, a cargo under
/// `cargo xtask` and a cargo typed by hand would rebuild for each other for ever.
fn is_of_cargo_run(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || name.starts_with("CARGO_BIN_")
        || matches!(
            name,
            "CARGO" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "LD_LIBRARY_PATH" | "OUT_DIR"
        )
}

/// The first file of that name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_executable(file))
}

/// Whether it is a file that may be run.
pub(crate) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// The command as one would type it, cut to a readable length.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut text = name.to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    if text.chars().count() > 160 {
        text = text.chars().take(159).collect();
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_runs_own_variables_are_left_out_and_the_users_stay() {
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "LD_LIBRARY_PATH"] {
            assert!(is_of_cargo_run(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_NET_OFFLINE",
            "PATH",
        ] {
            assert!(!is_of_cargo_run(name), "{name}");
        }
    }

    #[test]
    fn a_command_is_shown_by_its_name_and_cut() {
        let mut command = Command::new("/usr/bin/tool");
        command.args(["a", "b"]);
        assert_eq!(shown(&command), "tool a b");
        command.arg("x".repeat(400));
        assert_eq!(shown(&command).chars().count(), 160);
    }

    #[test]
    fn a_program_that_fails_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let sink = Sink::Log(folder.path().join("log"));
        let mut command = Command::new("sh");
        command.args(["-c", "echo said; exit 3"]);
        let error = sink.run(&mut command).unwrap_err();
        assert!(error.starts_with("sh -c"), "{error}");
        assert!(error.contains("exit status: 3"), "{error}");
        assert_eq!(
            fs::read_to_string(folder.path().join("log")).unwrap(),
            "said\n"
        );
    }
}

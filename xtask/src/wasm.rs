//! The app as WebAssembly: finds a standard library for wasm32, compiles, and binds to JavaScript.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use wasm_bindgen_cli_support::Bindgen;

use crate::command::{Outcome, Sink, cargo, is_executable, on_path, output, tool};
use crate::module::with_short_imports;
use crate::{debian, split, workspace};

const TRIPLE: &str = "wasm32-unknown-unknown";

/// The glue, as the module that it is bound to imports it.
const IMPORTED_FROM: &str = "./app_bg.js";

/// What the page is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// To be sent: as small as it gets, weighed.
    Small,
    /// To be looked at while one works on it.
    Quick,
}

impl Build {
    /// Quick, or small.
    pub(crate) fn new(quick: bool) -> Self {
        if quick { Self::Quick } else { Self::Small }
    }

    fn profile(self) -> &'static str {
        match self {
            Self::Small => "wasm-release",
            Self::Quick => "wasm-quick",
        }
    }
}

/// How the standard library for wasm32 is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Std {
    /// The toolchain holds it (perhaps because rustup just added it).
    Toolchain,
    /// Built from the sources that Debian has beside its own compiler, by that compiler.
    Debian,
}

/// Finds the standard library, or makes it: in the toolchain, by rustup, by Debian.
/// `WAGGLE_WASM_STD=toolchain|rustup|debian` takes one of them and no other.
pub(crate) fn find_std(sink: &Sink) -> Outcome<Std> {
    let forced = env::var("WAGGLE_WASM_STD")
        .ok()
        .filter(|way| !way.is_empty());
    match forced.as_deref() {
        None => {
            if toolchain_has_it() {
                return Ok(Std::Toolchain);
            }
            match rustup_adds_it(sink) {
                Ok(()) => Ok(Std::Toolchain),
                Err(error) => {
                    println!("  {error}: going on with Debian's compiler and sources");
                    debian_builds_it(sink)
                }
            }
        }
        Some("toolchain") if toolchain_has_it() => Ok(Std::Toolchain),
        Some("toolchain") => Err(format!("the toolchain has no std for {TRIPLE}")),
        Some("rustup") => rustup_adds_it(sink).map(|()| Std::Toolchain),
        Some("debian") => debian_builds_it(sink),
        Some(other) => Err(format!(
            "WAGGLE_WASM_STD={other}: it is toolchain, rustup or debian"
        )),
    }
}

fn toolchain_has_it() -> bool {
    let folder = output(tool("rustc").args(["--print", "target-libdir", "--target", TRIPLE]));
    folder
        .ok()
        .and_then(|folder| fs::read_dir(folder.trim()).ok())
        .is_some_and(|files| {
            files
                .flatten()
                .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        })
}

fn rustup_adds_it(sink: &Sink) -> Outcome<()> {
    if on_path("rustup").is_none() {
        return Err(format!("no rustup to add {TRIPLE} with"));
    }
    println!("  adding {TRIPLE} (rustup) …");
    let started = Instant::now();
    sink.run_within(
        tool("rustup").args(["target", "add", TRIPLE]),
        Duration::from_secs(180),
    )
    .map_err(|error| format!("rustup has no {TRIPLE} ({error})"))?;
    if toolchain_has_it() {
        println!(
            "  added {TRIPLE} in {:.0} s",
            started.elapsed().as_secs_f32()
        );
        Ok(())
    } else {
        Err(format!("rustup added {TRIPLE}, but rustc does not find it"))
    }
}

fn debian_builds_it(sink: &Sink) -> Outcome<Std> {
    let sources = Path::new("/usr/lib/rustlib/src/rust/library/std/src");
    let is_complete = is_executable(Path::new("/usr/bin/rustc"))
        && is_executable(Path::new("/usr/bin/cargo"))
        && sources.is_dir();
    if !is_complete {
        debian::install(&["rustc-web", "cargo-web", "rust-web-src"], sink)?;
    }
    linker(sink)?;
    Ok(Std::Debian)
}

/// A linker that knows wasm: the one of the rustup toolchain, else Debian's.
fn linker(sink: &Sink) -> Outcome<PathBuf> {
    if let Some(found) = rust_lld().or_else(|| on_path("wasm-ld")) {
        return Ok(found);
    }
    debian::install(&["lld"], sink)?;
    on_path("wasm-ld").ok_or_else(|| "lld is installed, but there is no wasm-ld".to_owned())
}

fn rust_lld() -> Option<PathBuf> {
    let sysroot = output(tool("rustc").args(["--print", "sysroot"])).ok()?;
    let hosts = fs::read_dir(Path::new(sysroot.trim()).join("lib/rustlib")).ok()?;
    hosts
        .flatten()
        .map(|host| host.path().join("bin/rust-lld"))
        .find(|file| is_executable(file))
}

/// Cargo for the app with the feature `csr`, ready for a subcommand's arguments.
fn cargo_for_wasm(build: Build, how: Std, subcommand: &str, sink: &Sink) -> Outcome<Command> {
    let mut command = match how {
        Std::Toolchain => {
            let mut command = cargo();
            command.arg(subcommand);
            command
        }
        Std::Debian => {
            let mut command = tool("/usr/bin/cargo");
            command
                .current_dir(workspace::root())
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", "/usr/bin/rustc")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker(sink)?)
                .env_remove("RUSTUP_TOOLCHAIN")
                .args([subcommand, "-Z", "build-std=std,panic_abort"]);
            command
        }
    };
    command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags())
        .args(["--package", "app", "--lib"])
        .args(["--no-default-features", "--features", "csr"])
        .args(["--profile", build.profile(), "--target", TRIPLE])
        .arg("--target-dir")
        .arg(workspace::wasm_target());
    Ok(command)
}

/// Views as `AnyView` at each component's border: 389 KB br became 319 by it. Relocations: without
/// them the module cannot be split. And where the libraries lie on this machine is no business of
/// those who fetch the page: panics name their files from the library on.
fn flags() -> String {
    let flags = "--cfg erase_components -Clink-args=--emit-relocs";
    let libraries = workspace::libraries();
    // cargo cuts the flags at spaces
    match libraries.to_str().filter(|folder| !folder.contains(' ')) {
        Some(folder) => format!("{flags} --remap-path-prefix={folder}/="),
        None => flags.to_owned(),
    }
}

/// Compiles the app to a WebAssembly file and gives its path.
pub(crate) fn compile(build: Build, how: Std, sink: &Sink) -> Outcome<PathBuf> {
    let mut command = cargo_for_wasm(build, how, "rustc", sink)?;
    // an `rlib` beside it in Cargo.toml would turn LTO off without a word (rust-lang/cargo#9672)
    command.args(["--crate-type", "cdylib"]);
    sink.run(&mut command)?;
    let file = workspace::wasm_target()
        .join(TRIPLE)
        .join(build.profile())
        .join("app.wasm");
    if file.is_file() {
        Ok(file)
    } else {
        Err(format!("{} was not written", file.display()))
    }
}

/// Clippy over the app as the browser runs it, in the same target folder and profile as
/// [`compile`], so that macros and build scripts are compiled once for both.
pub(crate) fn lint(how: Std, sink: &Sink) -> Outcome<()> {
    let mut command = match how {
        Std::Toolchain => cargo_for_wasm(Build::Small, how, "clippy", sink)?,
        // Debian's clippy is one more package for the same answers: the host knows csr, too
        Std::Debian => {
            let mut command = cargo();
            command
                .args(["clippy", "--package", "app", "--lib", "--features", "csr"])
                .arg("--target-dir")
                .arg(workspace::wasm_target());
            command
        }
    };
    sink.run(command.args(["--", "-D", "warnings"]))
}

/// What wasm-bindgen makes of a compiled app.
#[derive(Debug)]
pub(crate) struct Bound {
    /// The module.
    pub(crate) wasm: Vec<u8>,
    /// The JavaScript around it.
    pub(crate) glue: String,
    /// Further modules that the glue imports: the path it says, and the text.
    pub(crate) snippets: Vec<(String, String)>,
    /// JavaScript that fetches the parts; the glue imports it as [`split::LOADER`].
    pub(crate) loader: String,
    /// The parts that come when they are wanted, by name.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
}

/// Splits a compiled app and binds it to JavaScript, in process: the library's version is the
/// macro's.
pub(crate) fn bind(wasm: &Path) -> Outcome<Bound> {
    let split = split::split(wasm, &workspace::wasm_target().join("parts"))?;
    let mut output = Bindgen::new()
        .input_bytes("app", split.main)
        .out_name("app")
        .web(true)
        .map_err(|error| format!("wasm-bindgen: {error:#}"))?
        // the parts live on what the linker exports: the memory and the table of functions
        .keep_lld_exports(true)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .map_err(|error| format!("wasm-bindgen: {error:#}"))?;
    let mut snippets = Vec::new();
    for (folder, inline) in output.snippets() {
        for (number, text) in inline.iter().enumerate() {
            let path = format!("./snippets/{folder}/inline{number}.js");
            snippets.push((path, text.clone()));
        }
    }
    for (path, text) in output.local_modules() {
        snippets.push((format!("./snippets/{path}"), text.clone()));
    }
    snippets.sort();
    let (wasm, names) = with_short_imports(&output.wasm_mut().emit_wasm(), IMPORTED_FROM)?;
    Ok(Bound {
        glue: renamed(output.js(), &names)?,
        wasm,
        snippets,
        loader: split.loader,
        parts: split.parts,
    })
}

/// The glue with other names for what it gives to the module: each stands at the start of a line.
fn renamed(glue: &str, names: &BTreeMap<String, String>) -> Outcome<String> {
    let mut left: BTreeSet<&String> = names.keys().collect();
    let lines = glue.split_inclusive('\n').map(|line| {
        let given = line.trim_start().split_once(": ");
        match given.and_then(|(old, what)| Some((names.get_key_value(old)?, what))) {
            Some(((old, new), what)) if left.remove(old) => format!("{new}: {what}"),
            _ => line.to_owned(),
        }
    });
    let text = lines.collect();
    match left.first() {
        Some(name) => Err(format!("wasm-bindgen's glue does not give {name}")),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_glue_gives_is_renamed_once() {
        let glue = "import0 = {\n        __wbg_key_1: function() {\n},\n__wbg_key_12: x,\n}";
        let names = |names: &[(&str, &str)]| {
            let names = names
                .iter()
                .map(|(old, new)| ((*old).into(), (*new).into()));
            names.collect::<BTreeMap<String, String>>()
        };
        let renamed_glue = renamed(
            glue,
            &names(&[("__wbg_key_1", "a0"), ("__wbg_key_12", "b0")]),
        );
        let wanted = "import0 = {\na0: function() {\n},\nb0: x,\n}";
        assert_eq!(renamed_glue.unwrap(), wanted);
        assert!(renamed(glue, &names(&[("__wbg_other", "a0")])).is_err());
    }
}

//! `cargo xtask build`, `demo` and `run`: the page, then the server that embeds it.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::time::Instant;

use crate::command::{Outcome, Sink, cargo, tool};
use crate::{dist, editor, optimize, wasm, workspace};

/// Builds the page into `dist/` with a known standard library.
pub(crate) fn page_with(how: wasm::Std, sink: &Sink) -> Outcome<()> {
    write(wasm::Build::Small, how, sink)
}

/// Builds the page into `dist/`.
pub(crate) fn page(build: wasm::Build) -> Outcome<()> {
    println!("building the page (WebAssembly) …");
    write(build, wasm::find_std(&Sink::Terminal)?, &Sink::Terminal)
}

fn write(build: wasm::Build, how: wasm::Std, sink: &Sink) -> Outcome<()> {
    let module = wasm::compile(build, how, sink)?;
    let editor = editor::bundle(sink)?;
    let mut bound = wasm::bind(&module)?;
    if build == wasm::Build::Small {
        let parts = bound.parts.iter_mut().map(|(_, part)| part);
        let modules = parts.chain([&mut bound.wasm]);
        optimize::optimize(modules, &workspace::optimized(), sink)?;
    }
    dist::write(bound, editor, build)
}

/// Builds everything in release and gives the binary's path.
pub(crate) fn release() -> Outcome<PathBuf> {
    let started = Instant::now();
    page(wasm::Build::Small)?;
    println!("building the server …");
    Sink::Terminal.run(cargo().args(["build", "--release", "--package", "server"]))?;
    let binary = workspace::target().join("release").join("waggle");
    if !binary.is_file() {
        return Err(format!("{} was not written", binary.display()));
    }
    println!(
        "built {} in {:.0} s",
        binary.display(),
        started.elapsed().as_secs_f32()
    );
    Ok(binary)
}

/// Builds, then becomes waggle: it says its address, and Ctrl-C and the exit code are its own.
pub(crate) fn serve(flags: &[String]) -> Outcome<()> {
    let binary = release()?;
    let error = tool(&binary).args(flags).exec();
    Err(format!("{} did not start: {error}", binary.display()))
}

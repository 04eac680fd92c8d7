//! Binaryen over modules that the compiler wrote and others cut and bound: the numbers in cut-off
//! parts are five bytes long each, and thousands of small functions are called from one place. A
//! first load is 3 % smaller by it, and has a seventh fewer functions, each of which a browser
//! compiles when it is first called. What it leaves is put in order ([`order`]).

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Outcome, Sink, tool};
use crate::compress::{sha256, write_whole};
use crate::{order, workspace};

/// What makes the result, beside the module: it is made anew when one of them changes.
const MAKERS: [&str; 2] = [
    include_str!("../../editor/optimize.js"),
    include_str!("order.rs"),
];

/// Optimises modules in place, or takes what `memory` (a folder) holds of them. The packages of
/// `editor/` are installed.
pub(crate) fn optimize<'a>(
    modules: impl Iterator<Item = &'a mut Vec<u8>>,
    memory: &Path,
    sink: &Sink,
) -> Outcome<()> {
    let failed = |error: std::io::Error| format!("{}: {error}", memory.display());
    let drafts = memory.join("drafts");
    match fs::remove_dir_all(&drafts) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => fs::create_dir_all(&drafts).map_err(failed)?,
    }
    let makers = MAKERS.concat();
    let mut left: Vec<(&mut Vec<u8>, PathBuf)> = Vec::new();
    for module in modules {
        let name = format!("{}.wasm", sha256(&[makers.as_bytes(), module].concat()));
        match fs::read(memory.join(&name)) {
            Ok(known) => *module = known,
            Err(_) => {
                fs::write(drafts.join(&name), &module).map_err(failed)?;
                left.push((module, name.into()));
            }
        }
    }
    if !left.is_empty() {
        let script = workspace::editor().join("optimize.js");
        sink.run(tool("node").args([&script, &drafts]))?;
    }
    for (module, name) in left {
        *module = order::reordered(&fs::read(drafts.join(&name)).map_err(failed)?)?;
        write_whole(&memory.join(&name), module)?;
    }
    Ok(())
}

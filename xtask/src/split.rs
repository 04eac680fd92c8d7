//! Cuts the app's module into what the first page needs and the parts that come when they are
//! wanted (`app/src/lazy/` says which).

use std::fs;
use std::path::Path;

use crate::command::Outcome;
use crate::module::without_custom_sections;

/// The glue's own name, as the loader of the parts imports it.
pub(crate) const GLUE: &str = "./app.js";

/// The loader's name, as the module and the glue import it.
pub(crate) const LOADER: &str = "./parts.js";

/// A module in parts.
#[derive(Debug)]
pub(crate) struct Split {
    /// What is left: what the first page needs, still to be bound to JavaScript.
    pub(crate) main: Vec<u8>,
    /// JavaScript that fetches parts. It imports [`GLUE`], and names parts `./<name>.wasm`.
    pub(crate) loader: String,
    /// The parts, by name.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
}

/// Cuts `module`, which was linked with `--emit-relocs`; `folder` is for the work in between.
pub(crate) fn split(module: &Path, folder: &Path) -> Outcome<Split> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let input = fs::read(module).map_err(|error| format!("{}: {error}", module.display()))?;
    let main = folder.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = GLUE;
    options.link_name = LOADER;
    // its thread pool and its files are its own; what it reports is the only thing to pass on
    let done = wasm_split_cli_support::transform(options)
        .map_err(|error| format!("splitting the module: {error:#}"))?;
    let mut parts = Vec::new();
    for file in done.split_modules {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(&file).map_err(failed)?;
        parts.push((name.into_owned(), without_custom_sections(&bytes)?));
    }
    parts.sort();
    Ok(Split {
        main: fs::read(&main).map_err(failed)?,
        // a part that does not come is told by the page that wants it; fetched ahead, it is no error
        loader: fs::read_to_string(folder.join(LOADER))
            .map_err(failed)?
            .replace("console.error(e);", ""),
        parts,
    })
}

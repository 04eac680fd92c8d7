//! Cuts the app's module into what the first page needs and the parts that come when they are
//! wanted (`app/src/lazy/` says which).

use std::fs;
use std::path::Path;

use crate::command::Outcome;

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

/// The module without names and other notes for tools: nobody reads them in a browser.
fn without_custom_sections(module: &[u8]) -> Outcome<Vec<u8>> {
    let cut = || "a part of the module ends early".to_owned();
    let (head, mut rest) = module.split_at_checked(8).ok_or_else(cut)?;
    let mut kept = head.to_vec();
    while let Some((id, after_id)) = rest.split_first() {
        let (length, after_length) = leb128(after_id).ok_or_else(cut)?;
        let whole = rest.len() - after_length.len() + length;
        let (section, next) = rest.split_at_checked(whole).ok_or_else(cut)?;
        if *id != 0 {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    Ok(kept)
}

/// An unsigned number as WebAssembly writes it, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_custom_sections_go() {
        let head = b"\0asm\x01\0\0\0";
        let custom = [&[0, 0x83, 0x01][..], &[7; 131]].concat();
        let code = [10, 2, 1, 1];
        let module = [&head[..], &custom, &code, &custom].concat();
        let kept = [&head[..], &code].concat();
        assert_eq!(without_custom_sections(&module).unwrap(), kept);
        assert!(without_custom_sections(&module[..module.len() - 1]).is_err());
        assert!(without_custom_sections(b"\0asm").is_err());
    }
}

//! The page's files in `dist/`: named by their content, precompressed, listed in `manifest.json`,
//! and weighed. The server embeds the folder as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::command::Outcome;
use crate::compress::{compress, sha256, write_whole};
use crate::loader::{Held, Loader};
use crate::shelf::Shelved;
use crate::wasm::{Bound, Build};
use crate::weight::{self, Weighed};
use crate::{editor, split, style, workspace};

/// How the names of the parts begin.
pub(crate) const PART: &str = "part-";

/// Which file plays which part, for the server's index.html.
#[derive(Debug, Serialize)]
struct Manifest {
    wasm: String,
    glue: String,
    /// What starts the page: a script that stands in it, not a file.
    boot: String,
    /// What comes when it is wanted, by name; what several share by their names with `+` between.
    parts: BTreeMap<String, String>,
    style: String,
    /// The style of what only parts need.
    style_of_parts: String,
}

/// The files of one build, by name.
#[derive(Debug, Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Takes a file in as `<stem>-<hash><ending>` and gives that name.
    fn add_hashed(&mut self, stem: &str, ending: &str, bytes: Vec<u8>) -> String {
        let hash = sha256(&bytes);
        let name = format!("{stem}-{}{ending}", &hash[..16]);
        self.0.insert(name.clone(), bytes);
        name
    }
}

/// Writes `dist/` anew where it differs, prints the sizes, and fails above the budget.
pub(crate) fn write(bound: Bound, editor: Vec<u8>, build: Build) -> Outcome<()> {
    let root = workspace::root();
    let mut files = Files::default();
    let mut manifest = collect(&mut files, bound, editor, &root, &in_one)?;
    let boot = editor::minified(
        manifest.boot.as_bytes(),
        &workspace::target().join("boot.js"),
    )?;
    manifest.boot = String::from_utf8(boot).map_err(|error| error.to_string())?;
    let memory = workspace::compressed();
    let mut weighed = Vec::new();
    let mut wanted = BTreeMap::new();
    for (name, bytes) in files.0 {
        if gains_by_compression(&name) {
            let small = compress(&bytes, build, &memory)?;
            weighed.push(Weighed::new(&name, bytes.len(), &small));
            wanted.insert(format!("{name}.br"), small.brotli);
            wanted.insert(format!("{name}.gz"), small.gzip);
        }
        wanted.insert(name, bytes);
    }
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| error.to_string())?;
    wanted.insert("manifest.json".to_owned(), text);
    replace(&workspace::dist(), &wanted)?;
    match build {
        Build::Quick => Ok(()),
        Build::Small => {
            print!("{}", weight::table(&weighed, &manifest.parts));
            weight::over_budget(&weighed, &manifest.parts).map_or(Ok(()), Err)
        }
    }
}

/// The glue and what fetches the parts, which import each other, as one minified file: apart they
/// were a request and a kilobyte more of every first load.
fn in_one(glue: &str, loader: &str) -> Outcome<Vec<u8>> {
    let folder = workspace::target().join("glue");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, text) in [(split::GLUE, glue), (split::LOADER, loader)] {
        write_whole(&folder.join(name), text.as_bytes())?;
    }
    editor::bundled(&folder.join(split::GLUE))
}

/// Names the files of a build; `in_one` makes one script of the glue and of what fetches parts.
fn collect(
    files: &mut Files,
    bound: Bound,
    editor: Vec<u8>,
    root: &Path,
    in_one: &dyn Fn(&str, &str) -> Outcome<Vec<u8>>,
) -> Outcome<Manifest> {
    let mut glue = bound.glue;
    for (path, text) in bound.snippets {
        let name = files.add_hashed(editor::SNIPPET, ".js", text.into_bytes());
        glue = glue.replace(&path, &format!("./{name}"));
    }
    let wasm = files.add_hashed_module(bound.wasm);
    let loader = Loader::read(&bound.loader)?;
    let shelved = Shelved::new(&loader, bound.parts);
    let mut parts = BTreeMap::new();
    let mut held = Vec::new();
    for shelf in shelved.shelves {
        let mut names: Vec<String> = shelf.sharers().into_iter().collect();
        let file = files.add_hashed(&format!("{PART}{}", shelf.name), ".wasm", shelf.bytes);
        held.push(Held {
            file: file.clone(),
            chunks: shelf.chunks,
        });
        names.push(shelf.name);
        parts.insert(names.join("+"), file);
    }
    let mut own = BTreeMap::new();
    for (part, bytes) in shelved.parts {
        let file = files.add_hashed(&format!("{PART}{part}"), ".wasm", bytes);
        own.insert(part, file);
    }
    let loader = loader.write(&held, &own)?;
    parts.extend(own);
    let editor = files.add_hashed(&format!("{PART}editor"), ".js", editor);
    let glue = files.add_hashed("app", ".js", in_one(&glue, &loader)?);
    let sheets = style::bundle(&root.join("style"))?;
    let style = files.add_hashed("style", ".css", sheets.first.into_bytes());
    let of_parts = sheets.of_parts.into_bytes();
    let style_of_parts = files.add_hashed(&format!("{PART}style"), ".css", of_parts);
    let boot = boot(&[
        ("GLUE", &glue),
        ("WASM", &wasm),
        ("EDITOR", &editor),
        ("STYLE", &style),
        ("STYLE_OF_PARTS", &style_of_parts),
    ]);
    parts.insert("editor".to_owned(), editor);
    // the sprite is in the server, which writes it into each page
    let public = public_files(&root.join("public"))?;
    let files_of_their_own = public.into_iter().filter(|(name, _)| name != "icons.svg");
    files.0.extend(files_of_their_own);
    Ok(Manifest {
        wasm,
        glue,
        boot,
        parts,
        style,
        style_of_parts,
    })
}

impl Files {
    fn add_hashed_module(&mut self, bytes: Vec<u8>) -> String {
        let hash = sha256(&bytes);
        let name = format!("app-{}_bg.wasm", &hash[..16]);
        self.0.insert(name.clone(), bytes);
        name
    }
}

/// Starts the module (`boot.js` says how), and knows the text editor: what the module imported
/// itself would be one more file of the first load.
fn boot(files: &[(&str, &str)]) -> String {
    let mut text = include_str!("boot.js").to_owned();
    for (name, file) in files {
        text = text.replace(&format!("\"{name}\""), &format!("\"{file}\""));
    }
    text
}

fn public_files(folder: &Path) -> Outcome<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && !name.starts_with('.') {
            let bytes = fs::read(entry.path()).map_err(|error| format!("{name}: {error}"))?;
            found.push((name, bytes));
        }
    }
    found.sort();
    Ok(found)
}

fn gains_by_compression(name: &str) -> bool {
    !matches!(
        name.rsplit('.').next(),
        Some("png" | "jpg" | "jpeg" | "webp" | "avif" | "woff2" | "gz" | "br")
    )
}

/// Makes the folder hold exactly these files. What is right already is not touched: cargo embeds
/// the folder again when anything in it is newer than the server.
fn replace(folder: &Path, wanted: &BTreeMap<String, Vec<u8>>) -> Outcome<()> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, bytes) in wanted {
        let file = folder.join(name);
        if !fs::read(&file).is_ok_and(|found| &found == bytes) {
            write_whole(&file, bytes)?;
        }
    }
    let names: BTreeSet<&str> = wanted.keys().map(String::as_str).collect();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if !names.contains(name.to_string_lossy().as_ref()) && entry.path().is_file() {
            fs::remove_file(entry.path()).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_the_contents_hash() {
        let mut files = Files::default();
        let name = files.add_hashed("style", ".css", b"abc".to_vec());
        assert_eq!(name, "style-ba7816bf8f01cfea.css");
        assert_eq!(
            files.add_hashed_module(b"abc".to_vec()),
            "app-ba7816bf8f01cfea_bg.wasm"
        );
    }

    #[test]
    fn the_glue_imports_snippets_by_their_hashed_names() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("style")).unwrap();
        fs::create_dir(root.path().join("public")).unwrap();
        let bound = Bound {
            wasm: vec![0],
            glue: "import { x } from './snippets/app-1/inline0.js';".to_owned(),
            snippets: vec![("./snippets/app-1/inline0.js".to_owned(), "abc".to_owned())],
            loader:
                "export const __wasm_split_load_kv = wrapAsyncCb(makeLoad(() => {\n}\n, []));\n"
                    .to_owned(),
            parts: vec![("split_kv".to_owned(), b"z".to_vec())],
        };
        let mut files = Files::default();
        let in_one = |glue: &str, loader: &str| Ok(format!("{glue}\n{loader}").into_bytes());
        let editor = b"editor".to_vec();
        let manifest = collect(&mut files, bound, editor, root.path(), &in_one).unwrap();
        let script = String::from_utf8(files.0[&manifest.glue].clone()).unwrap();
        assert!(script.starts_with("import { x } from './snippet-ba7816bf8f01cfea.js';\n"));
        let part = "__wasm_split_load_kv = part(\"./part-kv-594e519ae499312b.wasm\", 1);\n";
        assert!(script.ends_with(part), "{script}");
        assert_eq!(manifest.parts["kv"], "part-kv-594e519ae499312b.wasm");
        assert!(files.0.contains_key("snippet-ba7816bf8f01cfea.js"));
        for file in [
            &manifest.glue,
            &manifest.wasm,
            &manifest.style,
            &manifest.style_of_parts,
        ] {
            assert!(manifest.boot.contains(file), "{file}: {}", manifest.boot);
        }
    }

    #[test]
    fn the_folder_holds_exactly_what_is_wanted_and_the_same_file_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("same");
        fs::write(&file, "1").unwrap();
        fs::write(folder.path().join("old"), "1").unwrap();
        let before = fs::metadata(&file).unwrap().modified().unwrap();
        let wanted = BTreeMap::from([
            ("same".to_owned(), b"1".to_vec()),
            ("new".to_owned(), b"2".to_vec()),
        ]);
        replace(folder.path(), &wanted).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
        assert_eq!(fs::read(folder.path().join("new")).unwrap(), b"2");
        assert!(!folder.path().join("old").exists());
    }
}

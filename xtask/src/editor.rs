//! The text editor of `editor/`: CodeMirror as one file, which the page fetches when one edits.

use std::fs;

use crate::command::{Outcome, Sink, tool};
use crate::{npm, workspace};

/// Bundles the editor with its packages, which are installed first where they are not.
pub(crate) fn bundle(sink: &Sink) -> Outcome<Vec<u8>> {
    let folder = workspace::editor();
    npm::packages(&folder, sink)?;
    let file = workspace::target().join("editor.js");
    sink.run(
        tool("npx")
            .current_dir(&folder)
            .args(["--no-install", "esbuild", "src/main.js"])
            .args(["--bundle", "--format=esm", "--minify", "--target=es2022"])
            .args(["--legal-comments=none", "--log-level=warning"])
            .arg(format!("--outfile={}", file.display())),
    )?;
    fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))
}

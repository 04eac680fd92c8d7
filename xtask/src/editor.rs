//! The text editor of `editor/`: CodeMirror as one file, which the page fetches when one edits.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::{Outcome, Sink, output, tool};
use crate::{npm, workspace};

/// Bundles the editor with its packages, which are installed first where they are not.
pub(crate) fn bundle(sink: &Sink) -> Outcome<Vec<u8>> {
    let folder = workspace::editor();
    npm::packages(&folder, sink)?;
    let file = workspace::target().join("editor.js");
    sink.run(
        esbuild()
            .args(["src/main.js", "--bundle"])
            .arg(format!("--outfile={}", file.display())),
    )?;
    fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))
}

/// How the names of modules begin that stay files of their own beside what imports them.
pub(crate) const SNIPPET: &str = "snippet";

/// A JavaScript module and what it imports as one, in fewer bytes. The packages are there once
/// [`bundle`] has run.
pub(crate) fn bundled(module: &Path) -> Outcome<Vec<u8>> {
    output(
        esbuild()
            .arg("--bundle")
            .arg(format!("--external:./{SNIPPET}-*"))
            .arg(module),
    )
    .map(String::into_bytes)
}

/// The same JavaScript module in fewer bytes; `file` holds it for the moment. The packages are
/// there once [`bundle`] has run.
pub(crate) fn minified(module: &[u8], file: &Path) -> Outcome<Vec<u8>> {
    fs::write(file, module).map_err(|error| format!("{}: {error}", file.display()))?;
    output(esbuild().arg(file)).map(String::into_bytes)
}

/// What makes a module of JavaScript small, for the browsers that run the page.
fn esbuild() -> Command {
    let mut command = tool("npx");
    command
        .current_dir(workspace::editor())
        .args(["--no-install", "esbuild", "--format=esm", "--minify"])
        .args(["--target=es2022", "--legal-comments=none"])
        .arg("--log-level=warning");
    command
}

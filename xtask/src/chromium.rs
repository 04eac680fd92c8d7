//! The browser tests' own needs: Debian's Chromium with fonts, and the npm packages of `end2end/`.

use std::env;
use std::path::{Path, PathBuf};

use crate::command::{Outcome, Sink, is_executable, on_path};
use crate::{debian, npm, workspace};

/// Finds a Chromium (`$CHROMIUM_BIN` first), or installs Debian's; with fonts for Chinese.
pub(crate) fn chromium(sink: &Sink) -> Outcome<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM_BIN").filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        return if is_executable(&named) {
            Ok(named)
        } else {
            Err(format!(
                "CHROMIUM_BIN is {}, which cannot be run",
                named.display()
            ))
        };
    }
    let mut missing = Vec::new();
    if on_path("chromium").is_none() {
        missing.push("chromium");
    }
    if debian::is_here() && !Path::new("/usr/share/doc/fonts-noto-cjk").exists() {
        missing.push("fonts-noto-cjk");
    }
    if !missing.is_empty() {
        debian::install(&missing, sink)?;
    }
    on_path("chromium").ok_or_else(|| "no chromium on PATH (or set CHROMIUM_BIN)".to_owned())
}

/// Installs the npm packages of `end2end/`.
pub(crate) fn packages(sink: &Sink) -> Outcome<()> {
    npm::packages(&workspace::end2end(), sink)
}

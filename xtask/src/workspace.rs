//! Where things are: the checkout, cargo's target folder, the user's cache folder.

use std::env;
use std::path::PathBuf;

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    // cargo sets it when it runs us, so that a checkout that was moved is found without a rebuild
    let manifest_folder = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest_folder
        .parent()
        .map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |path| root().join(path))
}

/// The target folder of the wasm build: its own, so that it runs beside the server's build.
pub(crate) fn wasm_target() -> PathBuf {
    target().join("wasm")
}

/// The page's files, as the server embeds them.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The browser tests.
pub(crate) fn end2end() -> PathBuf {
    root().join("end2end")
}

/// The text editor's sources.
pub(crate) fn editor() -> PathBuf {
    root().join("editor")
}

/// What outlives a `cargo clean`: `$XDG_CACHE_HOME/waggle` or `~/.cache/waggle`.
pub(crate) fn cache() -> PathBuf {
    env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(env::temp_dir)
        .join("waggle")
}

/// Where cargo keeps the sources of libraries.
pub(crate) fn libraries() -> PathBuf {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .unwrap_or_default()
        .join("registry/src")
}

/// What was compressed once, by content.
pub(crate) fn compressed() -> PathBuf {
    target().join("compressed")
}

/// Modules that were optimised once, by the content before.
pub(crate) fn optimized() -> PathBuf {
    target().join("optimized")
}

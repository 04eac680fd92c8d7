//! Addresses of `changes`: plans of many keys, their steps, applying and undoing them.

use serde::Serialize;
use wire::{
    changes::{
        Apply, Change, CopyKeys, DeleteKeys, ExportCount, Interrupted, Matching, StepDetail, Steps,
    },
    problem::Problem,
};

use super::request;
use crate::routes::part;

/// A change as far as it is.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn get(id: &str) -> Result<Change, Problem> {
    request::get(&format!("api/changes/{id}")).await
}

/// The changes that run or can still be undone, the last one first.
///
/// # Errors
/// Any problem.
pub async fn recent() -> Result<Vec<Change>, Problem> {
    request::get("api/changes").await
}

/// Some steps of a change: those whose action or outcome is `only`, or all where that is empty.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn steps(id: &str, offset: usize, limit: usize, only: &str) -> Result<Steps, Problem> {
    request::get(&format!(
        "api/changes/{id}/steps?offset={offset}&limit={limit}&only={only}"
    ))
    .await
}

/// One step with its values.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn step(id: &str, number: usize) -> Result<StepDetail, Problem> {
    request::get(&format!("api/changes/{id}/steps/{number}")).await
}

/// Carries a planned change out; gives it as it is when that has begun.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn apply(id: &str, how: &Apply) -> Result<Change, Problem> {
    request::send("POST", &format!("api/changes/{id}/apply"), Some(how)).await
}

/// Forgets a planned change, or stops a running one.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn cancel(id: &str) -> Result<Change, Problem> {
    request::send("POST", &format!("api/changes/{id}/cancel"), None::<&()>).await
}

/// Plans what takes a change back.
///
/// # Errors
/// `not_found` where it is forgotten, or any other problem.
pub async fn undo(id: &str) -> Result<Change, Problem> {
    request::send("POST", &format!("api/changes/{id}/undo"), None::<&()>).await
}

/// Changes that were left unfinished, oldest first.
///
/// # Errors
/// Any problem.
pub async fn interrupted() -> Result<Vec<Interrupted>, Problem> {
    request::get("api/changes/interrupted").await
}

/// Plans what remains of one.
///
/// # Errors
/// `not_found` where it is forgotten or nothing remains, or any other problem.
pub async fn plan_rest(id: &str) -> Result<Change, Problem> {
    let url = format!("api/changes/interrupted/{id}/rest");
    request::send("POST", &url, None::<&()>).await
}

/// Forgets one.
///
/// # Errors
/// `not_found` where that was done, or any other problem.
pub async fn forget(id: &str) -> Result<(), Problem> {
    let url = format!("api/changes/interrupted/{id}/forget");
    request::send_without_answer("POST", &url, None::<&()>).await
}

/// Plans to delete keys and folders.
///
/// # Errors
/// Any problem.
pub async fn plan_delete(request: &DeleteKeys) -> Result<Change, Problem> {
    request::send("POST", "api/kv/delete", Some(request)).await
}

/// Plans to copy keys and folders, or to move them.
///
/// # Errors
/// Any problem.
pub async fn plan_copy(request: &CopyKeys, is_move: bool) -> Result<Change, Problem> {
    let url = if is_move {
        "api/kv/move"
    } else {
        "api/kv/copy"
    };
    request::send("POST", url, Some(request)).await
}

/// Keys to export.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Export {
    /// Where.
    pub datacenter: String,
    /// Whole keys; one that ends with `/` is a folder, the empty one all keys.
    pub keys: Vec<String>,
    /// Beside them all that a filter finds.
    pub matching: Option<Matching>,
    /// No folders are meant: a key that ends with `/` is a key like the others.
    pub exactly: bool,
    /// `consul`, `yaml`, `json` or `zip`.
    pub format: &'static str,
}

impl Default for Export {
    fn default() -> Self {
        Self {
            datacenter: String::new(),
            keys: Vec::new(),
            matching: None,
            exactly: false,
            format: "consul",
        }
    }
}

/// The file with these keys, and its name.
///
/// # Errors
/// `bad_request` naming the keys that do not fit the format, or any other problem.
pub async fn export(request: &Export) -> Result<(web_sys::Blob, String), Problem> {
    request::fetch_file("api/kv/export", request).await
}

/// How many keys such a file would hold, and how many of them are marked secret.
///
/// # Errors
/// Any problem.
pub async fn count(request: &Export) -> Result<ExportCount, Problem> {
    request::send("POST", "api/kv/export/count", Some(request)).await
}

/// Plans to import a file, each key behind `prefix`.
///
/// # Errors
/// `bad_request` with what is wrong with the file, or any other problem.
pub async fn plan_import(dc: &str, prefix: &str, file: &web_sys::Blob) -> Result<Change, Problem> {
    let url = format!("api/kv/import?dc={}&prefix={}", part(dc), part(prefix));
    request::send_file(&url, file).await
}

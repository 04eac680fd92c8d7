//! Files that the page hands to its reader.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

/// Hands a file to the browser, as a link with `download` does.
///
/// # Errors
///
/// What the browser throws where it does not take it.
pub(crate) fn hand_over(file: &Blob, name: &str) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}

/// The same of bytes.
///
/// # Errors
///
/// As of [`hand_over`].
pub(crate) fn hand_over_bytes(bytes: &[u8], name: &str) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    hand_over(&Blob::new_with_u8_array_sequence(&parts)?, name)
}

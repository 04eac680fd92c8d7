//! What a part of the page needs to know of the screen; in the browser only.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, NodeList};

/// From how many pixels on something can stand beside a list, as the style says.
const WIDE_PIXELS: f64 = 1024.0;

/// There is room beside a list.
#[must_use]
pub fn is_wide() -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| width >= WIDE_PIXELS)
}

/// The height of what is seen of the page, in pixels.
#[must_use]
pub fn height() -> f64 {
    window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or_default()
}

/// What was found by a selector.
#[must_use]
pub fn elements(found: Result<NodeList, JsValue>) -> Vec<HtmlElement> {
    let Ok(list) = found else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|index| list.item(index)?.dyn_into().ok())
        .collect()
}

//! What the tree's width is changed with.

use leptos::prelude::*;

use crate::{
    i18n::use_t,
    state::{TREE_PIXELS, use_preferences},
};

/// Between the tree and the list: drawn with the pointer, moved with the arrow keys.
#[component]
pub fn Handle() -> impl IntoView {
    let t = use_t();
    let tree = use_preferences().tree;
    let drawn = StoredValue::new(false);
    let set = move |pixels: i32| {
        if tree.get_untracked() != Some(pixels) {
            tree.set(Some(pixels));
        }
    };
    let begin = move |event: web_sys::PointerEvent| {
        event.prevent_default();
        if let Some(handle) = event_target_element(&event) {
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
        drawn.set_value(true);
    };
    let draw = move |event: web_sys::PointerEvent| {
        let left = event_target_element(&event)
            .and_then(|handle| handle.parent_element())
            .map(|tree| tree.get_bounding_client_rect().left());
        if let (true, Some(left)) = (drawn.get_value(), left) {
            #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
            set(nearest(event.client_x() - left as i32));
        }
    };
    let press = move |event: web_sys::KeyboardEvent| {
        let at = TREE_PIXELS
            .iter()
            .position(|pixels| Some(*pixels) == tree.get_untracked())
            .unwrap_or_default();
        let to = match event.key().as_str() {
            "ArrowLeft" => at.checked_sub(1),
            "ArrowRight" => Some(at + 1),
            "Home" => Some(0),
            "End" => Some(TREE_PIXELS.len() - 1),
            _ => return,
        };
        event.prevent_default();
        if let Some(pixels) = to.and_then(|to| TREE_PIXELS.get(to)) {
            set(*pixels);
        }
    };
    view! {
        <div
            class="tree-handle"
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=t.folder.tree_width
            aria-valuemin=TREE_PIXELS[0]
            aria-valuemax=TREE_PIXELS[TREE_PIXELS.len() - 1]
            aria-valuenow=move || tree.get().unwrap_or_default()
            on:pointerdown=begin
            on:pointermove=draw
            on:pointerup=move |_| drawn.set_value(false)
            on:pointercancel=move |_| drawn.set_value(false)
            on:keydown=press
        ></div>
    }
    .into_any()
}

fn event_target_element(event: &web_sys::PointerEvent) -> Option<web_sys::Element> {
    use wasm_bindgen::JsCast as _;
    event.target()?.dyn_into().ok()
}

/// The width nearest to what was drawn.
fn nearest(pixels: i32) -> i32 {
    let nearest = TREE_PIXELS
        .iter()
        .min_by_key(|width| (*width - pixels).abs());
    nearest.copied().unwrap_or(pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_steps() {
        assert_eq!(nearest(-50), TREE_PIXELS[0]);
        assert_eq!(nearest(TREE_PIXELS[1] + 3), TREE_PIXELS[1]);
        assert_eq!(nearest(5000), TREE_PIXELS[TREE_PIXELS.len() - 1]);
    }
}

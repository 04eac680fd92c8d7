//! What a part of the page needs to know of the screen; in the browser only.

use std::time::Duration;

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, FocusOptions, HtmlElement, NodeList};

/// From how many pixels on something can stand beside a list, as the style says.
const WIDE_PIXELS: f64 = 1024.0;

/// The attribute of a list that has a row that is wanted.
const WANTED: &str = "data-wanted-row";

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

/// Where sticky parts end above what is read, and begin below it.
const COVERED_ABOVE_PIXELS: f64 = 100.0;
const COVERED_BELOW_PIXELS: f64 = 48.0;

/// The height of what is seen and not covered, in pixels.
#[must_use]
pub fn clear_height() -> f64 {
    height() - COVERED_ABOVE_PIXELS - COVERED_BELOW_PIXELS
}

/// Scrolls so that what lies between two heights of the screen is seen and not covered, where it is
/// not yet.
pub fn uncover(top: f64, bottom: f64) {
    let above = top - COVERED_ABOVE_PIXELS;
    let below = bottom - (height() - COVERED_BELOW_PIXELS);
    // of what is higher than the screen the beginning
    let by = if above < 0.0 || below > above {
        above
    } else {
        below.max(0.0)
    };
    // less than a pixel cannot be scrolled everywhere
    if by.abs() >= 1.0 {
        window().scroll_by_with_x_and_y(0.0, by);
    }
}

/// The same of an element.
pub fn uncover_element(element: &Element) {
    let rect = element.get_bounding_client_rect();
    uncover(rect.top(), rect.bottom());
}

/// Calls `scrolled` while the page scrolls and `resized` while the window changes its size, as long as
/// the caller's owner is there.
pub fn follow(scrolled: impl Fn() + 'static, resized: impl Fn() + 'static) {
    let handles = [
        window_event_listener(ev::scroll, move |_| scrolled()),
        window_event_listener(ev::resize, move |_| resized()),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
}

/// Something that is done once however often it was asked for meanwhile, and not where its page is
/// gone by then.
#[derive(Clone, Copy, Default)]
pub struct Soon {
    waits: StoredValue<bool>,
}

impl Soon {
    /// Does it before the page is painted next.
    pub fn by_frame(self, act: impl FnOnce() + 'static) {
        if self.begins() {
            request_animation_frame(move || self.end(act));
        }
    }

    /// Does it when `wait` is over.
    pub fn after(self, wait: Duration, act: impl FnOnce() + 'static) {
        if self.begins() {
            set_timeout(move || self.end(act), wait);
        }
    }

    fn begins(self) -> bool {
        let begins = self.waits.try_get_value() == Some(false);
        if begins {
            self.waits.set_value(true);
        }
        begins
    }

    fn end(self, act: impl FnOnce()) {
        if self.waits.try_set_value(false).is_none() {
            act();
        }
    }
}

/// The number of the row of `list` that the keys asked for, and which is not drawn yet.
#[must_use]
pub fn wanted_row(list: &Element) -> Option<String> {
    list.get_attribute(WANTED)
}

/// Asks for a row of `list` by its number: it gets the focus as soon as it is drawn.
pub fn want_row(list: &Element, number: &str) {
    let _ = list.set_attribute(WANTED, number);
}

/// The row of `list` that the keys asked for gets the focus. False where none was asked for, or it
/// is not drawn yet.
#[must_use]
pub fn focus_wanted_row(list: &Element) -> bool {
    let Some(number) = wanted_row(list) else {
        return false;
    };
    let link = format!(
        ":is([aria-rowindex=\"{number}\"], [data-place=\"{number}\"]:not([aria-rowindex])) [data-row-link]"
    );
    let Ok(Some(link)) = list.query_selector(&link) else {
        return false;
    };
    let _ = list.remove_attribute(WANTED);
    focus(&link);
    true
}

/// Gives the focus; nothing scrolls.
pub fn focus(element: &Element) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus_with_options(&options);
    }
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

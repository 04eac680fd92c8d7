//! What stays as it is while rows come and go round it: the focus, and the place on the screen.
//! Where rows come above others, leptos takes some of those out and puts them in again: the focus
//! and the browser's own anchor would be lost.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::screen;

/// Where what covers the top of the screen ends.
const COVERED_PIXELS: f64 = 80.0;

/// Taken before rows are drawn.
pub(super) struct Hold {
    focused: Option<HtmlElement>,
    /// A row that is read, and where it stands.
    anchor: Option<(HtmlElement, f64)>,
}

impl Hold {
    /// What is held now. At the top of the page no row is: what comes there is to be seen.
    pub(super) fn take() -> Self {
        let rows = screen::elements(document().query_selector_all("[data-place]"));
        let focused = document()
            .active_element()
            .filter(|element| rows.iter().any(|row| row.contains(Some(element))))
            .and_then(|element| element.dyn_into().ok());
        let scrolled = window().scroll_y().is_ok_and(|pixels| pixels > 0.0);
        let read = rows
            .into_iter()
            .filter(|_| scrolled)
            .map(|row| (row.get_bounding_client_rect(), row))
            .find(|(place, _)| place.bottom() > COVERED_PIXELS);
        Self {
            focused,
            anchor: read.map(|(place, row)| (row, place.top())),
        }
    }

    /// Once they are drawn. The row that the keys asked for gets the focus where it is there now: a
    /// moment later the one that has it may be gone, and the next key would find none.
    pub(super) fn give_back(self) {
        if let Some((row, top)) = self.anchor.filter(|(row, _)| row.is_connected()) {
            let moved = row.get_bounding_client_rect().top() - top;
            if moved.abs() > 0.5 {
                window().scroll_by_with_x_and_y(0.0, moved);
            }
        }
        let list = document()
            .query_selector("[data-wanted-row]")
            .ok()
            .flatten();
        if list.as_ref().is_some_and(screen::focus_wanted_row) {
            // it is drawn, and maybe not yet seen
            if let Some(row) = document().active_element() {
                screen::uncover_element(&row);
            }
            return;
        }
        let lost = self.focused.filter(|element| {
            let has_focus = document().active_element().as_ref() == Some(element.as_ref());
            element.is_connected() && !has_focus
        });
        if let Some(lost) = lost {
            let wanted = list.as_ref().and_then(screen::wanted_row);
            screen::focus(&lost);
            // a focus that moves ends the wait for a row; this one does not move
            if let (Some(list), Some(wanted)) = (list, wanted) {
                screen::want_row(&list, &wanted);
            }
        }
    }
}

//! What a hand did before the wasm arrived: text typed, the focus, how far it scrolled. Taken from
//! the page that the server rendered, given to the one that is mounted in its place.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// What is carried; only fields with an `id` can be found again.
pub(crate) struct CarryOver {
    scroll: (f64, f64),
    typed: Vec<(String, String)>,
    focus: Option<Focus>,
}

struct Focus {
    id: String,
    selection: Option<(u32, u32)>,
}

impl CarryOver {
    /// What stands below `host` now.
    pub(crate) fn take(host: &HtmlElement) -> Self {
        let window = window();
        let scroll = (
            window.scroll_x().unwrap_or_default(),
            window.scroll_y().unwrap_or_default(),
        );
        let mut typed = Vec::new();
        if let Ok(found) = host.query_selector_all("input[id], textarea[id]") {
            for index in 0..found.length() {
                let field = found
                    .item(index)
                    .and_then(|node| node.dyn_into::<Element>().ok())
                    .and_then(|element| Field::of(&element).map(|field| (element.id(), field)));
                if let Some((id, field)) = field
                    && field.value() != field.default_value()
                {
                    typed.push((id, field.value()));
                }
            }
        }
        let focus = document()
            .active_element()
            .filter(|element| !element.id().is_empty() && host.contains(Some(element)))
            .map(|element| Focus {
                id: element.id(),
                selection: Field::of(&element).and_then(|field| field.selection()),
            });
        Self {
            scroll,
            typed,
            focus,
        }
    }

    /// Gives it to the page mounted since. The focus at once, so that no key press is lost; the
    /// text before the next frame, when the first effects of the page have run.
    pub(crate) fn give(self) {
        if let Some(focus) = &self.focus
            && let Some(element) = document().get_element_by_id(&focus.id)
            && let Ok(element) = element.dyn_into::<HtmlElement>()
        {
            let _ = element.focus();
        }
        window().scroll_to_with_x_and_y(self.scroll.0, self.scroll.1);
        request_animation_frame(move || {
            for (id, text) in &self.typed {
                let element = document().get_element_by_id(id);
                if let Some(field) = element.as_ref().and_then(Field::of) {
                    field.set(text);
                }
            }
            if let Some(Focus {
                id,
                selection: Some(selection),
            }) = &self.focus
                && let Some(field) = document()
                    .get_element_by_id(id)
                    .as_ref()
                    .and_then(Field::of)
            {
                field.select(*selection);
            }
        });
    }
}

/// Something to type into.
enum Field {
    Input(HtmlInputElement),
    Area(HtmlTextAreaElement),
}

impl Field {
    fn of(element: &Element) -> Option<Self> {
        element
            .dyn_ref()
            .cloned()
            .map(Self::Input)
            .or_else(|| element.dyn_ref().cloned().map(Self::Area))
    }

    fn value(&self) -> String {
        match self {
            Self::Input(input) => input.value(),
            Self::Area(area) => area.value(),
        }
    }

    fn default_value(&self) -> String {
        match self {
            Self::Input(input) => input.default_value(),
            Self::Area(area) => area.default_value().unwrap_or_default(),
        }
    }

    fn selection(&self) -> Option<(u32, u32)> {
        let (start, end) = match self {
            Self::Input(input) => (input.selection_start(), input.selection_end()),
            Self::Area(area) => (area.selection_start(), area.selection_end()),
        };
        Some((start.ok()??, end.ok()??))
    }

    fn select(&self, (start, end): (u32, u32)) {
        let _ = match self {
            Self::Input(input) => input.set_selection_range(start, end),
            Self::Area(area) => area.set_selection_range(start, end),
        };
    }

    /// Sets the text as if it were typed.
    fn set(&self, text: &str) {
        let target: &web_sys::EventTarget = match self {
            Self::Input(input) => {
                input.set_value(text);
                input
            }
            Self::Area(area) => {
                area.set_value(text);
                area
            }
        };
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &init) {
            let _ = target.dispatch_event(&event);
        }
    }
}

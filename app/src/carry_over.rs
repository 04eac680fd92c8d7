//! What a hand did before the wasm arrived: text typed, the focus, how far it scrolled. Taken from
//! the page that the server rendered, given to the one that is mounted in its place.

use std::{cell::Cell, rc::Rc};

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

use crate::screen;

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
        for element in screen::elements(host.query_selector_all("input[id], textarea[id]")) {
            if let Some(field) = Field::of(&element)
                && field.value() != field.default_value()
            {
                typed.push((element.id(), field.value()));
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

    /// Gives it to the page mounted since. Focus, text and caret at once, so that what is typed from
    /// now on goes on from there; the page is told of the text before the next frame, when its first
    /// effects have run.
    pub(crate) fn give(self) {
        if let Some(focus) = &self.focus
            && let Some(element) = element(&focus.id)
            && let Ok(element) = element.dyn_into::<HtmlElement>()
        {
            let _ = element.focus();
        }
        window().scroll_to_with_x_and_y(self.scroll.0, self.scroll.1);
        self.write();
        let is_typed = Rc::new(Cell::new(false));
        let typed = Rc::clone(&is_typed);
        let listener = window_event_listener(ev::input, move |_| typed.set(true));
        request_animation_frame(move || {
            listener.remove();
            // else the page may have written its own since
            if !is_typed.get() {
                self.write();
            }
            for (id, _) in &self.typed {
                if let Some(field) = field(id) {
                    field.tell();
                }
            }
        });
    }

    /// Writes the texts where they are not, and puts the caret where it was.
    fn write(&self) {
        for (id, text) in &self.typed {
            if let Some(field) = field(id).filter(|field| field.value() != *text) {
                field.write(text);
            }
        }
        if let Some(focus) = &self.focus
            && let Some(selection) = focus.selection
            && let Some(field) = field(&focus.id)
        {
            field.select(selection);
        }
    }
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn field(id: &str) -> Option<Field> {
    Field::of(&element(id)?)
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

    fn write(&self, text: &str) {
        match self {
            Self::Input(input) => input.set_value(text),
            Self::Area(area) => area.set_value(text),
        }
    }

    /// Tells the page of its text, as if that were typed.
    fn tell(&self) {
        let target: &web_sys::EventTarget = match self {
            Self::Input(input) => input,
            Self::Area(area) => area,
        };
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &init) {
            let _ = target.dispatch_event(&event);
        }
    }
}

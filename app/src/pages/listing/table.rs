//! The table of a listing: of a long list only the rows that are seen, between two spaces as high
//! as the others.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{List, viewport};
use crate::{
    components::{SkeletonRows, SortHead, dynamic},
    effect::effect,
    navigation::use_navigation,
};
use wire::window::DEFAULT_SORT;

/// A row's height until it can be measured, as the style says.
const ROW_PIXELS: f64 = 36.0;

/// Where the scrolling is looked at: often enough for the eye.
const LOOK_MILLISECONDS: u64 = 60;

/// A column's head.
pub struct Column {
    /// What it says.
    pub label: &'static str,
    /// Its word in the address, where rows can be sorted by it.
    pub sort: Option<&'static str>,
    /// The classes of its `<col>`, which give its width.
    pub width: &'static str,
    /// The classes of its head.
    pub class: &'static str,
}

impl Column {
    /// A column that sorts.
    #[must_use]
    pub fn sorting(label: &'static str, sort: &'static str, width: &'static str) -> Self {
        Self {
            label,
            sort: Some(sort),
            width,
            class: "",
        }
    }

    /// A column that does not.
    #[must_use]
    pub fn plain(label: &'static str, width: &'static str) -> Self {
        Self {
            label,
            sort: None,
            width,
            class: "",
        }
    }

    /// The same, with classes for its head.
    #[must_use]
    pub fn with_class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// The parts of the screen that the table depends on.
#[derive(Clone, Copy)]
struct View {
    list: List,
    table: NodeRef<html::Table>,
    /// The rows that are seen.
    seen: RwSignal<viewport::Range>,
    row: RwSignal<f64>,
    looking: StoredValue<bool>,
}

/// The table; `skeleton` is the width of each column's bar where nothing arrived, in percent.
pub fn table(
    list: List,
    class: &'static str,
    columns: &[Column],
    skeleton: &'static [u8],
) -> AnyView {
    let view = View {
        list,
        table: NodeRef::new(),
        seen: RwSignal::new((0, viewport::FIRST_ROWS - 10)),
        row: RwSignal::new(ROW_PIXELS),
        looking: StoredValue::new(false),
    };
    view.follow();
    let body = dynamic(move || {
        if list.all().is_none() {
            return view! { <SkeletonRows widths=skeleton/> }.into_any();
        }
        view.keep_focus();
        let count = list.count();
        let (begin, end) = if cfg!(feature = "ssr") {
            (0, count.min(viewport::FIRST_ROWS))
        } else {
            viewport::drawn(view.seen.get(), count)
        };
        let height = view.row.get();
        let rows = list.draw((begin, end), skeleton);
        view! {
            <tbody class:is-pending=list.is_pending()>
                {space(begin, height)}
                {rows}
                {space(count - end, height)}
            </tbody>
        }
        .into_any()
    });
    let touch = move || list.touched.set_value(js_sys::Date::now());
    let (widths, heads) = head(list, columns);
    view! {
        <table
            class=format!("data-table is-windowed {class}")
            node_ref=view.table
            aria-rowcount=move || list.count() + 1
            on:mousemove=move |_| touch()
            on:keydown=move |_| touch()
        >
            <colgroup>{widths}</colgroup>
            <thead>
                <tr aria-rowindex="1">{heads}</tr>
            </thead>
            {body}
        </table>
    }
    .into_any()
}

fn head(list: List, columns: &[Column]) -> (Vec<AnyView>, Vec<AnyView>) {
    let navigation = use_navigation();
    let on_sort = Callback::new(move |sort: String| {
        let sort = if sort == DEFAULT_SORT { "" } else { &sort };
        navigation.set_query("sort", sort);
    });
    let sort = Signal::derive(move || {
        let sort = list.wanted.with(|query| query.sort.clone());
        if sort.is_empty() {
            DEFAULT_SORT.to_owned()
        } else {
            sort
        }
    });
    let widths = columns
        .iter()
        .map(|column| view! { <col class=column.width/> }.into_any())
        .collect();
    let heads = columns
        .iter()
        .map(|column| match column.sort {
            Some(word) => view! {
                <SortHead label=column.label column=word sort on_sort class=column.class/>
            }
            .into_any(),
            None => view! { <th scope="col" class=column.class>{column.label}</th> }.into_any(),
        })
        .collect();
    (widths, heads)
}

/// As high as so many rows. An attribute, since the page's policy forbids styles of elements.
fn space(rows: usize, height: f64) -> Option<AnyView> {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let height = (rows as f64 * height).round();
    (rows > 0).then(|| {
        html::tr()
            .class("row-space")
            .aria_hidden("true")
            .attr("height", height.to_string())
            .into_any()
    })
}

impl View {
    /// Looks where the screen is whenever it moves, or the list changes.
    fn follow(self) {
        effect(move || {
            let scrolled = window_event_listener(ev::scroll, move |_| self.look_soon());
            let resized = window_event_listener(ev::resize, move |_| self.look_soon());
            on_cleanup(move || {
                scrolled.remove();
                resized.remove();
            });
        });
        effect(move || {
            let _ = (self.list.count(), self.list.shown_url());
            self.look_soon();
        });
        let last = StoredValue::new(self.list.wanted.get_untracked());
        effect(move || {
            let wanted = self.list.wanted.get();
            if last.with_value(|last| *last != wanted) {
                last.set_value(wanted);
                self.to_top();
            }
        });
    }

    fn look_soon(self) {
        if self.looking.try_get_value() != Some(false) {
            return;
        }
        self.looking.set_value(true);
        set_timeout(
            move || {
                if self
                    .looking
                    .try_update_value(|looking| *looking = false)
                    .is_some()
                {
                    self.look();
                }
            },
            std::time::Duration::from_millis(LOOK_MILLISECONDS),
        );
    }

    fn look(self) {
        let Some(table) = self.table.get_untracked() else {
            return;
        };
        let Ok(Some(body)) = table.query_selector("tbody") else {
            return;
        };
        if let Ok(Some(row)) = body.query_selector("tr[aria-rowindex]") {
            let height = row.get_bounding_client_rect().height();
            if height > 1.0 && (self.row.get_untracked() - height).abs() > 0.1 {
                self.row.set(height);
            }
        }
        let top = -body.get_bounding_client_rect().top();
        let seen = viewport::seen(top, top + screen_height(), self.row.get_untracked());
        if self.seen.get_untracked() != seen {
            let count = self.list.count();
            let before = viewport::drawn(self.seen.get_untracked(), count);
            if viewport::drawn(seen, count) == before {
                self.seen.update_untracked(|old| *old = seen);
            } else {
                self.seen.set(seen);
            }
        }
        self.list.look_at(seen);
    }

    /// Another order or filter begins at its first row.
    fn to_top(self) {
        let Some(table) = self.table.get_untracked() else {
            return;
        };
        let top = table.get_bounding_client_rect().top();
        if top < 0.0 {
            // the table's own style keeps it clear of the bar above
            table.scroll_into_view();
        }
    }

    /// Rows are drawn anew in the elements that are there: the focus stays with its row, not with
    /// its element. Also gives it to the row that the keys asked for before it was there.
    fn keep_focus(self) {
        if !cfg!(feature = "csr") {
            return;
        }
        let focused = document()
            .active_element()
            .filter(|element| element.has_attribute("data-row-link"))
            .and_then(|element| element.get_attribute("href"));
        // after this drawing, before it is painted
        queue_microtask(move || {
            let Some(Some(table)) = self.table.try_get_untracked() else {
                return;
            };
            if let Some(wanted) = table.get_attribute("data-wanted-row") {
                let link = format!("tr[aria-rowindex=\"{wanted}\"] [data-row-link]");
                if let Ok(Some(link)) = table.query_selector(&link) {
                    let _ = table.remove_attribute("data-wanted-row");
                    focus(&link);
                }
            } else if let Some(href) = focused {
                refocus(&table, &href);
            }
        });
    }
}

fn refocus(table: &web_sys::Element, href: &str) {
    let has = |element: &web_sys::Element| element.get_attribute("href").as_deref() == Some(href);
    let Some(active) = document().active_element() else {
        return;
    };
    if has(&active) || (!active.has_attribute("data-row-link") && active.tag_name() != "BODY") {
        return;
    }
    let Ok(links) = table.query_selector_all("[data-row-link]") else {
        return;
    };
    let link = (0..links.length())
        .filter_map(|index| links.item(index)?.dyn_into::<web_sys::Element>().ok())
        .find(has);
    match link {
        Some(link) => focus(&link),
        // it scrolled away: no other row takes its place
        None => {
            if let Some(active) = active.dyn_ref::<web_sys::HtmlElement>() {
                let _ = active.blur();
            }
        }
    }
}

fn focus(link: &web_sys::Element) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    if let Some(link) = link.dyn_ref::<web_sys::HtmlElement>() {
        let _ = link.focus_with_options(&options);
    }
}

fn screen_height() -> f64 {
    window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or_default()
}

//! Keys that work everywhere, and the list of them.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::{datacenter_of_keys, datacenter_picker, use_datacenters};
use crate::{
    components::{Dialog, table::float},
    effect::effect,
    i18n::{ShellMessages, use_t},
    navigation::{Navigation, use_navigation},
    routes, screen,
};

/// How long `g` waits for the letter after it.
const PREFIX_MILLISECONDS: f64 = 1_500.0;

/// Listens to the keys for as long as the page lives.
pub(super) fn listen(dc: Memo<Option<String>>, help: RwSignal<bool>) {
    let navigation = use_navigation();
    let datacenters = use_datacenters().data;
    let keys_dc = Signal::derive(move || {
        datacenters.with(|data| datacenter_of_keys(&dc.get()?, data.as_deref()))
    });
    let prefix_at = StoredValue::new(0.0_f64);
    effect(move || {
        let handle = window_event_listener(ev::keydown, move |event| {
            if is_typing() || !moves_row(&event.key()) {
                forget_wanted_row();
            }
            if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented()
            {
                return;
            }
            if is_typing() || dialog_is_open() {
                return;
            }
            let now = js_sys::Date::now();
            let after_g = now - prefix_at.get_value() < PREFIX_MILLISECONDS;
            let key = event.key();
            prefix_at.set_value(if key == "g" && !after_g { now } else { 0.0 });
            let done = if after_g {
                go(navigation, dc, keys_dc, &key)
            } else {
                act(&key, help)
            };
            if done {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
    effect(|| {
        // as long as the page lives, too
        for name in ["focusin", "pointerdown", "wheel"] {
            let _ = window_event_listener_untyped(name, |_| forget_wanted_row());
        }
    });
}

fn go(
    navigation: Navigation,
    dc: Memo<Option<String>>,
    keys_dc: Signal<Option<String>>,
    key: &str,
) -> bool {
    if key == "d" {
        datacenter_picker::show_menu();
        return true;
    }
    let Some(dc) = dc.get_untracked() else {
        return false;
    };
    let url = match key {
        "o" => routes::overview(&dc),
        "s" => routes::services(&dc),
        "n" => routes::nodes(&dc),
        "k" => match keys_dc.get_untracked() {
            Some(dc) => routes::kv(&dc, ""),
            None => return false,
        },
        "f" => match keys_dc.get_untracked() {
            Some(dc) => routes::tool(&dc, routes::Tool::Search, &[]),
            None => return false,
        },
        "h" => routes::tool(&dc, routes::Tool::History, &[]),
        _ => return false,
    };
    navigation.go(&url);
    true
}

fn act(key: &str, help: RwSignal<bool>) -> bool {
    match key {
        "/" => focus_filter(),
        "?" => {
            help.set(true);
            true
        }
        "j" => move_row(1),
        "k" => move_row(-1),
        "ArrowDown" if row_has_focus() => move_row(1),
        "ArrowUp" if row_has_focus() => move_row(-1),
        "PageDown" if row_has_focus() => move_row(rows_on_screen()),
        "PageUp" if row_has_focus() => move_row(-rows_on_screen()),
        "Home" if row_has_focus() => move_row(isize::MIN),
        "End" if row_has_focus() => move_row(isize::MAX),
        "[" => move_tab(-1),
        "]" => move_tab(1),
        _ => false,
    }
}

/// The keys that go from row to row.
fn moves_row(key: &str) -> bool {
    let keys = [
        "j",
        "k",
        "ArrowDown",
        "ArrowUp",
        "PageDown",
        "PageUp",
        "Home",
        "End",
    ];
    keys.contains(&key)
}

fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        element
            .matches(
                "input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]",
            )
            .unwrap_or(false)
    })
}

fn dialog_is_open() -> bool {
    matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

fn focus_filter() -> bool {
    let Some(filter) = document()
        .get_element_by_id("filter-field")
        .and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok())
    else {
        return false;
    };
    let _ = filter.focus();
    filter.select();
    true
}

fn row_has_focus() -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.has_attribute("data-row-link"))
}

fn elements(selector: &str) -> Vec<web_sys::HtmlElement> {
    screen::elements(document().query_selector_all(selector))
}

/// The first row that begins further down is the one that is seen first.
const FIRST_BELOW_PIXELS: f64 = 76.0;

/// The focus goes from row to row, so that Enter opens without more.
fn move_row(step: isize) -> bool {
    let rows = elements("[data-row-link]");
    let active = document().active_element();
    let here = rows.iter().position(|row| {
        active
            .as_ref()
            .is_some_and(|active| row.is_same_node(Some(active)))
    });
    let Some(here) = here else {
        let first = rows.iter().find(|row| {
            let middle = row.get_bounding_client_rect();
            middle.top() > FIRST_BELOW_PIXELS
        });
        if let Some(row) = first.or(rows.first()) {
            show_row(row);
        }
        return !rows.is_empty();
    };
    if let Some(moved) = move_in_window(&rows[here], step) {
        return moved;
    }
    let next = here.saturating_add_signed(step).min(rows.len() - 1);
    show_row(&rows[next]);
    true
}

/// How a list that draws only some of its rows says which these are, and how many it has.
#[derive(Clone, Copy)]
struct Numbered {
    row: &'static str,
    count: &'static str,
    /// The number of its first row: a table's head is the one before.
    first: usize,
}

const TABLE: Numbered = Numbered {
    row: "aria-rowindex",
    count: "aria-rowcount",
    first: 2,
};
const LIST: Numbered = Numbered {
    row: "data-place",
    count: "data-places",
    first: 0,
};

/// The same in a list that draws only some of its rows; none where it draws all of them.
fn move_in_window(link: &web_sys::HtmlElement, step: isize) -> Option<bool> {
    let holder = |numbered: Numbered| {
        let row = link.closest(&format!("[{}]", numbered.row)).ok()??;
        let list = row.closest(&format!("[{}]", numbered.count)).ok()??;
        Some((numbered, row, list))
    };
    let (numbered, row, table) = holder(TABLE).or_else(|| holder(LIST))?;
    let number =
        |element: &web_sys::Element, name: &str| element.get_attribute(name)?.parse::<usize>().ok();
    let here = number(&row, numbered.row)?;
    let count = number(&table, numbered.count)?;
    // a table counts its head
    let last = (count + usize::from(numbered.first > 0))
        .saturating_sub(1)
        .max(numbered.first);
    let wanted = here.saturating_add_signed(step).clamp(numbered.first, last);
    let place = format!("[{}=\"{wanted}\"] [data-row-link]", numbered.row);
    if let Some(next) = table.query_selector(&place).ok()? {
        show_row(next.dyn_ref()?);
        return Some(true);
    }
    // the list gives it the focus as soon as it is drawn
    screen::want_row(&table, &wanted.to_string());
    // where rows are not all as high as those here, the list scrolls on
    let rect = row.get_bounding_client_rect();
    let pitch = row_pitch(&row).unwrap_or(rect.height());
    let top = rect.top() + (float(wanted) - float(here)) * pitch;
    screen::uncover(top, top + rect.height());
    Some(true)
}

/// A hand does something else by now than to wait for a row.
fn forget_wanted_row() {
    for table in elements("[data-wanted-row]") {
        let _ = table.remove_attribute("data-wanted-row");
    }
}

/// How far rows lie apart where `row` is, what stands below some of them included.
fn row_pitch(row: &web_sys::Element) -> Option<f64> {
    let body = row.parent_element()?;
    let rows = body
        .query_selector_all("[aria-rowindex], [data-place]")
        .ok()?;
    let last = rows.length().checked_sub(1).filter(|last| *last > 0)?;
    let top = |index: u32| {
        let row = rows.item(index)?.dyn_into::<web_sys::Element>().ok()?;
        Some(row.get_bounding_client_rect().top())
    };
    Some((top(last)? - top(0)?) / f64::from(last))
}

fn show_row(row: &web_sys::HtmlElement) {
    let _ = row.focus();
    screen::uncover_element(row);
}

/// How many rows `PageDown` goes.
#[expect(clippy::cast_possible_truncation, reason = "some dozens")]
fn rows_on_screen() -> isize {
    let row = document()
        .active_element()
        .and_then(|link| link.closest("tr").ok()?)
        .map_or(36.0, |row| {
            let height = || row.get_bounding_client_rect().height();
            row_pitch(&row).unwrap_or_else(height).max(20.0)
        });
    let rows = screen::clear_height() / row;
    rows.max(1.0) as isize
}

fn move_tab(step: isize) -> bool {
    let tabs = elements(".tabs a");
    let Some(here) = tabs
        .iter()
        .position(|tab| tab.has_attribute("aria-current"))
    else {
        return false;
    };
    if let Some(tab) = here
        .checked_add_signed(step)
        .and_then(|next| tabs.get(next))
    {
        tab.click();
    }
    true
}

type Line = (&'static [&'static str], fn(&ShellMessages) -> &'static str);

const LINES: [Line; 15] = [
    (&["/"], |t| t.keys_filter),
    (&["j", "k"], |t| t.keys_move),
    (&["PgUp", "PgDn"], |t| t.keys_page),
    (&["Home", "End"], |t| t.keys_ends),
    (&["Enter"], |t| t.keys_open),
    (&["[", "]"], |t| t.keys_tabs),
    (&["g", "o"], |t| t.keys_overview),
    (&["g", "s"], |t| t.keys_services),
    (&["g", "n"], |t| t.keys_nodes),
    (&["g", "k"], |t| t.keys_kv),
    (&["g", "f"], |t| t.keys_search),
    (&["g", "h"], |t| t.keys_history),
    (&["g", "d"], |t| t.keys_datacenters),
    (&["Esc"], |t| t.keys_escape),
    (&["?"], |t| t.keys_help),
];

/// The list of the keys.
#[component]
pub fn KeyboardHelp(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let t = use_t();
    let lines = move || {
        LINES
            .iter()
            .map(|(keys, text)| {
                let keys: Vec<_> = keys
                    .iter()
                    .map(|key| view! { <kbd>{*key}</kbd> " " }.into_any())
                    .collect();
                view! { <dt>{keys}</dt><dd>{text(&t.shell)}</dd> }.into_any()
            })
            .collect::<Vec<_>>()
    };
    view! {
        <Dialog open title=t.shell.keyboard>
            <dl class="keyboard-list">{lines()}</dl>
        </Dialog>
    }
}

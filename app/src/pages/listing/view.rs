//! The part of a list's table that the screen shows: follows the scrolling, keeps the focus.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::{
    List,
    arranged::Arranged,
    heights::Heights,
    hold::{Anchor, Focused},
    viewport::{self, AROUND},
};
use crate::{
    effect::effect,
    screen::{self, Soon},
};

/// A row's height until it can be measured, as the style says.
const ROW_PIXELS: f64 = 36.0;

/// While it scrolls, windows are asked for no more often than this.
const ASK_EVERY: Duration = Duration::from_millis(60);

/// The parts of the screen that the table depends on.
#[derive(Clone, Copy)]
pub(super) struct View {
    list: List,
    pub(super) table: NodeRef<html::Table>,
    /// The rows that are seen.
    pub(super) seen: RwSignal<viewport::Range>,
    row: RwSignal<f64>,
    /// So much higher are those in trouble.
    more: RwSignal<f64>,
    looking: Soon,
    asking: Soon,
    /// The rows that were drawn last.
    arranged: StoredValue<Option<Arranged>>,
}

impl View {
    pub(super) fn new(list: List) -> Self {
        let first = list.opens_at.get_value();
        Self {
            list,
            table: NodeRef::new(),
            seen: RwSignal::new((first, first + viewport::FIRST_ROWS - AROUND)),
            row: RwSignal::new(ROW_PIXELS),
            more: RwSignal::new(list.kind.more_pixels),
            looking: Soon::default(),
            asking: Soon::default(),
            arranged: StoredValue::new(None),
        }
    }

    /// Looks where the screen is whenever it moves, or the list changes.
    pub(super) fn follow(self) {
        effect(move || screen::follow(move || self.look_soon(), move || self.look_soon()));
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
        self.looking.by_frame(move || self.look());
    }

    /// The heights of all rows.
    pub(super) fn heights(self) -> Heights {
        self.list.heights(self.row.get(), self.more.get())
    }

    fn look(self) {
        let Some(table) = self.table.get_untracked() else {
            return;
        };
        let Ok(Some(body)) = table.query_selector("tbody") else {
            return;
        };
        let is_measured = !measure(self.row, &body, "tr[aria-rowindex]");
        if viewport::is_long(self.list.count()) {
            measure(self.more, &body, ".detail-row");
        }
        if !self.is_open(&body, is_measured) {
            return;
        }
        let top = -body.get_bounding_client_rect().top();
        let seen = untrack(|| self.heights()).between(top, top + screen::height());
        if self.seen.get_untracked() != seen {
            let count = self.list.count();
            let before = viewport::drawn(self.seen.get_untracked(), count);
            if viewport::drawn(seen, count) == before {
                self.seen.update_untracked(|old| *old = seen);
            } else {
                self.seen.set(seen);
            }
        }
        self.asking.after(ASK_EVERY, move || {
            self.list.look_at(self.seen.get_untracked());
        });
    }

    /// The row that the address named stays where the server drew it, as the first: now others stand
    /// above it. False until that is done.
    fn is_open(self, body: &web_sys::Element, is_measured: bool) -> bool {
        let first = self.list.opens_at.get_value();
        if first == 0 {
            return true;
        }
        if self.list.all().is_none() {
            return false;
        }
        if !is_measured {
            // the rows above it are as high only when they are drawn again
            self.look_soon();
            return false;
        }
        self.list.opens_at.set_value(0);
        let row = format!("tr[aria-rowindex=\"{}\"]", first + 2);
        if let Ok(Some(row)) = body.query_selector(&row) {
            let top = |element: &web_sys::Element| element.get_bounding_client_rect().top();
            window().scroll_by_with_x_and_y(0.0, top(&row) - top(body));
        }
        true
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

    /// Rows are drawn anew in the elements that are there, and come and go above the screen: the
    /// focus stays with its row, and what is read where it is. Also gives the focus to the row that
    /// the keys asked for before it was there.
    pub(super) fn keep(self) {
        if !cfg!(feature = "csr") {
            return;
        }
        let now = self.list.arranged();
        let Some(table) = self.table.get_untracked() else {
            self.arranged.set_value(now);
            return;
        };
        let (mut focused, mut anchor) = (None, None);
        self.arranged.with_value(|before| {
            let (Some(before), Some(now)) = (before, &now) else {
                return;
            };
            let find = |position| before.find(self.list.kind, position, now);
            focused = Focused::in_table(&table).map(|focused| {
                let place = find(focused.position);
                (focused, place)
            });
            if before.is_same_list(now) {
                anchor = Anchor::of(&table, find);
            }
        });
        self.arranged.set_value(now);
        if let Some(anchor) = &anchor {
            let moved = |place: usize| place.saturating_add_signed(anchor.shift);
            self.seen
                .update_untracked(|seen| *seen = (moved(seen.0), moved(seen.1)));
        }
        // after this drawing, before it is painted
        queue_microtask(move || {
            let Some(Some(table)) = self.table.try_get_untracked() else {
                return;
            };
            if screen::wanted_row(&table).is_some() {
                let _ = screen::focus_wanted_row(&table);
            } else if let Some((focused, place)) = focused {
                focused.restore(&table, place);
            }
            if let Some(anchor) = anchor {
                anchor.restore(&table);
            }
        });
    }
}

/// Takes the height of the first that is drawn for that of all; true where it is another.
fn measure(pixels: RwSignal<f64>, body: &web_sys::Element, selector: &str) -> bool {
    let Ok(Some(row)) = body.query_selector(selector) else {
        return false;
    };
    let height = row.get_bounding_client_rect().height();
    let is_other = height > 1.0 && (pixels.get_untracked() - height).abs() > 0.1;
    if is_other {
        pixels.set(height);
    }
    is_other
}

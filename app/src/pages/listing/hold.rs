//! What stays with its row while a table is drawn anew: the focus, and the place on the screen.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::screen;

/// What can have the focus in a row.
const FOCUSABLE: &str = "a[href],button,input,[tabindex]";

/// The focus, where a row of the table has it.
pub(super) struct Focused {
    element: Element,
    /// The row's place in the list.
    pub(super) position: usize,
    /// It is in the row that stands below it.
    is_below: bool,
    /// Its number among what can have the focus there.
    number: usize,
}

impl Focused {
    pub(super) fn in_table(table: &Element) -> Option<Self> {
        let element = document().active_element()?;
        let mut row = element.closest("tbody > tr").ok()??;
        if !table.contains(Some(&row)) {
            return None;
        }
        let number = focusable(&row)
            .iter()
            .position(|one| one.is_same_node(Some(&element)))?;
        let is_below = !row.has_attribute("aria-rowindex");
        if is_below {
            row = row.previous_element_sibling()?;
        }
        Some(Self {
            position: position(&row)?,
            element,
            is_below,
            number,
        })
    }

    /// Gives the focus back to the row, which stands at `place` now; none where it is gone.
    pub(super) fn restore(self, table: &Element, place: Option<usize>) {
        let Some(active) = document().active_element() else {
            return;
        };
        if !active.is_same_node(Some(&self.element)) && active.tag_name() != "BODY" {
            return;
        }
        match place.and_then(|place| self.find(table, place)) {
            Some(found) if found.is_same_node(Some(&active)) => {}
            Some(found) => screen::focus(&found),
            // it scrolled away, or is gone: no other row takes its place
            None => {
                if let Some(active) = active.dyn_ref::<web_sys::HtmlElement>() {
                    let _ = active.blur();
                }
            }
        }
    }

    fn find(&self, table: &Element, place: usize) -> Option<Element> {
        let row = row_at(table, place)?;
        let part = if self.is_below {
            let below = row.next_element_sibling();
            below.filter(|below| !below.has_attribute("aria-rowindex"))
        } else {
            Some(row.clone())
        };
        let same = part
            .and_then(|part| focusable(&part).into_iter().nth(self.number))
            .map(Element::from);
        // what it was may be gone from the row: never another button
        same.filter(|same| {
            let name = |element: &Element| element.get_attribute("class");
            same.tag_name() == self.element.tag_name() && name(same) == name(&self.element)
        })
        .or_else(|| row.query_selector("[data-row-link]").ok()?)
    }
}

/// A row that is read, by which the others are held.
pub(super) struct Anchor {
    /// Its place in the list as it is now.
    place: usize,
    /// So many places it moved.
    pub(super) shift: isize,
    /// Where it was on the screen.
    top: f64,
}

impl Anchor {
    /// The first row on the screen that moves as most there do, where each row is now told by
    /// `find`. None where the beginning of the list is seen: what comes there is to be seen, too.
    pub(super) fn of(table: &Element, find: impl Fn(usize) -> Option<usize>) -> Option<Self> {
        let mut seen = Vec::new();
        for row in screen::elements(table.query_selector_all("tr[aria-rowindex]")) {
            let rect = row.get_bounding_client_rect();
            if rect.bottom() <= 0.0 || rect.top() >= screen::height() {
                continue;
            }
            // the head
            let Some(was) = position(&row) else { continue };
            if was == 0 {
                return None;
            }
            if let Some(place) = find(was) {
                seen.push((place, place.cast_signed() - was.cast_signed(), rect.top()));
            }
        }
        let shift = most(seen.iter().map(|row| row.1))?;
        let (place, shift, top) = seen.into_iter().find(|row| row.1 == shift)?;
        Some(Self { place, shift, top })
    }

    pub(super) fn restore(self, table: &Element) {
        if let Some(row) = row_at(table, self.place) {
            let moved = row.get_bounding_client_rect().top() - self.top;
            if moved.abs() >= 1.0 {
                window().scroll_by_with_x_and_y(0.0, moved);
            }
        }
    }
}

/// What comes most often; the first of those.
fn most(shifts: impl Iterator<Item = isize> + Clone) -> Option<isize> {
    let mut best = None;
    for shift in shifts.clone() {
        let count = shifts.clone().filter(|other| *other == shift).count();
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, shift));
        }
    }
    best.map(|(_, shift)| shift)
}

fn position(row: &Element) -> Option<usize> {
    let index: usize = row.get_attribute("aria-rowindex")?.parse().ok()?;
    index.checked_sub(2)
}

fn row_at(table: &Element, place: usize) -> Option<Element> {
    let index = place + 2;
    table
        .query_selector(&format!("tr[aria-rowindex=\"{index}\"]"))
        .ok()?
}

fn focusable(row: &Element) -> Vec<HtmlElement> {
    screen::elements(row.query_selector_all(FOCUSABLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_that_jumps_does_not_take_the_others_along() {
        let most = |shifts: &[isize]| most(shifts.iter().copied());
        assert_eq!(most(&[-1500, 1, 1, 1]), Some(1));
        assert_eq!(most(&[1, 1, -8, 0, 0, 0]), Some(0));
        assert_eq!(most(&[]), None);
    }
}

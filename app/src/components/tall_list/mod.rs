//! Lists that the page holds whole, however long: only the rows round the screen are drawn, between
//! rooms as high as the others. Rows may be of any height; each is measured when it is drawn.

mod heights;
mod hold;

use std::sync::Arc;

use leptos::prelude::*;

use self::{
    heights::{Heights, Range},
    hold::Hold,
};
use super::{dynamic, table::whole};
use crate::{
    effect::effect,
    screen::{self, Soon},
};

/// Lists that are not longer are drawn whole.
const WHOLE_MAX: usize = 40;

/// What is drawn of a list at first, or of one that is not long.
const FIRST: Range = (0, WHOLE_MAX);

/// What is drawn begins and ends at multiples of this: scrolling a little draws nothing anew.
const CHUNK: usize = 10;

/// Drawn above and below what is seen, in heights of the screen.
const AROUND: f64 = 0.5;

/// How long a list is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Which list it is: rows of another one are drawn anew.
    pub number: usize,
    /// How many rows it has.
    pub count: usize,
}

/// Draws the row that stands at a place; where it stands later, the signal says.
pub(super) type Row = Arc<dyn Fn(usize, Signal<usize>) -> AnyView + Send + Sync>;

/// How a list is drawn.
pub struct TallList {
    /// How long it is.
    pub extent: Signal<Extent>,
    /// What the row at a place is known by while others come and go; none where it is that place.
    pub key: Option<Arc<dyn Fn(usize) -> String + Send + Sync>>,
    /// The height of a row while none was measured, in pixels.
    pub row_pixels: f64,
    /// Its element must say the place, by `data-place`, and lie directly in the list's; what follows
    /// it without a place belongs to it.
    pub row: Row,
    /// Draws an empty room of so many pixels, [`room`] or `row_space`.
    pub room: fn(f64) -> AnyView,
}

/// An empty room of so many pixels.
#[must_use]
pub fn room(pixels: f64) -> AnyView {
    let height = format!("{}px", whole(pixels));
    view! { <div aria-hidden="true" style:height=height></div> }.into_any()
}

/// What of the list is drawn.
#[derive(Clone, Copy)]
struct View {
    extent: Signal<Extent>,
    drawn: RwSignal<Range>,
    /// What the rooms are as high as: begin and end of the rows between them, and how many there
    /// are. It follows the rows: what stays where it is, is found before any of it changes.
    laid: RwSignal<(usize, usize, usize)>,
    heights: StoredValue<Heights>,
    looking: Soon,
}

/// Draws a list into what holds it; one on a page.
#[must_use]
pub fn tall_list(list: TallList) -> AnyView {
    let TallList {
        extent,
        key,
        row_pixels,
        row,
        room,
    } = list;
    let view = View {
        extent,
        drawn: RwSignal::new(FIRST),
        laid: RwSignal::new((0, 0, 0)),
        heights: StoredValue::new(Heights::new(row_pixels)),
        looking: Soon::default(),
    };
    view.follow();
    let each = move || {
        let Extent { number, count } = extent.get();
        let (begin, end) = view.shown();
        if cfg!(feature = "csr") {
            let held = Hold::take();
            view.laid.set((begin, end, count));
            // after this drawing and that of the rooms, before it is painted
            queue_microtask(|| held.give_back());
        }
        let key = |place| match &key {
            Some(key) => key(place),
            None => format!("{number} {place}"),
        };
        (begin..end)
            .map(|place| (key(place), place))
            .collect::<Vec<_>>()
    };
    let draw = move |index: ReadSignal<usize>, (_, place): (String, usize)| {
        let now = Signal::derive(move || view.shown().0 + index.get());
        row(place, now)
    };
    let before = dynamic(move || {
        let (begin, ..) = view.laid.get();
        view.room(room, (0, begin))
    });
    let after = dynamic(move || {
        let (_, end, count) = view.laid.get();
        view.room(room, (end, count))
    });
    view! {
        {before}
        <ForEnumerate each=each key=|(key, _)| key.clone() children=draw/>
        {after}
    }
    .into_any()
}

impl View {
    /// Looks where the screen is whenever it moves, or the list changes.
    fn follow(self) {
        effect(move || {
            screen::follow(
                move || self.look_soon(),
                move || {
                    // lines break elsewhere
                    self.heights.update_value(Heights::forget);
                    self.look_soon();
                },
            );
        });
        let number = Memo::new(move |_| self.extent.get().number);
        effect(move || {
            number.track();
            self.heights.update_value(Heights::forget);
            if self.drawn.get_untracked() != FIRST {
                self.drawn.set(FIRST);
            }
        });
        effect(move || {
            self.extent.track();
            self.drawn.track();
            self.look_soon();
        });
    }

    fn look_soon(self) {
        self.looking.by_frame(move || self.look());
    }

    fn look(self) {
        let rows = screen::elements(document().query_selector_all("[data-place]"));
        let tops = tops(&rows);
        let Some(&(place, top)) = tops.first() else {
            return;
        };
        let count = self.extent.get_untracked().count;
        let margin = screen::height() * AROUND;
        self.heights.update_value(|heights| note(heights, &tops));
        let seen = self.heights.with_value(|heights| {
            // the room above may be as high as was thought when it was drawn: where a row that is
            // there stands tells where the others are
            let above = heights.above(place) - top;
            heights.between(above - margin, above + screen::height() + margin, count)
        });
        let drawn = drawn(seen, count);
        if self.drawn.get_untracked() != drawn {
            self.drawn.set(drawn);
        }
        if let Some(row) = rows.first() {
            self.go_on(row, (place, top), drawn);
        }
    }

    /// Scrolls on to a row that the keys asked for and that is not drawn: those on the way there may
    /// be higher or lower than they were taken for. `row` stands at `place`, `top` below the screen's.
    fn go_on(self, row: &web_sys::HtmlElement, (place, top): (usize, f64), drawn: Range) {
        let wanted = || {
            let list = row.closest("[data-wanted-row]").ok()??;
            let number = screen::wanted_row(&list)?.parse::<usize>().ok()?;
            // a table's rows have numbers of their own
            let first = row.get_attribute("aria-rowindex");
            let first = first.and_then(|first| first.parse::<usize>().ok());
            number.checked_sub(first.map_or(0, |first| first.saturating_sub(place)))
        };
        let Some(wanted) = wanted().filter(|wanted| !(drawn.0..drawn.1).contains(wanted)) else {
            return;
        };
        let (from, to) = self.heights.with_value(|heights| {
            let begin = heights.above(place) - top;
            (
                heights.above(wanted) - begin,
                heights.above(wanted + 1) - begin,
            )
        });
        screen::uncover(from, to);
    }

    fn shown(self) -> Range {
        shown(self.drawn.get(), self.extent.get().count)
    }

    fn room(self, room: fn(f64) -> AnyView, (begin, end): Range) -> Option<AnyView> {
        (begin < end).then(|| {
            let pixels = self
                .heights
                .with_value(|heights| heights.above(end) - heights.above(begin));
            room(pixels)
        })
    }
}

/// The places of rows that are drawn, and where each begins below the top of the screen.
fn tops(rows: &[web_sys::HtmlElement]) -> Vec<(usize, f64)> {
    let tops = rows.iter().filter_map(|row| {
        let place = row.get_attribute("data-place")?.parse().ok()?;
        Some((place, row.get_bounding_client_rect().top()))
    });
    tops.collect()
}

/// Notes how high they are; what belongs to a row lies between it and the next one. The last one's
/// height is known when another is drawn after it.
fn note(heights: &mut Heights, tops: &[(usize, f64)]) {
    for pair in tops.windows(2) {
        if let [(place, top), (next, below)] = pair
            && *next == place + 1
        {
            heights.note(*place, below - top);
        }
    }
}

/// What there is of what is drawn; of a list that became shorter than that its beginning.
fn shown(drawn: Range, count: usize) -> Range {
    if cfg!(feature = "ssr") {
        // it can be read where the program does not run
        return (0, count);
    }
    select(drawn, count)
}

fn select(drawn: Range, count: usize) -> Range {
    let (begin, end) = if drawn.0 < count { drawn } else { FIRST };
    (begin, end.min(count))
}

/// What is drawn of `count` rows while those of `seen` are seen.
fn drawn(seen: Range, count: usize) -> Range {
    if count <= WHOLE_MAX {
        return FIRST;
    }
    (
        seen.0.min(count) / CHUNK * CHUNK,
        (seen.1.div_ceil(CHUNK) * CHUNK).min(count),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_drawn_in_chunks() {
        assert_eq!(drawn((0, 12), 40), FIRST);
        assert_eq!(drawn((0, 12), 41), (0, 20));
        assert_eq!(drawn((19, 31), 500), (10, 40));
        assert_eq!(drawn((495, 500), 500), (490, 500));
        assert_eq!(drawn((498, 503), 503), (490, 503));
        assert_eq!(select((480, 500), 500), (480, 500));
        assert_eq!(select((480, 500), 490), (480, 490));
        assert_eq!(select((480, 500), 480), FIRST);
        assert_eq!(select(FIRST, 7), (0, 7));
    }
}

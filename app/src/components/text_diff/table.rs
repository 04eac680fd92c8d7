//! The lines of a comparison, side by side or one below the other.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    compared::Compared,
    rows::Row,
    words::{self, Piece},
};
use crate::{
    components::dynamic,
    i18n::{Messages, use_t},
};

/// Characters of a line shown at most.
const LINE_MAX: usize = 2000;

/// How a comparison is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The old text at the left, the new one at the right.
    Sides,
    /// Removed lines above added ones.
    Inline,
}

/// The rows `first` up to `end` of a comparison.
pub(super) fn body(compared: &Arc<Compared>, layout: Layout, end: usize) -> Vec<AnyView> {
    let rows = &compared.rows[..end.min(compared.rows.len())];
    let mut drawn = Vec::with_capacity(rows.len());
    let mut at = 0;
    let mut change = 0;
    while at < rows.len() {
        match rows[at] {
            Row::Same { old, new } => {
                drawn.push(same_row(compared, layout, old, new));
                at += 1;
            }
            Row::Gap { old, new, lines } => {
                let compared = compared.clone();
                drawn.push(view! { <Gap compared layout old new lines/> }.into_any());
                at += 1;
            }
            Row::Changed { .. } => {
                let run = rows[at..].iter().take_while(|row| row.is_change()).count();
                change += 1;
                changed_rows(compared, layout, &rows[at..at + run], change, &mut drawn);
                at += run;
            }
        }
    }
    drawn
}

/// Equal lines that are left out until somebody wants them.
#[component]
fn Gap(
    /// The texts.
    compared: Arc<Compared>,
    /// How they are laid out.
    layout: Layout,
    /// The first line left out, in the old text.
    old: usize,
    /// The same in the new text.
    new: usize,
    /// How many.
    lines: usize,
) -> impl IntoView {
    let t = use_t();
    let open = RwSignal::new(false);
    let columns = if layout == Layout::Sides { 4 } else { 3 };
    dynamic(move || {
        if open.get() {
            return (0..lines)
                .map(|line| same_row(&compared, layout, old + line, new + line))
                .collect_view()
                .into_any();
        }
        let words = (t.diff.unchanged_lines)(u32::try_from(lines).unwrap_or(u32::MAX));
        view! {
            <tr class="diff-gap">
                <td colspan=columns>
                    <button type="button" aria-expanded="false" on:click=move |_| open.set(true)>
                        {words}
                    </button>
                </td>
            </tr>
        }
        .into_any()
    })
}

fn same_row(compared: &Compared, layout: Layout, old: usize, new: usize) -> AnyView {
    let text = plain(compared.new_line(new));
    if layout == Layout::Inline {
        return view! {
            <tr>
                <td class="line-number">{old + 1}</td>
                <td class="line-number">{new + 1}</td>
                <td class="line-text">{text}</td>
            </tr>
        }
        .into_any();
    }
    let left = plain(compared.old(old));
    view! {
        <tr>
            <td class="line-number">{old + 1}</td>
            <td class="line-text">{left}</td>
            <td class="line-number">{new + 1}</td>
            <td class="line-text">{text}</td>
        </tr>
    }
    .into_any()
}

/// A run of changed rows; the first of them is where the keyboard goes.
fn changed_rows(
    compared: &Compared,
    layout: Layout,
    run: &[Row],
    change: usize,
    drawn: &mut Vec<AnyView>,
) {
    let t = use_t();
    let mut removed = Vec::new();
    let mut added = Vec::new();
    for row in run {
        let &Row::Changed { old, new } = row else {
            continue;
        };
        let marks = match (old, new) {
            (Some(old), Some(new)) => words::pieces(compared.old(old), compared.new_line(new)),
            _ => None,
        };
        let (left, right) = marks.map_or((None, None), |(left, right)| (Some(left), Some(right)));
        removed.push(Side::of(
            old,
            compared.old(old.unwrap_or(usize::MAX)),
            left,
            Kind::Removed,
        ));
        added.push(Side::of(
            new,
            compared.new_line(new.unwrap_or(usize::MAX)),
            right,
            Kind::Added,
        ));
    }
    let mut mark = Some(change);
    let mut row = |cells: AnyView| {
        let mark = mark.take();
        let tab_index = mark.map(|_| "-1");
        drawn.push(view! { <tr data-hunk=mark tabindex=tab_index>{cells}</tr> }.into_any());
    };
    if layout == Layout::Sides {
        for (left, right) in removed.into_iter().zip(added) {
            row((left.cells(t), right.cells(t)).into_any());
        }
        return;
    }
    for side in removed.into_iter().chain(added) {
        if side.line.is_some() {
            row(side.inline_cells(t));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Removed,
    Added,
}

/// One side of a changed row.
struct Side {
    line: Option<usize>,
    content: AnyView,
    kind: Kind,
}

impl Side {
    fn of(line: Option<usize>, text: &str, pieces: Option<Vec<Piece>>, kind: Kind) -> Self {
        let content = match pieces {
            Some(pieces) => pieces
                .into_iter()
                .map(|piece| match (piece.changed, kind) {
                    (false, _) => piece.text.into_any(),
                    (true, Kind::Removed) => view! { <del>{piece.text}</del> }.into_any(),
                    (true, Kind::Added) => view! { <ins>{piece.text}</ins> }.into_any(),
                })
                .collect_view()
                .into_any(),
            // a line's end that differs is told, since it cannot be seen
            None => shown(text, true).into_any(),
        };
        Self {
            line,
            content,
            kind,
        }
    }

    fn word(&self, t: &'static Messages) -> (&'static str, &'static str) {
        match self.kind {
            Kind::Removed => ("removed", t.diff.removed),
            Kind::Added => ("added", t.diff.added),
        }
    }

    fn cells(self, t: &'static Messages) -> AnyView {
        let Some(line) = self.line else {
            return view! { <td class="line-number"></td><td class="line-none"></td> }.into_any();
        };
        let (change, word) = self.word(t);
        view! {
            <td class="line-number" data-change=change>{line + 1}</td>
            <td class="line-text" data-change=change>
                <span class="visually-hidden">{word}" "</span>
                {self.content}
            </td>
        }
        .into_any()
    }

    fn inline_cells(self, t: &'static Messages) -> AnyView {
        let (change, word) = self.word(t);
        let number = self.line.map(|line| line + 1);
        let (old, new) = match self.kind {
            Kind::Removed => (number, None),
            Kind::Added => (None, number),
        };
        view! {
            <td class="line-number" data-change=change>{old}</td>
            <td class="line-number" data-change=change>{new}</td>
            <td class="line-text" data-change=change>
                <span class="visually-hidden">{word}" "</span>
                {self.content}
            </td>
        }
        .into_any()
    }
}

fn plain(text: &str) -> String {
    shown(text, false)
}

/// A line as it is shown: cut where it is very long, a carriage return told or left out.
fn shown(text: &str, tell_end: bool) -> String {
    let line = text.strip_suffix('\r').unwrap_or(text);
    let mut shown: String = line.chars().take(LINE_MAX).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    if tell_end && line.len() < text.len() {
        shown.push('␍');
    }
    shown
}

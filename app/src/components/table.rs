//! Pieces of tables.

use leptos::{html, prelude::*};

use super::{Icon, Still, still};
use crate::{
    effect::effect,
    i18n::{Messages, use_t},
};

/// What a table is sorted by: a column's word, and whether it runs backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<C> {
    /// The column.
    pub column: C,
    /// From the last to the first.
    pub backwards: bool,
}

/// A column's head that sorts by it.
#[component]
pub fn SortHead(
    /// What it says.
    label: &'static str,
    /// The column's word in the address.
    column: &'static str,
    /// What the table is sorted by: `name`, or `-name` backwards.
    #[prop(into)]
    sort: Signal<String>,
    /// Told what to sort by.
    #[prop(into)]
    on_sort: Callback<String>,
    /// The cell's classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let t = use_t();
    let state = Memo::new(move |_| {
        sort.with(|sort| match sort.strip_prefix('-') {
            Some(backwards) if backwards == column => Some(true),
            _ if sort == column => Some(false),
            _ => None,
        })
    });
    let aria = move || {
        state
            .get()
            .map(|backwards| if backwards { "descending" } else { "ascending" })
    };
    let click = move |_| {
        on_sort.run(match state.get_untracked() {
            Some(false) => format!("-{column}"),
            _ => column.to_owned(),
        });
    };
    view! {
        <th scope="col" class=class aria-sort=aria>
            <button type="button" on:click=click title=(t.common.sort_by)(label)>
                {label}
                {move || {
                    state
                        .get()
                        .map(|backwards| {
                            view! { <Icon name=if backwards { "arrow-down" } else { "arrow-up" }/> }.into_any()
                        })
                }}
            </button>
        </th>
    }
}

/// The first tags, and how many more there are.
#[component]
pub fn TagList(
    /// The tags.
    tags: Vec<String>,
    /// How many are shown.
    #[prop(default = 3)]
    most: usize,
) -> impl IntoView {
    tag_list(use_t(), &tags, most)
}

/// The same, for rows.
#[must_use]
pub fn tag_list(t: &'static Messages, tags: &[String], most: usize) -> Still {
    let rest = tags.len().saturating_sub(most);
    let mut list = still("span").class("tag-list");
    if !tags.is_empty() {
        list = list.with("title", tags.join(", "));
    }
    let shown = tags.iter().take(most);
    list = list.child(shown.map(|tag| still("span").class("tag").text(tag.clone())));
    if rest > 0 {
        let more = still("small").with("aria-label", (t.common.more_tags)(rest));
        list = list.child(more.text(format!("+{rest}")));
    }
    list
}

/// Grey bars where rows will be, after a moment: what is fast does not flicker.
#[component]
pub fn SkeletonRows(
    /// The width of each column's bar, in percent.
    widths: &'static [u8],
) -> impl IntoView {
    let t = use_t();
    let shown = RwSignal::new(false);
    effect(move || {
        if let Ok(handle) = set_timeout_with_handle(
            move || shown.set(true),
            std::time::Duration::from_millis(150),
        ) {
            on_cleanup(move || handle.clear());
        }
    });
    view! {
        <tbody aria-busy="true" aria-label=t.common.loading class:is-waiting=move || !shown.get()>
            {(0..8).map(|index| skeleton_row(widths, index)).collect::<Vec<_>>()}
        </tbody>
    }
}

/// A row whose data are not there yet.
#[must_use]
pub fn skeleton_row(widths: &'static [u8], index: usize) -> AnyView {
    let cells = widths.iter().map(|width| {
        // uneven on purpose, so that it does not look like data
        let width = usize::from(*width) * (100 - index * 7 % 30) / 100;
        still("td").child(still("i").with("style", format!("--width:{width}%")))
    });
    still("tr")
        .class("skeleton-row")
        .with("aria-hidden", "true")
        .child(cells)
        .into_any()
}

/// An empty row, as high as those that it stands for. An attribute, since the page's policy forbids
/// styles of elements.
#[must_use]
pub fn row_space(pixels: f64) -> AnyView {
    html::tr()
        .class("row-space")
        .aria_hidden("true")
        .attr("height", whole(pixels).to_string())
        .into_any()
}

/// Whole: the text of a float would be 10 kB of WASM.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and far below 2^32"
)]
pub(super) fn whole(pixels: f64) -> u32 {
    pixels.round() as u32
}

/// A count of rows, for heights.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
#[must_use]
pub fn float(count: usize) -> f64 {
    count as f64
}

/// A name's prefix (`omo.msa.`) and its last part (`startkit`): the eye looks for the last.
#[must_use]
pub fn split_name(name: &str) -> (String, String) {
    match name.trim_end_matches('.').rfind('.') {
        Some(dot) => (name[..=dot].to_owned(), name[dot + 1..].to_owned()),
        None => (String::new(), name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_split_at_the_last_dot() {
        for (name, prefix, last) in [
            ("omo.msa.startkit", "omo.msa.", "startkit"),
            ("redis", "", "redis"),
            ("a.", "", "a."),
            (".", "", "."),
            ("é.ü", "é.", "ü"),
            ("", "", ""),
        ] {
            assert_eq!(split_name(name), (prefix.into(), last.into()), "{name}");
        }
    }
}

//! The table of a listing: of a long list only the rows that are seen, between two spaces as high
//! as the others.

use leptos::prelude::*;
use wire::window::{DEFAULT_SORT, LIMIT_DEFAULT};

use super::{List, view::View, viewport};
use crate::{
    components::{SkeletonRows, SortHead, dynamic, row_space},
    i18n::{Messages, use_t},
    navigation::use_navigation,
};

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

    /// Versions: the first to go where there is little room.
    #[must_use]
    pub fn version(t: &'static Messages) -> Self {
        let width = "column-version column-secondary";
        Self::sorting(t.common.version, "version", width).with_class("column-secondary")
    }

    /// Where each row is, in a list over several datacenters.
    #[must_use]
    pub fn datacenter(t: &'static Messages) -> Self {
        Self::sorting(t.common.datacenter, "dc", "column-datacenter")
    }

    /// The same, with classes for its head.
    #[must_use]
    pub fn with_class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// The table; `skeleton` is the width of each column's bar where nothing arrived, in percent.
pub fn table(
    list: List,
    class: &'static str,
    columns: &[Column],
    skeleton: &'static [u8],
) -> AnyView {
    let view = View::new(list);
    view.follow();
    let body = dynamic(move || {
        if list.all().is_none() {
            return view! { <SkeletonRows widths=skeleton/> }.into_any();
        }
        view.keep();
        let count = list.count();
        let (begin, end) = if cfg!(feature = "ssr") {
            match list.held() {
                (0, _) => (0, viewport::first(count)),
                held => held,
            }
        } else {
            viewport::drawn(view.seen.get(), count)
        };
        let heights = view.heights();
        let rows = list.draw((begin, end), skeleton);
        // as long as nothing scrolls there, the server's window begins the table
        let before = if cfg!(feature = "ssr") { 0 } else { begin };
        view! {
            <tbody class:is-pending=list.is_pending()>
                {space(before, heights.above(before))}
                {rows}
                {space(count - end, heights.above(count) - heights.above(end))}
            </tbody>
        }
        .into_any()
    });
    let touch = move || list.touched.set_value(js_sys::Date::now());
    let (widths, heads) = head(list, columns);
    view! {
        <table
            class=format!("data-table is-windowed {class}")
            class:is-long=move || viewport::is_long(list.count())
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
        {windows(list)}
    }
    .into_any()
}

/// Where no script runs, the ways to the rows before and after those that came with the page.
fn windows(list: List) -> Option<AnyView> {
    if !cfg!(feature = "ssr") {
        return None;
    }
    let t = use_t();
    let navigation = use_navigation();
    let (begin, end) = match untrack(|| list.held()) {
        (0, _) => (0, viewport::first(untrack(|| list.count()))),
        held => held,
    };
    let link = |offset: usize, words: &'static str| {
        let offset = if offset == 0 {
            String::new()
        } else {
            offset.to_string()
        };
        let href = navigation.with_query("offset", &offset);
        view! { <a class="button" href=href>{words}</a> }.into_any()
    };
    let before = (begin > 0).then(|| {
        // the first page holds fewer
        let first = viewport::first(usize::MAX);
        let offset = begin.saturating_sub(LIMIT_DEFAULT);
        link(
            if offset < first { 0 } else { offset },
            t.common.rows_before,
        )
    });
    let after = (end < untrack(|| list.count())).then(|| link(end, t.common.rows_after));
    (before.is_some() || after.is_some()).then(|| {
        view! {
            <noscript>
                <nav class="more-rows" aria-label=t.common.rows>{before}{after}</nav>
            </noscript>
        }
        .into_any()
    })
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

/// As high as the rows that it stands for, if any.
fn space(rows: usize, pixels: f64) -> Option<AnyView> {
    (rows > 0).then(|| row_space(pixels))
}

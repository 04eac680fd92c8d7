//! The table of a listing.

use leptos::prelude::*;

use super::{DEFAULT_SORT, View};
use crate::{
    components::{MoreRows, SkeletonRows, SortHead, dynamic},
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

    /// The same, with classes for its head.
    #[must_use]
    pub fn with_class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

pub(super) fn table(
    list: View,
    class: &'static str,
    columns: StoredValue<Vec<Column>>,
    skeleton: &'static [u8],
) -> AnyView {
    let navigation = use_navigation();
    let on_sort = Callback::new(move |sort: String| {
        let sort = if sort == DEFAULT_SORT { "" } else { &sort };
        navigation.set_query("sort", sort);
    });
    let more = MoreRows::new();
    let body = dynamic(move || {
        if list.rows.about.with(Option::is_none) {
            return view! { <SkeletonRows widths=skeleton/> }.into_any();
        }
        let places = list
            .shown
            .with(|places| places.iter().copied().take(more.limit()).collect());
        view! { <tbody>{list.rows.draw.run(places)}</tbody> }.into_any()
    });
    let columns = columns.read_value();
    let widths: Vec<_> = columns
        .iter()
        .map(|column| view! { <col class=column.width/> }.into_any())
        .collect();
    let heads: Vec<_> = columns
        .iter()
        .map(|column| match column.sort {
            Some(sort) => view! {
                <SortHead label=column.label column=sort sort=list.sort on_sort class=column.class/>
            }
            .into_any(),
            None => view! { <th scope="col" class=column.class>{column.label}</th> }.into_any(),
        })
        .collect();
    view! {
        <table class=format!("data-table is-folding {class}")>
            <colgroup>{widths}</colgroup>
            <thead>
                <tr>{heads}</tr>
            </thead>
            {body}
        </table>
        {more.button(Signal::derive(move || list.shown.with(Vec::len)))}
    }
    .into_any()
}

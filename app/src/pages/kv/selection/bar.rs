//! What is done with the keys that are picked: a bar above their list.

use leptos::prelude::*;

use super::{Asked, Selection, target::Way};
use crate::{
    components::{Icon, dynamic},
    i18n::{number, use_t},
    state::use_settings,
};

/// The bar: how much is picked, and what can be done with it.
#[component]
pub fn SelectionBar(
    /// What is picked.
    selection: Selection,
) -> impl IntoView {
    let count = Memo::new(move |_| selection.count());
    let is_any = Memo::new(move |_| count.get() > 0);
    dynamic(move || is_any.get().then(|| buttons(selection, count)))
}

fn buttons(selection: Selection, count: Memo<usize>) -> AnyView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let left = Memo::new(move |_| selection.left());
    view! {
        <div class="selection-bar" role="toolbar" aria-label=t.changes.selection>
            <b>{move || (t.changes.selected)(&number(count.get() as u64))}</b>
            {move || {
                (left.get() > 0)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button is-quiet is-small"
                                on:click=move |_| selection.take_all()
                            >
                                {(t.changes.select_all)(&number((left.get() + count.get()) as u64))}
                            </button>
                        }.into_any()
                    })
            }}
            <span class="push-end"></span>
            <button
                type="button"
                class="button is-small"
                on:click=move |_| selection.asked.set(Some(Asked::Export(selection.picked())))
            >
                {t.changes.export}
            </button>
            {can_write.then(|| writing(selection, count))}
            <button
                type="button"
                class="button is-quiet is-small is-icon-only"
                aria-label=t.changes.clear_selection
                on:click=move |_| selection.clear()
            >
                <Icon name="x"/>
            </button>
        </div>
    }
    .into_any()
}

/// The buttons of what changes keys.
fn writing(selection: Selection, count: Memo<usize>) -> AnyView {
    let t = use_t();
    let one = Memo::new(move |_| count.get() == 1);
    let button = move |label: &'static str, way: Way| {
        view! {
            <button
                type="button"
                class="button is-small"
                on:click=move |_| selection.asked.set(Some(Asked::Go(way)))
            >
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        {button(t.changes.copy_to, Way::Copy)}
        {button(t.changes.move_to, Way::Move)}
        {move || {
            (one.get() && selection.picked().matching.is_none())
                .then(|| {
                    view! {
                        {button(t.changes.rename, Way::Rename)}
                        {button(t.changes.duplicate, Way::Duplicate)}
                    }.into_any()
                })
        }}
        <button
            type="button"
            class="button is-small is-danger"
            on:click=move |_| selection.asked.set(Some(Asked::Delete(selection.picked())))
        >
            {t.changes.delete}
        </button>
    }
    .into_any()
}

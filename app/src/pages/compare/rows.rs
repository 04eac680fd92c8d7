//! The pairs: each key with how it stands on both sides.

use std::sync::Arc;

use leptos::prelude::*;
use wire::compare::{PairRow, PairState, Side};

use super::{pair::Pair, state::State};
use crate::{
    components::{Extent, Icon, KeyText, TallList, dynamic, row_space, tall_list},
    i18n::{self, Messages, use_t},
    state::use_settings,
};

/// A row's height until one is measured, as the style says.
const ROW_PIXELS: f64 = 36.0;

/// How many columns the table has, for rows that go over all of them.
const COLUMNS: &str = "5";

/// The table of pairs.
#[must_use]
pub fn table(state: State) -> AnyView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let count = move || state.rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
    let rows = tall_list(TallList {
        extent: Signal::derive(move || Extent {
            number: state.rows_number.get(),
            count: count(),
        }),
        key: None,
        row_pixels: ROW_PIXELS,
        row: Arc::new(move |place, _| {
            let row = state
                .rows
                .with_untracked(|rows| rows.as_ref()?.get(place).cloned());
            row.map(|row| pair_row(t, state, place, &row, can_write))
                .into_any()
        }),
        room: row_space,
    });
    let all = move |event: web_sys::Event| {
        let checked = event_target_checked(&event);
        state.selected.update(|selected| {
            selected.clear();
            if checked {
                let rows = state.rows.get_untracked().unwrap_or_default();
                let unequal = rows.into_iter().filter(|row| row.state != PairState::Equal);
                selected.extend(unequal.map(|row| row.key));
            }
        });
    };
    view! {
        <table class="data-table compare-table" aria-rowcount=move || count() + 1>
            <colgroup>
                <col class="column-select"/>
                <col/>
                <col class="column-state"/>
                <col class="column-size"/>
                <col class="column-size"/>
            </colgroup>
            <thead>
                <tr aria-rowindex="1">
                    <th scope="col">
                        {can_write
                            .then(|| {
                                view! {
                                    <input
                                        type="checkbox"
                                        aria-label=t.compare.select_all
                                        title=t.compare.select_all
                                        prop:checked=move || state.selected.with(|selected| !selected.is_empty())
                                        on:change=all
                                    />
                                }.into_any()
                            })}
                    </th>
                    <th scope="col">{t.common.key}</th>
                    <th scope="col">{t.compare.state}</th>
                    <th scope="col" class="column-number">{t.compare.size_left}</th>
                    <th scope="col" class="column-number">{t.compare.size_right}</th>
                </tr>
            </thead>
            <tbody class:is-pending=move || state.busy.get()>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn pair_row(
    t: &'static Messages,
    state: State,
    place: usize,
    row: &PairRow,
    can_write: bool,
) -> AnyView {
    let key = StoredValue::new(row.key.clone());
    let is_open = Memo::new(move |_| {
        state
            .open
            .with(|open| key.with_value(|key| open.as_ref() == Some(key)))
    });
    let is_selected = move || {
        state
            .selected
            .with(|selected| key.with_value(|key| selected.contains(key)))
    };
    let toggle = move |_| {
        let key = key.get_value();
        state.open.update(|open| {
            *open = (open.as_ref() != Some(&key)).then_some(key);
        });
    };
    let may_select = can_write && row.state != PairState::Equal;
    let name = row.key.clone();
    let shown = row.clone();
    view! {
        <tr
            data-place=place.to_string()
            aria-rowindex=(place + 2).to_string()
            class=format!("pair-row is-{}", row.state.word())
            class:has-detail=is_open
            aria-selected=move || is_selected().then_some("true")
        >
            <td>{may_select.then(|| selection(t, state, key))}</td>
            <td>
                <button
                    type="button"
                    class="key-name mono"
                    data-row-link=""
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    title=t.compare.show_diff
                    on:click=toggle
                >
                    <Icon name="right"/>
                    <span class="ellipsis"><KeyText text=name/></span>
                    {row.secret.then(|| view! { <span class="badge">{t.compare.secret}</span> }.into_any())}
                </button>
            </td>
            <td>{pair_state(t, row.state)}</td>
            <td class="column-number text-secondary">{size(row.left)}</td>
            <td class="column-number text-secondary">{size(row.right)}</td>
        </tr>
        {dynamic(move || {
            is_open
                .get()
                .then(|| {
                    let row = shown.clone();
                    view! {
                        <tr class="detail-row">
                            <td colspan=COLUMNS><Pair state row/></td>
                        </tr>
                    }.into_any()
                })
        })}
    }
    .into_any()
}

/// The box that selects a pair.
fn selection(t: &'static Messages, state: State, key: StoredValue<String>) -> AnyView {
    let is_selected = move || {
        state
            .selected
            .with(|selected| key.with_value(|key| selected.contains(key)))
    };
    let select = move |event: web_sys::Event| {
        let (checked, key) = (event_target_checked(&event), key.get_value());
        state.selected.update(|selected| {
            if checked {
                selected.insert(key);
            } else {
                selected.remove(&key);
            }
        });
    };
    let label = key.with_value(|key| (t.compare.select)(key));
    view! {
        <input type="checkbox" aria-label=label prop:checked=is_selected on:change=select/>
    }
    .into_any()
}

fn pair_state(t: &'static Messages, state: PairState) -> AnyView {
    let (sign, word) = match state {
        PairState::Different => ("≠", t.compare.state_different),
        PairState::Left => ("←", t.compare.state_left),
        PairState::Right => ("→", t.compare.state_right),
        PairState::Equal => ("=", t.compare.state_equal),
    };
    view! {
        <span class="pair-state" data-pair=state.word()>
            <span aria-hidden="true">{sign}</span>
            {word}
        </span>
    }
    .into_any()
}

fn size(side: Option<Side>) -> String {
    side.map_or_else(
        || "–".to_owned(),
        |side| i18n::size(usize::try_from(side.size_bytes).unwrap_or(usize::MAX)),
    )
}

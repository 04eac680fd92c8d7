//! Changes as rows, each with what it changed below it when it is opened.

use std::sync::Arc;

use leptos::prelude::*;
use wire::history::{Kind, Note, Record, Records, Who};

use super::{changes::Shown, detail::Detail, name::size};
use crate::{
    components::{
        Extent, Icon, Moment, TallList, dynamic,
        key_history::{key_name, kind_word, who_text},
        row_space, tall_list,
    },
    i18n::{Messages, number, use_t},
};

/// A row's height until one is measured, as the style says.
const ROW_PIXELS: f64 = 36.0;

/// The table of changes.
pub(super) fn table(shown: Shown, records: Signal<Option<Arc<Records>>>) -> AnyView {
    let t = use_t();
    let count =
        move || records.with(|records| records.as_ref().map_or(0, |found| found.items.len()));
    let rows = tall_list(TallList {
        extent: Signal::derive(move || Extent {
            // another page begins at its first row
            number: records.with(|records| records.as_ref().map_or(0, |found| found.offset)),
            count: count(),
        }),
        // a row that is looked at stays as it is while others come
        key: Some(Arc::new(move |place| {
            let key = |record: &Record| {
                let Who {
                    accessor_id,
                    through_waggle,
                    ..
                } = &record.who;
                format!("{} {through_waggle} {accessor_id}", record.id)
            };
            with_record(records, place, key).unwrap_or_default()
        })),
        row_pixels: ROW_PIXELS,
        row: Arc::new(move |place, now| {
            with_record(records, place, |record| row(t, shown, now, record)).into_any()
        }),
        room: row_space,
    });
    let first = if shown.one_key {
        t.history.compare_two
    } else {
        t.history.column_key
    };
    view! {
        <table
            class="data-table is-folding history-table"
            class:is-of-one-key=shown.one_key
            aria-rowcount=move || (count() + 1).to_string()
        >
            <colgroup>
                <col class="column-what"/>
                {shown.everywhere.then(|| view! { <col class="column-datacenter"/> })}
                <col class="column-key-name"/>
                <col class="column-size column-secondary"/>
                <col class="column-who"/>
                <col class="column-index column-secondary"/>
                <col class="column-time"/>
            </colgroup>
            <thead>
                <tr aria-rowindex="1">
                    <th scope="col">{t.history.column_what}</th>
                    {shown.everywhere.then(|| view! { <th scope="col">{t.common.datacenter}</th> })}
                    <th scope="col">{first}</th>
                    <th scope="col" class="column-secondary">{t.history.column_size}</th>
                    <th scope="col">{t.history.column_who}</th>
                    <th scope="col" class="column-number column-index column-secondary">{t.history.column_index}</th>
                    <th scope="col" class="column-number">{t.history.column_seen}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn with_record<T>(
    records: Signal<Option<Arc<Records>>>,
    place: usize,
    of: impl FnOnce(&Record) -> T,
) -> Option<T> {
    records.with_untracked(|records| records.as_ref()?.items.get(place).map(of))
}

fn row(t: &'static Messages, shown: Shown, place: Signal<usize>, record: &Record) -> AnyView {
    let id = record.id;
    let is_open = Memo::new(move |_| shown.open.get() == Some(id));
    let toggle = move |_| {
        shown
            .open
            .update(|open| *open = if *open == Some(id) { None } else { Some(id) });
    };
    let what = view! {
        <button
            type="button"
            class="history-what"
            data-kind=record.kind.word()
            data-row-link=(!shown.one_key).then_some("")
            aria-expanded=move || if is_open.get() { "true" } else { "false" }
            title=t.history.show_change
            on:click=toggle
        >
            <Icon name=icon(record.kind)/>
            <span>{kind_word(t, record.kind)}</span>
        </button>
    };
    let name = if shown.one_key {
        picker(t, shown, record)
    } else {
        key_name(&record.key)
    };
    let outside = (!record.who.through_waggle).then_some(t.history.outside_hint);
    let at = record.seen;
    let seen = dynamic(move || {
        shown.minute.track();
        view! { <Moment at/> }
    });
    let kept = StoredValue::new(record.clone());
    let columns = if shown.everywhere { "7" } else { "6" };
    let detail = dynamic(move || {
        is_open.get().then(|| {
            let record = kept.get_value();
            view! {
                <tr class="detail-row">
                    <td colspan=columns data-fold="5"><Detail record restoring=shown.restoring/></td>
                </tr>
            }
            .into_any()
        })
    });
    view! {
        <tr
            data-place=move || place.get().to_string()
            aria-rowindex=move || (place.get() + 2).to_string()
            class:has-detail=is_open
        >
            <td data-fold="3">{what}</td>
            {shown.everywhere.then(|| datacenter(record))}
            <td data-fold="1">
                <span class="history-name" on:click=toggle>{name}{notes(t, record)}</span>
            </td>
            <td class="column-secondary text-secondary history-size">{sizes(record)}</td>
            <td data-fold="4" class:text-tertiary=!record.who.through_waggle title=outside>
                <span class="ellipsis">{who_text(t, record)}</span>
            </td>
            <td class="column-number column-index column-secondary mono text-secondary">
                {record.index_after.map(number)}
            </td>
            <td class="column-number text-secondary" data-fold="2">{seen}</td>
        </tr>
        {detail}
    }
    .into_any()
}

/// Picks a version of the one key that is looked at.
fn picker(t: &'static Messages, shown: Shown, record: &Record) -> AnyView {
    let kept = StoredValue::new(record.clone());
    let id = record.id;
    let is_picked = move || {
        let picked = shown.picked.get();
        picked.iter().any(|one| one.id == id)
    };
    let label = match record.index_after {
        Some(index) => (t.history.version_of)(&number(index)),
        None => t.versions.deleted.to_owned(),
    };
    if record.index_after.is_none() {
        return view! { <span class="text-tertiary">{label}</span> }.into_any();
    }
    let change = move |event| {
        let checked = event_target_checked(&event);
        shown.picked.update(|picked| {
            picked.retain(|one| one.id != id);
            if checked {
                // the third takes the place of the first
                if picked.len() > 1 {
                    picked.remove(0);
                }
                picked.push(kept.get_value());
            }
        });
    };
    view! {
        <label class="history-pick" title=t.history.pick_version on:click=|event| event.stop_propagation()>
            <input type="checkbox" prop:checked=is_picked on:change=change/>
            {label}
        </label>
    }
    .into_any()
}

fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Baseline => "eye",
        Kind::Created => "plus",
        Kind::Updated => "refresh",
        Kind::Deleted => "trash",
    }
}

/// Where it was.
pub(super) fn datacenter(record: &Record) -> AnyView {
    view! { <td data-fold="4"><span class="ellipsis">{record.datacenter.clone()}</span></td> }
        .into_any()
}

/// What is known beside the change itself.
pub(super) fn notes(t: &'static Messages, record: &Record) -> AnyView {
    let mut notes: Vec<(&'static str, &'static str)> = Vec::new();
    for note in &record.notes {
        notes.push(match note {
            Note::Unwatched => (t.versions.unwatched, t.versions.unwatched_hint),
            Note::MayHaveMissed if record.kind == Kind::Deleted => (
                t.history.may_have_missed,
                t.history.gone_may_have_missed_hint,
            ),
            Note::MayHaveMissed => (t.history.may_have_missed, t.history.may_have_missed_hint),
            Note::Recreated => (t.history.recreated, ""),
            Note::Same => (t.history.same, ""),
            Note::Lock => (t.history.lock, ""),
        });
    }
    if record.secret {
        notes.push((t.history.secret, ""));
    }
    if record.kind == Kind::Updated && record.flags_before != record.flags_after {
        notes.push((t.history.flags, ""));
    }
    let notes: Vec<AnyView> = notes
        .into_iter()
        .map(|(text, hint)| {
            let hint = (!hint.is_empty()).then_some(hint);
            view! { <span class="tag" title=hint>{text}</span> }.into_any()
        })
        .collect();
    view! { <span class="history-notes">{notes}</span> }.into_any()
}

/// Before and after, one where they are the same.
fn sizes(record: &Record) -> String {
    match (record.size_before, record.size_after) {
        (Some(before), Some(after)) if before != after => {
            format!("{} → {}", size(before), size(after))
        }
        (_, Some(bytes)) | (Some(bytes), None) => size(bytes),
        (None, None) => String::new(),
    }
}

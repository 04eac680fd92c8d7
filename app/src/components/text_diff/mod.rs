//! What differs between two texts: side by side or one below the other, words marked inside
//! changed lines, equal lines folded. Knows no page; `lines` is pure and may be imported by all.

mod compared;
pub mod lines;
mod rows;
mod table;
pub mod values;
mod words;

use std::sync::Arc;

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

pub use self::values::{Held, ValueDiff};
use self::{compared::Compared, table::Layout};
use super::{Icon, dynamic};
use crate::{
    effect::effect,
    i18n::{Messages, number, use_t},
};

/// Rows drawn at first, and added by each press of the button below them.
const ROWS: usize = 500;

/// Below this width of the window both sides do not fit beside each other.
const NARROW: &str = "(max-width: 960px)";

/// The text of a value; bytes that are not UTF-8 are told in hex. Equal only for equal bytes.
#[must_use]
pub fn text_of(t: &'static Messages, bytes: &[u8]) -> Arc<str> {
    compared::text_or_hex(bytes, |size| (t.diff.not_text)(&number(size as u64)))
}

/// Two texts and what differs.
#[component]
pub fn TextDiff(
    /// The old text.
    #[prop(into)]
    before: Signal<Arc<str>>,
    /// The new text.
    #[prop(into)]
    after: Signal<Arc<str>>,
    /// What the old text is.
    #[prop(into)]
    before_label: String,
    /// What the new text is.
    #[prop(into)]
    after_label: String,
) -> impl IntoView {
    let t = use_t();
    let compared = Memo::new(move |_| Arc::new(Compared::new(before.get(), after.get())));
    let layout = RwSignal::new(Layout::Sides);
    effect(move || {
        let narrow = window().match_media(NARROW).ok().flatten();
        if narrow.is_some_and(|narrow| narrow.matches()) {
            layout.set(Layout::Inline);
        }
    });
    let shown = RwSignal::new(ROWS);
    let here = RwSignal::new(0_usize);
    effect(move || {
        compared.track();
        shown.set(ROWS);
        here.set(0);
    });
    let section = NodeRef::<html::Div>::new();
    let go = Callback::new(move |step: isize| go(section, compared, here, shown, step));
    let on_key = move |event: web_sys::KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        let step = match event.key().as_str() {
            "n" if plain => 1,
            "p" if plain => -1,
            "F7" if event.shift_key() => -1,
            "F7" => 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        go.run(step);
    };
    let labels = StoredValue::new((before_label, after_label));
    view! {
        <div class="diff" node_ref=section on:keydown=on_key>
            <Bar compared layout here go/>
            <div class="diff-scroll" tabindex="0" role="region" aria-label=t.diff.label>
                {dynamic(move || {
                    let compared = compared.get();
                    if compared.added + compared.removed == 0 {
                        return view! { <p class="diff-same">{t.diff.no_difference}</p> }.into_any();
                    }
                    let labels = labels.get_value();
                    view! { <Lines compared layout=layout.get() shown labels/> }.into_any()
                })}
            </div>
        </div>
    }
    .into_any()
}

/// Puts the focus on the next or the previous change.
fn go(
    section: NodeRef<html::Div>,
    compared: Memo<Arc<Compared>>,
    here: RwSignal<usize>,
    shown: RwSignal<usize>,
    step: isize,
) {
    let next = compared.with_untracked(|compared| {
        let count = compared.changes.len();
        if count == 0 {
            return None;
        }
        let at = here.get_untracked();
        let next = if step > 0 {
            at % count + 1
        } else if at > 1 {
            at - 1
        } else {
            count
        };
        Some((next, compared.changes[next - 1]))
    });
    let Some((next, row)) = next else {
        return;
    };
    here.set(next);
    if row >= shown.get_untracked() {
        shown.set(row + ROWS);
    }
    // once it is drawn
    request_animation_frame(move || {
        let found = section
            .try_get_untracked()
            .flatten()
            .and_then(|section| {
                section
                    .query_selector(&format!("[data-hunk='{next}']"))
                    .ok()
            })
            .flatten()
            .and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(row) = found {
            let _ = row.focus();
        }
    });
}

/// How much differs, the way from change to change, and the layout.
#[component]
fn Bar(
    /// The texts.
    compared: Memo<Arc<Compared>>,
    /// How they are laid out.
    layout: RwSignal<Layout>,
    /// The change that was gone to, from 1.
    here: RwSignal<usize>,
    /// Goes on to the next, or back.
    go: Callback<isize>,
) -> impl IntoView {
    let t = use_t();
    let count = Memo::new(move |_| compared.with(|compared| compared.changes.len()));
    let amounts = move || {
        compared.with(|compared| {
            view! {
                <span class="text-added">{format!("+{}", compared.added)}</span>
                " "
                <span class="text-removed">{format!("−{}", compared.removed)}</span>
            }
            .into_any()
        })
    };
    let place = move || {
        let here = u32::try_from(here.get()).unwrap_or(0);
        (t.diff.change_of)(here, u32::try_from(count.get()).unwrap_or(u32::MAX))
    };
    let step = move |by: isize, label: &'static str, icon: &'static str| {
        view! {
            <button
                type="button"
                class="button is-small is-quiet is-icon-only"
                aria-label=label
                title=label
                disabled=move || count.get() == 0
                on:click=move |_| go.run(by)
            >
                <Icon name=icon/>
            </button>
        }
        .into_any()
    };
    let choice = move |value: Layout, label: &'static str| {
        view! {
            <button
                type="button"
                aria-pressed=move || (layout.get() == value).to_string()
                on:click=move |_| layout.set(value)
            >
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="diff-bar">
            <span class="diff-amounts">{dynamic(amounts)}</span>
            {step(-1, t.diff.previous_change, "arrow-up")}
            {step(1, t.diff.next_change, "arrow-down")}
            <span class="diff-place" aria-live="polite">{place}</span>
            <div class="segmented push-end" role="group" aria-label=t.diff.layout>
                {choice(Layout::Sides, t.diff.side_by_side)}
                {choice(Layout::Inline, t.diff.inline)}
            </div>
        </div>
    }
    .into_any()
}

/// The lines.
#[component]
fn Lines(
    /// The texts.
    compared: Arc<Compared>,
    /// How they are laid out.
    layout: Layout,
    /// Rows that are drawn.
    shown: RwSignal<usize>,
    /// What both texts are.
    labels: (String, String),
) -> impl IntoView {
    let t = use_t();
    let (before, after) = labels;
    let (class, columns, head) = if layout == Layout::Sides {
        let columns = view! { <col class="column-line"/><col/><col class="column-line"/><col/> };
        let head = view! {
            <th scope="col" colspan="2">{before}</th>
            <th scope="col" colspan="2">{after}</th>
        };
        ("diff-table", columns.into_any(), head.into_any())
    } else {
        let columns = view! { <col class="column-line"/><col class="column-line"/><col/> };
        let head = view! { <th scope="col" colspan="3">{before}" → "{after}</th> };
        ("diff-table is-inline", columns.into_any(), head.into_any())
    };
    let total = compared.rows.len();
    let more = dynamic(move || {
        let left = total.saturating_sub(shown.get());
        (left > 0).then(|| {
            view! {
                <div class="more-rows">
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| shown.update(|shown| *shown += 2 * ROWS)
                    >
                        {(t.diff.more_rows)(u32::try_from(left).unwrap_or(u32::MAX))}
                    </button>
                </div>
            }
            .into_any()
        })
    });
    view! {
        <table class=class>
            <colgroup>{columns}</colgroup>
            <thead><tr>{head}</tr></thead>
            <tbody>{dynamic(move || table::body(&compared, layout, shown.get()))}</tbody>
        </table>
        {more}
    }
    .into_any()
}

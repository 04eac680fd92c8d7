//! From when until when, exactly: two times in the address, which the list and the export follow.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::Scope;
use crate::{
    components::{dynamic, moment::now},
    effect::effect,
    i18n::use_t,
};

const HOUR: u64 = 60 * 60 * 1000;

/// Picks what time is looked at; a range begins as the last hour.
pub(super) fn pick(scope: Scope, span: &str) {
    let address = if span == "range" {
        let until = now();
        let (since, until) = (until.saturating_sub(HOUR).to_string(), until.to_string());
        scope.address(&[("last", span), ("since", &since), ("until", &until)])
    } else {
        scope.address(&[("last", span), ("since", ""), ("until", "")])
    };
    scope.navigation.replace(&address);
}

/// A time as the browser's field for times has it: where people are, to the second.
fn local(milliseconds: &str) -> String {
    let Ok(at) = milliseconds.parse::<f64>() else {
        return String::new();
    };
    let date = js_sys::Date::new(&JsValue::from_f64(at));
    if date.get_time().is_nan() {
        return String::new();
    }
    let time = String::from(date.to_locale_string("sv-SE", &JsValue::UNDEFINED));
    time.replace(' ', "T")
}

/// The time that stands in the field, in milliseconds since 1970; empty for none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time since 1970"
)]
fn milliseconds(local: &str) -> String {
    let at = js_sys::Date::parse(local);
    if at.is_nan() || at < 0.0 {
        return String::new();
    }
    (at as u64).to_string()
}

/// The two fields, where a range is picked.
#[component]
pub fn RangeFields(
    /// What is looked at.
    scope: Scope,
) -> impl IntoView {
    let t = use_t();
    let is_range = Memo::new(move |_| scope.span.with(|span| span == "range"));
    let field = move |name: &'static str, label: &'static str, value: Memo<String>| {
        let shown = RwSignal::new(String::new());
        // only the browser knows where people are
        effect(move || shown.set(local(&value.get())));
        let change = move |event: web_sys::Event| {
            let picked = milliseconds(&event_target_value(&event));
            scope.navigation.set_query(name, &picked);
        };
        view! {
            <label class="history-range">
                <span>{label}</span>
                <span class="field">
                    <input type="datetime-local" step="1" prop:value=shown on:change=change/>
                </span>
            </label>
        }
        .into_any()
    };
    dynamic(move || {
        is_range.get().then(|| {
            let since = field("since", t.history.range_since, scope.since);
            let until = field("until", t.history.range_until, scope.until);
            view! { {since}{until} }.into_any()
        })
    })
}

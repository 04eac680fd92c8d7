//! When something happened.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    effect::effect,
    i18n::{Messages, use_t},
};

/// How long ago something was, in words.
#[must_use]
pub fn ago(t: &'static Messages, milliseconds: u64) -> String {
    (t.common.ago)(now().saturating_sub(milliseconds) / 1000)
}

/// Milliseconds since 1970; on the server, where nobody looks at it, 0.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time of this age of the world"
)]
pub fn now() -> u64 {
    if cfg!(feature = "ssr") {
        return 0;
    }
    js_sys::Date::now() as u64
}

/// The same as a signal, which moves by the second while `runs` says so.
pub fn clock(runs: impl Fn() -> bool + Send + Sync + 'static) -> RwSignal<u64> {
    let time = RwSignal::new(now());
    let runs = Memo::new(move |_| runs());
    effect(move || {
        if !runs.get() {
            return;
        }
        let tick = move || time.set(now());
        tick();
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    time
}

/// A time, relative, with the exact one for those who want it.
#[component]
pub fn Moment(
    /// In milliseconds since 1970.
    at: u64,
) -> impl IntoView {
    let t = use_t();
    if cfg!(feature = "ssr") {
        return ().into_any();
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a time of this age of the world"
    )]
    let date = js_sys::Date::new(&(at as f64).into());
    let exact = String::from(date.to_locale_string("sv-SE", &wasm_bindgen::JsValue::UNDEFINED));
    let iso = String::from(date.to_iso_string());
    view! { <time datetime=iso title=exact>{ago(t, at)}</time> }.into_any()
}

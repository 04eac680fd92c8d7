//! What the tabs say of things that the instances have in common.

use leptos::prelude::*;
use wire::services::Told;

use crate::i18n::{number, use_t};

/// How many of the instances say so: one number where all do.
pub(super) fn of_instances(count: u32, total: u32) -> String {
    let (count, total) = (u64::from(count), u64::from(total));
    if count == total {
        number(count)
    } else {
        format!("{} / {}", number(count), number(total))
    }
}

/// The line below them where not all are told.
pub(super) fn left_out<T>(told: &Told<T>) -> Option<AnyView> {
    let t = use_t();
    (told.left() > 0).then(|| {
        let text = (t.common.shown_of)(told.items.len(), told.total);
        view! { <div class="more-rows"><span>{text}</span></div> }.into_any()
    })
}

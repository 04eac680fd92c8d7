//! The values of one step, as they are and as they will be.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use leptos::prelude::*;
use wire::changes::StepDetail;

use crate::i18n::{size, use_t};

/// A row below a step: both values.
#[component]
pub fn Values(
    /// The step with its values.
    detail: StepDetail,
) -> impl IntoView {
    let t = use_t();
    let (before, after) = (detail.before_flags, detail.after_flags);
    let both = detail.before.is_some() && detail.after.is_some();
    let flags = (both && before != after).then(|| (t.changes.flags)(before, after));
    view! {
        <tr class="change-values">
            <td colspan="3">
                <div class="change-sides">
                    {side(t.changes.before, detail.before.as_deref())}
                    {side(t.changes.after, detail.after.as_deref())}
                </div>
                {flags.map(|text| view! { <p class="text-secondary">{text}</p> }.into_any())}
            </td>
        </tr>
    }
    .into_any()
}

fn side(label: &'static str, value: Option<&str>) -> AnyView {
    let t = use_t();
    let body = match value.map(|value| STANDARD.decode(value).unwrap_or_default()) {
        None => view! { <p class="text-tertiary">{t.changes.absent}</p> }.into_any(),
        Some(bytes) => match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => view! { <pre class="mono">{text}</pre> }.into_any(),
            Ok(text) => binary(text.len()),
            Err(error) => binary(error.as_bytes().len()),
        },
    };
    view! {
        <section>
            <h3>{label}</h3>
            {body}
        </section>
    }
    .into_any()
}

fn binary(bytes: usize) -> AnyView {
    let t = use_t();
    view! { <p class="text-tertiary">{(t.changes.binary)(&size(bytes))}</p> }.into_any()
}

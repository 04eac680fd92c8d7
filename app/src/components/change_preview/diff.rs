//! The values of one step, as they are and as they will be.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use leptos::prelude::*;
use wire::changes::StepDetail;

use super::state::Preview;
use crate::{
    components::{Icon, TextDiff},
    i18n::{size, use_t},
};

/// What is shown below a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// That the key of this step is marked secret.
    Masked(usize),
    /// Its values.
    Values(Box<StepDetail>),
}

impl Opened {
    /// The step's number.
    #[must_use]
    pub fn number(&self) -> usize {
        match self {
            Self::Masked(number) => *number,
            Self::Values(detail) => detail.step.number,
        }
    }
}

/// The row below a step.
pub(super) fn below(preview: Preview, opened: Opened) -> AnyView {
    let t = use_t();
    match opened {
        Opened::Values(detail) => view! { <Values detail=*detail/> }.into_any(),
        Opened::Masked(number) => view! {
            <tr class="change-values">
                <td colspan="3">
                    <div class="change-mask">
                        <span class="text-tertiary" aria-hidden="true">"••••••••"</span>
                        <span class="text-secondary">{t.kv.masked_title}</span>
                        <button
                            type="button"
                            class="button is-small"
                            on:click=move |_| preview.fetch_values(number)
                        >
                            <Icon name="eye"/>
                            {t.kv.reveal}
                        </button>
                    </div>
                </td>
            </tr>
        }
        .into_any(),
    }
}

/// A row below a step: how its values differ.
#[component]
fn Values(
    /// The step with its values.
    detail: StepDetail,
) -> impl IntoView {
    let t = use_t();
    let (before, after) = (detail.before_flags, detail.after_flags);
    let both = detail.before.is_some() && detail.after.is_some();
    let flags = (both && before != after).then(|| (t.changes.flags)(before, after));
    let values = match (
        text(detail.before.as_deref()),
        text(detail.after.as_deref()),
    ) {
        (Value::None, Value::Text(text)) | (Value::Text(text), Value::None) => {
            view! { <pre class="change-text mono">{text.to_string()}</pre> }.into_any()
        }
        (Value::Text(before), Value::Text(after)) => view! {
            <TextDiff
                before=Signal::stored(before)
                after=Signal::stored(after)
                before_label=t.changes.before
                after_label=t.changes.after
            />
        }
        .into_any(),
        (before, after) => view! {
            <dl class="pair-list">
                <dt>{t.changes.before}</dt>
                <dd>{told(&before)}</dd>
                <dt>{t.changes.after}</dt>
                <dd>{told(&after)}</dd>
            </dl>
        }
        .into_any(),
    };
    view! {
        <tr class="change-values">
            <td colspan="3">
                {values}
                {flags.map(|text| view! { <p class="text-secondary">{text}</p> }.into_any())}
            </td>
        </tr>
    }
    .into_any()
}

/// A value as it can be shown.
enum Value {
    None,
    Text(Arc<str>),
    Binary(usize),
}

fn text(value: Option<&str>) -> Value {
    let Some(value) = value else {
        return Value::None;
    };
    match String::from_utf8(STANDARD.decode(value).unwrap_or_default()) {
        Ok(text) if !text.contains('\0') => Value::Text(text.into()),
        Ok(text) => Value::Binary(text.len()),
        Err(error) => Value::Binary(error.as_bytes().len()),
    }
}

fn told(value: &Value) -> String {
    let t = use_t();
    match value {
        Value::None => t.changes.absent.to_owned(),
        Value::Text(text) => size(text.len()),
        Value::Binary(bytes) => (t.changes.binary)(&size(*bytes)),
    }
}

//! Which schema a key's value is compared with.

use leptos::prelude::*;
use wire::{
    format::Format,
    health::Health,
    schema::{SchemaInUse, is_schema},
};

use crate::{
    api,
    components::{HealthGlyph, KeyText, dynamic},
    effect::effect,
    i18n::{Messages, use_t},
    routes,
};

/// The schema, as a link to the key that holds it or as the name of a file; and that it is wrong.
#[must_use]
pub fn name(t: &'static Messages, dc: &str, schema: &SchemaInUse) -> AnyView {
    let what = match (&schema.key, &schema.file) {
        (Some(key), _) => {
            let href = routes::kv_edit(dc, key);
            view! { <a class="mono" href=href><KeyText text=key.clone()/></a> }.into_any()
        }
        (None, file) => {
            let file = file.clone().unwrap_or_default();
            view! { <span class="mono" title=t.kv.schema_file>{file}</span> }.into_any()
        }
    };
    let problem = schema.problem.clone().map(|problem| {
        view! {
            <span class="schema-wrong" title=problem>
                <HealthGlyph health=Health::Warning/>
                {t.kv.schema_wrong}
            </span>
        }
        .into_any()
    });
    view! { {what} {problem} }.into_any()
}

/// A row of a key's facts: its schema; nothing where it has none.
#[component]
pub fn SchemaRow(
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
) -> impl IntoView {
    let t = use_t();
    let found = RwSignal::new(None::<SchemaInUse>);
    let place = StoredValue::new((dc, key));
    effect(move || {
        let (dc, key) = place.get_value();
        if !Format::from_key(&key).is_tree() || is_schema(&key) {
            return;
        }
        leptos::task::spawn_local(async move {
            // a row of little weight: where it cannot be asked for, the page is whole without it
            if let Ok(answer) = api::kv::schema(&dc, &key).await {
                found.try_set(answer.schema);
            }
        });
    });
    dynamic(move || {
        let schema = found.get()?;
        let name = place.with_value(|(dc, _)| name(t, dc, &schema));
        Some(
            view! {
                <dt>{t.kv.detail_schema}</dt>
                <dd>{name}</dd>
            }
            .into_any(),
        )
    })
}

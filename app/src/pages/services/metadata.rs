//! Pairs that the instances give: in their registration, or through go-micro.

use std::sync::Arc;

use leptos::prelude::*;
use wire::services::{MetaKey, ServiceDetail};

use super::told::{left_out, of_instances};
use crate::{
    components::{Blank, CopyButton, dynamic, value_text},
    i18n::use_t,
};

/// The tab.
#[component]
pub fn MetadataTab(
    /// The service.
    detail: Memo<Arc<ServiceDetail>>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        let detail = detail.get();
        let total = detail.instance_health.total();
        let meta = &detail.together.meta;
        let rows: Vec<_> = meta
            .items
            .iter()
            .flat_map(|key| key_rows(key, total))
            .collect();
        if rows.is_empty() {
            return view! {
                <Blank
                    icon="file"
                    title=t.services.no_metadata.to_owned()
                    text=t.services.no_metadata_text.to_owned()
                />
            }
            .into_any();
        }
        view! {
            <table class="data-table is-folding">
                <colgroup><col class="column-key"/><col/><col class="column-count"/></colgroup>
                <thead>
                    <tr>
                        <th scope="col">{t.common.key}</th>
                        <th scope="col">{t.common.value}</th>
                        <th scope="col" class="column-number">{t.services.on_instances}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {left_out(meta)}
        }
        .into_any()
    })
}

/// A row for each value, and one for those that are left out.
fn key_rows(key: &MetaKey, total: u32) -> Vec<AnyView> {
    let t = use_t();
    let values = key.values.items.iter();
    let mut rows: Vec<AnyView> = values
        .map(|value| {
            let number = of_instances(value.instances, total);
            pair_row(&key.key, value.value.clone(), number)
        })
        .collect();
    if key.values.left() > 0 {
        let text = (t.services.other_values)(key.values.left());
        let row = view! {
            <tr>
                <td data-fold="1">{key.key.clone()}</td>
                <td data-fold="3" class="text-tertiary">{text}</td>
                <td></td>
            </tr>
        };
        rows.push(row.into_any());
    }
    rows
}

fn pair_row(key: &str, value: String, number: String) -> AnyView {
    let copy = value.clone();
    view! {
        <tr>
            <td data-fold="1" title=key.to_owned()>{key.to_owned()}</td>
            <td data-fold="3" class="mono" title=value.clone()>
                <span class="value-cell">
                    <span class="ellipsis">{value_text(value.clone())}</span>
                    <CopyButton text=copy/>
                </span>
            </td>
            <td data-fold="2" class="column-number">{number}</td>
        </tr>
    }
    .into_any()
}

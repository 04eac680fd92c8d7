//! Pairs that the instances give: in their registration, or through go-micro.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;
use wire::services::ServiceDetail;

use crate::{
    components::{Blank, CopyButton, dynamic},
    i18n::use_t,
};

/// Each key with its values, and how many instances have each value.
pub(super) fn all(detail: &ServiceDetail) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut keys: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for instance in &detail.instances {
        let mut own = instance.service.meta.clone();
        if let Some(micro) = &instance.micro {
            own.extend(micro.metadata.clone());
        }
        for (key, value) in own {
            *keys.entry(key).or_default().entry(value).or_default() += 1;
        }
    }
    keys
}

/// The tab.
#[component]
pub fn MetadataTab(
    /// The service.
    detail: Memo<Arc<ServiceDetail>>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        let detail = detail.get();
        let total = detail.instances.len();
        let rows: Vec<_> = all(&detail)
            .into_iter()
            .flat_map(|(key, values)| {
                values
                    .into_iter()
                    .map(move |(value, count)| pair_row(&key, value, count, total))
            })
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
        }
        .into_any()
    })
}

fn pair_row(key: &str, value: String, count: usize, total: usize) -> AnyView {
    let number = if count == total {
        count.to_string()
    } else {
        format!("{count} / {total}")
    };
    let copy = value.clone();
    view! {
        <tr>
            <td data-fold="1" title=key.to_owned()>{key.to_owned()}</td>
            <td data-fold="3" class="mono" title=value.clone()>
                <span class="value-cell">
                    <span class="ellipsis">{value.clone()}</span>
                    <CopyButton text=copy/>
                </span>
            </td>
            <td data-fold="2" class="column-number">{number}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::instances::Instance;

    #[test]
    fn values_are_counted() {
        let with = |value: &str| {
            let mut instance = Instance::default();
            instance.service.meta.insert("zone".into(), value.into());
            instance
        };
        let detail = ServiceDetail {
            instances: vec![with("a"), with("b"), with("a")],
            ..ServiceDetail::default()
        };
        let values = &all(&detail)["zone"];
        assert_eq!((values["a"], values["b"]), (2, 1));
    }
}

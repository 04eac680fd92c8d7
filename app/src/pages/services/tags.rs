//! What instances are tagged with, and what go-micro wrote there.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;
use wire::{instances::DecodedTag, services::ServiceDetail};

use crate::{
    components::{Blank, CopyButton, Icon, dynamic},
    i18n::use_t,
};

/// Tags that people wrote, and how many instances have each.
pub(super) fn plain(detail: &ServiceDetail) -> BTreeMap<String, usize> {
    let mut tags = BTreeMap::new();
    for tag in detail
        .instances
        .iter()
        .flat_map(|instance| instance.plain_tags())
    {
        *tags.entry(tag.to_owned()).or_default() += 1;
    }
    tags
}

/// Tags that go-micro wrote, each once.
fn decoded(detail: &ServiceDetail) -> Vec<DecodedTag> {
    let mut tags = BTreeMap::new();
    for tag in detail
        .instances
        .iter()
        .filter_map(|instance| instance.micro.as_ref())
        .flat_map(|micro| &micro.tags)
    {
        tags.insert(tag.raw.as_str(), tag);
    }
    tags.into_values().cloned().collect()
}

/// How many different tags there are.
pub(super) fn count(detail: &ServiceDetail) -> usize {
    plain(detail).len() + decoded(detail).len()
}

/// The tab.
#[component]
pub fn TagsTab(
    /// The service.
    detail: Memo<Arc<ServiceDetail>>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        let detail = detail.get();
        let (plain, decoded) = (plain(&detail), decoded(&detail));
        if plain.is_empty() && decoded.is_empty() {
            return view! {
                <Blank icon="services" title=t.services.no_tags.to_owned() text=t.services.no_tags_text.to_owned()/>
            }
            .into_any();
        }
        let total = detail.instances.len();
        let rows: Vec<_> = plain
            .into_iter()
            .map(|(tag, count)| {
                let number = if count == total {
                    count.to_string()
                } else {
                    format!("{count} / {total}")
                };
                view! {
                    <tr>
                        <td data-fold="1"><span class="tag">{tag}</span></td>
                        <td class="column-number" data-fold="2">{number}</td>
                    </tr>
                }
                .into_any()
            })
            .collect();
        let table = (!rows.is_empty()).then(|| {
            view! {
                <table class="data-table is-folding">
                    <colgroup><col/><col class="column-count"/></colgroup>
                    <thead>
                        <tr>
                            <th scope="col">{t.services.tag}</th>
                            <th scope="col" class="column-number">{t.services.on_instances}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any()
        });
        let decoded = (!decoded.is_empty()).then(|| {
            view! { <section class="page-section"><DecodedTags tags=decoded/></section> }.into_any()
        });
        view! {
            {table}
            {decoded}
        }
        .into_any()
    })
}

/// What go-micro's tags say, each raw tag one click away.
#[component]
pub fn DecodedTags(
    /// The tags.
    tags: Vec<DecodedTag>,
) -> impl IntoView {
    let t = use_t();
    let list: Vec<_> = tags
        .into_iter()
        .map(|tag| {
            let raw = tag.raw.clone();
            view! {
                <details class="raw-tag">
                    <summary title=t.services.raw_tag>
                        <Icon name="right"/>
                        <span class="mono">{tag.text}</span>
                    </summary>
                    <pre>{tag.raw} " " <CopyButton text=raw/></pre>
                </details>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="section-head">
            <h2>{t.services.decoded_tags}</h2>
            <small>{t.services.decoded_tags_text}</small>
        </div>
        {list}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::instances::{Instance, Micro};

    #[test]
    fn decoded_tags_are_not_plain_ones() {
        let mut instance = Instance::default();
        instance.service.tags = vec!["v2".into(), "v-789c".into()];
        instance.micro = Some(Micro {
            tags: vec![DecodedTag {
                raw: "v-789c".into(),
                text: "version 2.8.1".into(),
            }],
            ..Micro::default()
        });
        let detail = ServiceDetail {
            instances: vec![instance.clone(), instance],
            ..ServiceDetail::default()
        };
        assert_eq!(plain(&detail), BTreeMap::from([("v2".to_owned(), 2)]));
        assert_eq!(decoded(&detail).len(), 1);
        assert_eq!(count(&detail), 2);
    }
}

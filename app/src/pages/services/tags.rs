//! What instances are tagged with, and what go-micro wrote there.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{instances::DecodedTag, services::ServiceDetail};

use super::told::{left_out, of_instances};
use crate::{
    components::{Blank, CopyButton, Icon, dynamic},
    i18n::use_t,
};

/// The tab.
#[component]
pub fn TagsTab(
    /// The service.
    detail: Memo<Arc<ServiceDetail>>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        let detail = detail.get();
        let together = &detail.together;
        if together.tags.total + together.decoded_tags.total == 0 {
            return view! {
                <Blank icon="services" title=t.services.no_tags.to_owned() text=t.services.no_tags_text.to_owned()/>
            }
            .into_any();
        }
        let total = detail.instance_health.total();
        let rows: Vec<_> = together
            .tags
            .items
            .iter()
            .map(|tag| {
                let number = of_instances(tag.instances, total);
                view! {
                    <tr>
                        <td data-fold="1"><span class="tag">{tag.value.clone()}</span></td>
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
                {left_out(&together.tags)}
            }
            .into_any()
        });
        let decoded = (together.decoded_tags.total > 0).then(|| {
            let tags = together.decoded_tags.items.clone();
            view! {
                <section class="page-section"><DecodedTags tags/></section>
                {left_out(&together.decoded_tags)}
            }
            .into_any()
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

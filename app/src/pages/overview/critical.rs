//! What is critical now.

use leptos::prelude::*;
use wire::{
    health::Health,
    overview::{Overview, Trouble},
};

use crate::{
    components::{Blank, HealthWord, split_name},
    i18n::Messages,
    routes,
};

pub(super) fn list(t: &'static Messages, data: &Overview) -> AnyView {
    if data.critical_total == 0 {
        let (title, text) = (
            t.overview.nothing_critical,
            t.overview.nothing_critical_text,
        );
        return view! { <Blank icon="check" title text/> }.into_any();
    }
    let rows: Vec<AnyView> = data
        .critical
        .iter()
        .map(|trouble| row(t, trouble))
        .collect();
    let more = data.critical_total.saturating_sub(data.critical.len());
    view! {
        <section class="page-section">
            <div class="section-head">
                <h2>{t.overview.critical_now}</h2>
                <small>{data.critical_total}</small>
            </div>
            <ul class="trouble-list">{rows}</ul>
            {(more > 0)
                .then(|| view! { <p class="text-tertiary">{(t.overview.more_critical)(more)}</p> }.into_any())}
        </section>
    }
    .into_any()
}

fn row(t: &'static Messages, trouble: &Trouble) -> AnyView {
    let href = if trouble.node {
        routes::node(&trouble.datacenter, &trouble.name)
    } else {
        routes::service(&trouble.datacenter, &trouble.name)
    };
    let (prefix, last) = if trouble.node {
        (String::new(), trouble.name.clone())
    } else {
        split_name(&trouble.name)
    };
    view! {
        <li>
            <a data-row-link="" href=href>
                <HealthWord health=Health::Critical/>
                <span class="row-name ellipsis"><i>{prefix}</i>{last}</span>
                <span class="text-secondary">{(t.common.counts)(&trouble.counts)}</span>
                <small>{trouble.datacenter.clone()}</small>
            </a>
        </li>
    }
    .into_any()
}

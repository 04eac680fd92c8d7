//! What is critical now.

use leptos::prelude::*;
use wire::{
    health::Health,
    overview::{Overview, Trouble},
};

use crate::{
    components::{Blank, HealthWord, split_name},
    i18n::Messages,
    live::{Fact, Marks},
    routes,
};

pub(super) fn list(t: &'static Messages, data: &Overview, marks: Marks) -> AnyView {
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
        .enumerate()
        .map(|(number, trouble)| {
            let place = data.items.len() + number;
            row(t, trouble, Signal::derive(move || marks.has(place)))
        })
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

/// What a line says, to tell when that changes.
pub(super) fn fact(t: &'static Messages, trouble: &Trouble) -> Fact {
    let name = format!("{} {} {}", trouble.datacenter, trouble.node, trouble.name);
    (name, (t.common.counts)(&trouble.counts))
}

fn row(t: &'static Messages, trouble: &Trouble, is_new: Signal<bool>) -> AnyView {
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
        <li class:is-new=is_new>
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

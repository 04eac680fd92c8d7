//! Instances that match where few services do: people look for them by address or ID.

use leptos::prelude::*;
use wire::{
    datacenters::ALL,
    instances::InstanceRow,
    live::{Subject, Topic},
    rows::Rows,
    search::{Search, Searchable},
};

use crate::{
    api,
    components::{HealthWord, dynamic},
    effect::effect,
    i18n::use_t,
    live::use_live_window,
    pages::listing::List,
    routes,
};

/// So many services that match leave the question open.
const FEW: usize = 3;

/// A shorter word matches nearly all.
const LETTERS_MIN: usize = 2;

/// The section below the list of services; nothing where the list says enough.
pub(super) fn found_instances(list: List, dc: &str) -> AnyView {
    let dc = StoredValue::new(dc.to_owned());
    let wanted = Memo::new(move |_| {
        let filter = list.filter_text().get();
        let is_open = list.all().is_some()
            && !list.is_pending()
            && list.count() <= FEW
            && filter.trim().chars().count() >= LETTERS_MIN;
        // the list of all instances is made for those who ask, so nobody asks without need
        (is_open && Search::parse(&filter, InstanceRow::FIELDS).is_ok()).then_some(filter)
    });
    let is_wanted = Memo::new(move |_| wanted.with(Option::is_some));
    let section = dynamic(move || {
        let asks = is_wanted.get();
        asks.then(|| view! { <FoundInstances dc=dc.get_value() wanted/> })
    });
    section.into_any()
}

/// The instances that match, as far as a few lines go.
#[component]
fn FoundInstances(
    /// Datacenter, or all.
    dc: String,
    /// What they have to match.
    wanted: Memo<Option<String>>,
) -> impl IntoView {
    let t = use_t();
    let everywhere = dc == ALL;
    let topic = Topic::new(Subject::Instances, &*dc);
    let address = move |filter: Option<String>| Some(api::found_instances(&dc, &filter?));
    let url = RwSignal::new(address(wanted.get_untracked()));
    let live = use_live_window::<Rows<InstanceRow>>(topic, url);
    effect(move || {
        if let Some(now) = address(wanted.get()) {
            url.set(Some(now));
        }
    });
    let found = dynamic(move || {
        let (_, value) = live.answer()?;
        let rows = value.downcast::<Rows<InstanceRow>>().ok()?;
        if rows.total == 0 {
            return None;
        }
        let lines = rows.items.iter().map(|row| line(row, everywhere));
        let lines: Vec<AnyView> = lines.collect();
        let more = rows.total.saturating_sub(rows.items.len());
        let more = (more > 0).then(|| {
            view! { <p class="text-tertiary">{(t.services.more_instances)(more)}</p> }.into_any()
        });
        let section = view! {
            <section class="page-section found-instances">
                <div class="section-head">
                    <h2>{(t.services.instances_found)(rows.total)}</h2>
                </div>
                <ul class="trouble-list">{lines}</ul>
                {more}
            </section>
        };
        Some(section.into_any())
    });
    view! { <div aria-live="polite">{found}</div> }
}

fn line(row: &InstanceRow, everywhere: bool) -> AnyView {
    let place = everywhere.then(|| format!(" · {}", row.datacenter));
    let href = routes::instance(&row.datacenter, &row.service, &row.node, &row.id);
    view! {
        <li>
            <a data-row-link="" href=href>
                <HealthWord health=row.health/>
                <span class="row-name mono ellipsis">{row.id.clone()}</span>
                <span class="text-secondary mono">{row.address.clone()}</span>
                <small>{row.service.clone()}" · "{row.node.clone()}{place}</small>
            </a>
        </li>
    }
    .into_any()
}

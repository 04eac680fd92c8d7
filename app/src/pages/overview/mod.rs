//! How datacenters fare: one, or all of them. May import everything but other pages.

pub mod changes;
mod critical;
mod datacenter;
mod last_hour;

use std::time::Duration;

use leptos::prelude::*;
use wire::{
    live::{Subject, Topic},
    overview::Overview,
};

use crate::{
    api,
    components::{
        PageHead, ProblemNote, ProblemView, SkeletonRows, dynamic, grows_old, moment::clock,
    },
    effect::effect,
    i18n::use_t,
    live::{Marks, use_feed, use_live},
    pages::listing::announcement,
};

use datacenter::Clocks;

/// The overview.
#[component]
pub fn OverviewPage(
    /// Datacenter, or all.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let topic = Topic::new(Subject::Overview, &*dc);
    let live = use_live::<Overview>(topic, api::overview(&dc));
    let retry = Callback::new(move |()| live.reload());
    let time = clock(move || {
        live.data.with(|data| {
            let items = data.as_ref().map_or(&[][..], |data| &data.items);
            items.iter().any(|item| grows_old(&item.state))
        })
    });
    let minute = RwSignal::new(0);
    use_feed().every(Duration::from_secs(60), move || {
        minute.update(|minute| *minute += 1);
    });
    let clocks = Clocks { time, minute };
    let marks = Marks::none();
    effect(move || {
        if let Some(data) = live.data.get() {
            let lines = data.items.iter().map(|item| datacenter::fact(t, item));
            let troubles = data.critical.iter().map(|one| critical::fact(t, one));
            marks.compare(lines.chain(troubles).collect());
        }
    });
    let rows = dynamic(move || match live.data.get() {
        None => view! { <SkeletonRows widths=&[50, 60, 60, 40, 60, 70]/> }.into_any(),
        Some(data) => {
            let rows: Vec<AnyView> = data
                .items
                .iter()
                .enumerate()
                .map(|(place, item)| {
                    let is_new = Signal::derive(move || marks.has(place));
                    datacenter::row(t, item, clocks, is_new)
                })
                .collect();
            view! { <tbody>{rows}</tbody> }.into_any()
        }
    });
    let body = dynamic(move || match live.problem.get() {
        Some(problem) if live.data.with(Option::is_none) => {
            Some(view! { <ProblemView problem retry/> }.into_any())
        }
        _ => live.data.get().map(|data| critical::list(t, &data, marks)),
    });
    let problem = Signal::derive(move || {
        let known = live.data.with(Option::is_some);
        live.problem.get().filter(|_| known)
    });
    let heads = [
        t.common.datacenter,
        t.overview.leader,
        t.overview.quorum,
        t.overview.nodes,
        t.overview.services,
        t.overview.last_hour,
    ]
    .map(|label| view! { <th scope="col">{label}</th> }.into_any());
    view! {
        <PageHead title=t.overview.title/>
        {announcement(t, marks)}
        <ProblemNote problem arrived=live.arrived retry/>
        <table class="data-table is-folding overview-table">
            <thead>
                <tr>{heads.into_iter().collect::<Vec<_>>()}</tr>
            </thead>
            {rows}
        </table>
        {body}
        <changes::RecentChanges dc/>
    }
}

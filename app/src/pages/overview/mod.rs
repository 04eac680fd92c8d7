//! How datacenters fare: one, or all of them. May import everything but other pages.

pub mod changes;
mod critical;
mod datacenter;

use leptos::prelude::*;
use wire::{
    live::{Subject, Topic},
    overview::Overview,
};

use crate::{
    api,
    components::{PageHead, ProblemNote, ProblemView, SkeletonRows, dynamic},
    i18n::use_t,
    live::use_live,
};

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
    let rows = dynamic(move || match live.data.get() {
        None => view! { <SkeletonRows widths=&[50, 60, 60, 40, 60, 70]/> }.into_any(),
        Some(data) => {
            let rows: Vec<AnyView> = data
                .items
                .iter()
                .map(|item| datacenter::row(t, item))
                .collect();
            view! { <tbody>{rows}</tbody> }.into_any()
        }
    });
    let body = dynamic(move || match live.problem.get() {
        Some(problem) if live.data.with(Option::is_none) => {
            Some(view! { <ProblemView problem retry/> }.into_any())
        }
        _ => live.data.get().map(|data| critical::list(t, &data)),
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

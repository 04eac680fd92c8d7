//! The page of the search.

use leptos::prelude::*;

use super::{
    form::{Form, asked},
    hits, replace,
    run::Run,
};
use crate::{
    components::{Blank, PageFoot, PageHead, ProblemView, ToolLinks, dynamic},
    effect::effect,
    i18n::use_t,
    navigation::use_navigation,
    routes::Tool,
};

/// Search in keys and values.
#[component]
pub fn SearchPage(
    /// Datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let run = Run::new();
    let place = dc.clone();
    let wanted = Memo::new(move |_| asked(navigation, &place));
    effect(move || match wanted.get() {
        Some(query) => run.start(query),
        None => run.clear(),
    });
    let folder = navigation.query("prefix").get_untracked();
    let state = Memo::new(move |_| {
        let asked = run.query.with(Option::is_some);
        let found = run.hits.with(|hits| !hits.is_empty());
        let wrong = run.problem.with(|problem| {
            problem
                .as_ref()
                .map(|problem| problem.diagnostics.is_empty())
        });
        match (asked, wrong) {
            (false, _) => "blank",
            // said below the field
            (true, Some(false)) => "nothing",
            (true, Some(true)) => "problem",
            _ if found => "hits",
            _ if run.running.get() || run.stopped.get() => "nothing",
            _ => "none",
        }
    });
    let place = dc.clone();
    let body = dynamic(move || match state.get() {
        "blank" => view! {
            <Blank icon="search" title=t.search.blank_title text=t.search.blank_text/>
        }
        .into_any(),
        "problem" => {
            let again = Callback::new(move |()| {
                if let Some(query) = run.query.get_untracked() {
                    run.start(query);
                }
            });
            run.problem
                .get_untracked()
                .map(|problem| view! { <ProblemView problem retry=again/> }.into_any())
                .into_any()
        }
        "none" => {
            let looked = run.end.get_untracked().unwrap_or_default().looked_at;
            view! { <Blank icon="search" title=t.search.none text=(t.search.none_text)(looked)/> }
                .into_any()
        }
        "hits" => hits::list(run, &place),
        _ => ().into_any(),
    });
    let here = dc.clone();
    view! {
        <PageHead title=t.search.title>
            <ToolLinks dc=here.clone() folder here=Some(Tool::Search)/>
        </PageHead>
        <Form dc run/>
        {hits::state(run)}
        {hits::notes(run)}
        {replace::bar(run)}
        {body}
        <PageFoot text=String::new() list=true/>
    }
    .into_any()
}

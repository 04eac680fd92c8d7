//! What is looked at: which keys, since when, by whom.

use leptos::prelude::*;
use wire::{
    history::Records,
    live::{Subject, Topic},
};

use super::{
    Scope,
    range::{self, RangeFields},
};
use crate::{
    api::{self, history::HistoryQuery},
    components::{Choice, FilterField, Icon, Segmented, dynamic},
    i18n::use_t,
    live::use_live,
    routes::{self, Tool},
};

/// The choices above the list.
#[component]
pub fn Bar(
    /// What is looked at.
    scope: Scope,
    /// Which list.
    show: Memo<String>,
) -> impl IntoView {
    let t = use_t();
    let navigation = scope.navigation;
    let dc = scope.dc.get_value();
    let is_changes = Memo::new(move |_| show.with(|show| show != "deleted"));
    let has_key = Memo::new(move |_| scope.key.with(|key| !key.is_empty()));
    let everything = routes::tool(&dc, Tool::History, &[]);
    let whole = if scope.is_everywhere() {
        t.history.all_keys
    } else {
        t.history.whole_datacenter
    };
    let keys = dynamic(move || {
        if has_key.get() {
            let href = everything.clone();
            return view! {
                <span class="history-key mono key-text ellipsis">{scope.key.get_untracked()}</span>
                <a class="button is-small is-quiet" href=href>
                    <Icon name="x"/>
                    {whole}
                </a>
            }
            .into_any();
        }
        view! {
            <FilterField
                value=scope.prefix
                on_input=move |text: String| navigation.type_query("prefix", &text)
                hint=t.history.prefix_hint
            />
        }
        .into_any()
    });
    let spans = [
        ("hour", t.history.span_hour),
        ("day", t.history.span_day),
        ("week", t.history.span_week),
        ("all", t.history.span_all),
        ("range", t.history.span_range),
    ]
    .map(|(value, label)| Choice {
        value,
        label,
        health: None,
        count: None,
    });
    let filters = dynamic(move || {
        let spans = spans.to_vec();
        is_changes.get().then(|| {
            let export = move || {
                let address = api::history::export(&scope.dc.get_value(), &scope.query());
                format!("{}/{address}", routes::base())
            };
            view! {
                <Segmented
                    label=t.history.span
                    choices=Signal::stored(spans)
                    value=Signal::derive(move || scope.span_word().to_owned())
                    on_pick=move |span| range::pick(scope, span)
                />
                <RangeFields scope/>
                <WhoPicker scope/>
                <span class="push-end"></span>
                <a class="button" href=export download="" rel="external">
                    <Icon name="export"/>
                    {t.history.export}
                </a>
            }
            .into_any()
        })
    });
    view! { <div class="page-bar history-bar">{keys} {filters}</div> }.into_any()
}

/// Who did it.
#[component]
fn WhoPicker(
    /// What is looked at.
    scope: Scope,
) -> impl IntoView {
    let t = use_t();
    let dc = scope.dc.get_value();
    let one = HistoryQuery {
        limit: 1,
        ..HistoryQuery::default()
    };
    let topic = Topic::new(Subject::History, &*dc);
    let live = use_live::<Records>(topic, api::history::records(&dc, &one));
    let people = Memo::new(move |_| {
        let mut people = vec![
            (String::new(), t.history.who_all.to_owned()),
            ("outside".to_owned(), t.history.who_outside.to_owned()),
            ("waggle".to_owned(), t.history.who_waggle.to_owned()),
        ];
        if let Some(records) = live.data.get() {
            people.extend(records.people.iter().map(|who| {
                let name = if who.name.is_empty() {
                    who.accessor_id.clone()
                } else {
                    who.name.clone()
                };
                (who.accessor_id.clone(), name)
            }));
        }
        people
    });
    let options = dynamic(move || {
        let taken = scope.who.get();
        people
            .get()
            .into_iter()
            .map(|(value, name)| {
                let selected = value == taken;
                view! { <option value=value selected=selected>{name}</option> }.into_any()
            })
            .collect::<Vec<_>>()
    });
    view! {
        <select
            class="select"
            aria-label=t.history.who
            prop:value=scope.who
            on:change=move |event| scope.navigation.set_query("who", &event_target_value(&event))
        >
            {options}
        </select>
    }
    .into_any()
}

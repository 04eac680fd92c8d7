//! The page of a comparison.

use leptos::prelude::*;
use wire::compare::{PairCounts, ShownPairs};

use super::{
    promote, rows,
    sides::Sides,
    state::{Asked, State},
};
use crate::{
    components::{Blank, Choice, PageFoot, PageHead, ProblemView, Segmented, ToolLinks, dynamic},
    effect::effect,
    i18n::{CompareMessages, use_t},
    navigation::use_navigation,
    routes::Tool,
};

/// Two folders side by side.
#[component]
pub fn ComparePage(
    /// The left datacenter.
    dc: String,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let state = State::new();
    let place = dc.clone();
    let asked = Memo::new(move |_| Asked::of(navigation, &place));
    effect(move || state.ask(asked.get()));
    let folder = navigation.query("prefix").get_untracked();
    // the fields begin anew where the address names other sides
    let sides = Memo::new(move |_| asked.get().map(|asked| (asked.left, asked.right)));
    let place = dc.clone();
    let fields = dynamic(move || {
        sides.track();
        view! { <Sides dc=place.clone() state/> }
    });
    view! {
        <PageHead title=t.compare.title>
            <ToolLinks dc folder here=Some(Tool::Compare)/>
        </PageHead>
        {fields}
        {bar(state)}
        {cut_note(state)}
        {promote::bar(state)}
        {body(state)}
        {foot(state)}
    }
    .into_any()
}

fn label(t: &CompareMessages, shown: ShownPairs) -> &'static str {
    match shown {
        ShownPairs::Unequal => t.show_unequal,
        ShownPairs::Different => t.show_different,
        ShownPairs::Left => t.show_left,
        ShownPairs::Right => t.show_right,
        ShownPairs::Equal => t.show_equal,
        ShownPairs::All => t.show_all,
    }
}

fn bar(state: State) -> AnyView {
    let t = use_t();
    let navigation = use_navigation();
    let choices = Signal::derive(move || {
        let counts = state.counts.get();
        let known = state.rows.with(Option::is_some);
        ShownPairs::ALL
            .into_iter()
            .map(|shown| Choice {
                value: if shown == ShownPairs::Unequal {
                    ""
                } else {
                    shown.word()
                },
                label: label(&t.compare, shown),
                health: None,
                count: known.then(|| usize::try_from(counts.shown(shown)).unwrap_or(usize::MAX)),
            })
            .collect()
    });
    let show = navigation.query("show");
    dynamic(move || {
        state.asked.with(|asked| {
            asked
                .as_ref()
                .is_some_and(|asked| !asked.is_same())
                .then(|| {
                    view! {
                    <div class="page-bar">
                        <Segmented
                            label=t.compare.show
                            choices
                            value=show
                            on_pick=Callback::new(move |word| navigation.set_query("show", word))
                        />
                    </div>
                }
                .into_any()
                })
        })
    })
    .into_any()
}

fn cut_note(state: State) -> AnyView {
    let t = use_t();
    dynamic(move || {
        state.cut.get().then(|| {
            let text = (t.compare.cut)(state.total.get() as u64);
            view! { <div class="note" role="status"><p>{text}</p></div> }.into_any()
        })
    })
    .into_any()
}

fn body(state: State) -> AnyView {
    let t = use_t();
    let what = Memo::new(move |_| {
        let is_same = state.asked.with(|asked| asked.as_ref().map(Asked::is_same));
        let empty = state.rows.with(|rows| rows.as_ref().map(Vec::is_empty));
        match (is_same, state.problem.with(Option::is_some), empty) {
            (None, ..) => "not-asked",
            (Some(true), ..) => "same",
            (_, true, _) => "problem",
            (_, _, None) => "waiting",
            (_, _, Some(false)) => "rows",
            (_, _, Some(true)) if state.counts.get() == PairCounts::default() => "nothing",
            (_, _, Some(true)) => "equal",
        }
    });
    dynamic(move || match what.get() {
        "not-asked" => view! {
            <Blank icon="columns" title=t.compare.not_asked text=t.compare.not_asked_text/>
        }
        .into_any(),
        "same" => view! {
            <Blank icon="columns" title=t.compare.same_sides text=t.compare.same_sides_text/>
        }
        .into_any(),
        "problem" => {
            let retry = Callback::new(move |()| state.again());
            state
                .problem
                .get_untracked()
                .map(|problem| view! { <ProblemView problem retry/> }.into_any())
                .into_any()
        }
        "waiting" => {
            view! { <p class="pair-note" role="status">{t.compare.comparing}"…"</p> }.into_any()
        }
        "nothing" => {
            view! { <Blank icon="kv" title=t.compare.nothing text=t.compare.nothing_text/> }
                .into_any()
        }
        "equal" => {
            let counts = state.counts.get_untracked();
            let (title, text) = if counts.shown(ShownPairs::Unequal) == 0 {
                (
                    t.compare.no_difference,
                    (t.compare.no_difference_text)(counts.equal),
                )
            } else {
                (t.compare.none_shown, String::new())
            };
            view! { <Blank icon="check" title text/> }.into_any()
        }
        _ => view! {
            {rows::table(state)}
            {more(state)}
        }
        .into_any(),
    })
    .into_any()
}

fn more(state: State) -> AnyView {
    let t = use_t();
    dynamic(move || {
        let shown = state.rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
        let total = state.total.get();
        (total > shown).then(|| {
            view! {
                <div class="more-rows">
                    <span>{(t.common.shown_of)(shown, total)}</span>
                    <button
                        type="button"
                        class="button is-small"
                        disabled=move || state.busy.get()
                        on:click=move |_| state.load(shown)
                    >
                        {(t.common.show_more)((total - shown).min(wire::window::LIMIT_MAX))}
                    </button>
                </div>
            }
            .into_any()
        })
    })
    .into_any()
}

fn foot(state: State) -> AnyView {
    let t = use_t();
    let text = move || {
        if state.rows.with(Option::is_none) {
            return String::new();
        }
        let counts = state.counts.get();
        let unequal = counts.shown(ShownPairs::Unequal);
        (t.compare.totals)(unequal, counts.equal, unequal + counts.equal)
    };
    view! { <PageFoot text=Signal::derive(text) list=true/> }.into_any()
}

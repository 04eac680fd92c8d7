//! One key on both sides, word by word.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use leptos::prelude::*;
use wire::{
    compare::{PairRow, PairState},
    kv::KvPair,
    problem::{Problem, ProblemKind},
};

use super::state::State;
use crate::{
    api::{self, compare::FolderPlace, request},
    components::{ProblemView, TextDiff, dynamic, text_diff::text_of},
    i18n::{Messages, use_t},
    routes,
};

/// What both sides hold.
type Values = (Arc<str>, Arc<str>);

/// The difference of one key.
#[component]
pub fn Pair(
    /// The comparison.
    state: State,
    /// The pair.
    row: PairRow,
) -> impl IntoView {
    let t = use_t();
    let asked = state.asked.get_untracked().unwrap_or_default();
    let full = |place: &FolderPlace| format!("{}{}", place.prefix, row.key);
    let (left, right) = (full(&asked.left), full(&asked.right));
    let label = |place: &FolderPlace, key: &str| format!("{} · {key}", place.dc);
    let labels = (label(&asked.left, &left), label(&asked.right, &right));
    let links = [
        (
            row.left.is_some(),
            t.compare.open_left,
            &asked.left.dc,
            &left,
        ),
        (
            row.right.is_some(),
            t.compare.open_right,
            &asked.right.dc,
            &right,
        ),
    ]
    .into_iter()
    .filter(|(is_there, ..)| *is_there)
    .map(|(_, text, dc, key)| view! { <a href=routes::kv_edit(dc, key)>{text}</a> }.into_any())
    .collect::<Vec<_>>();
    let body = if row.secret {
        view! { <p class="pair-note">{t.compare.secret_text}</p> }.into_any()
    } else {
        let values = RwSignal::new(None::<Result<Values, Problem>>);
        let sides = [
            (asked.left.dc.clone(), left),
            (asked.right.dc.clone(), right),
        ];
        if cfg!(feature = "csr") {
            leptos::task::spawn_local_scoped_with_cancellation(async move {
                values.set(Some(read(t, sides).await));
            });
        }
        let is_flags = row.state == PairState::Different;
        dynamic(move || diff(t, &labels, values.get(), is_flags)).into_any()
    };
    view! {
        <div class="pair-detail">
            <p class="pair-links">{links}</p>
            {body}
        </div>
    }
    .into_any()
}

fn diff(
    t: &'static Messages,
    labels: &(String, String),
    values: Option<Result<Values, Problem>>,
    may_be_flags: bool,
) -> AnyView {
    match values {
        None => view! { <p class="pair-note text-tertiary">{t.common.loading}</p> }.into_any(),
        Some(Err(problem)) => view! { <ProblemView problem/> }.into_any(),
        Some(Ok((before, after))) if before == after && may_be_flags => {
            view! { <p class="pair-note">{t.compare.only_flags}</p> }.into_any()
        }
        Some(Ok((before, after))) => {
            let (before_label, after_label) = labels.clone();
            let before = Signal::stored(before);
            let after = Signal::stored(after);
            view! { <TextDiff before after before_label after_label/> }.into_any()
        }
    }
}

async fn read(
    t: &'static Messages,
    [left, right]: [(String, String); 2],
) -> Result<Values, Problem> {
    Ok((value(t, left).await?, value(t, right).await?))
}

/// What a key holds as text; nothing where it is not there.
async fn value(t: &'static Messages, (dc, key): (String, String)) -> Result<Arc<str>, Problem> {
    match request::get::<KvPair>(&api::kv::value(&dc, &key)).await {
        Ok(pair) => {
            let bytes = STANDARD.decode(pair.value.unwrap_or_default());
            Ok(text_of(t, &bytes.unwrap_or_default()))
        }
        Err(problem) if problem.kind == ProblemKind::NotFound => Ok("".into()),
        Err(problem) => Err(problem),
    }
}

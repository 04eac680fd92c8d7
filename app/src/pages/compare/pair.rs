//! One key on both sides, word by word.

use base64::{Engine, engine::general_purpose::STANDARD};
use leptos::prelude::*;
use wire::{
    compare::{PairRow, PairState, Side},
    kv::KvPair,
    problem::{Problem, ProblemKind},
};

use super::state::State;
use crate::{
    api::{self, compare::FolderPlace, request},
    components::{
        ProblemView, dynamic,
        text_diff::{Held, ValueDiff},
    },
    i18n::{Messages, number, use_t},
    routes,
};

/// What both sides hold.
type Values = (Option<Held>, Option<Held>);

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
        view! { <p class="pair-note">{secret(t, &row)}</p> }.into_any()
    } else {
        let values = RwSignal::new(None::<Result<Values, Problem>>);
        let sides = [
            (asked.left.dc.clone(), left),
            (asked.right.dc.clone(), right),
        ];
        if cfg!(feature = "csr") {
            leptos::task::spawn_local_scoped_with_cancellation(async move {
                let [left, right] = sides;
                let both = async { Ok((value(left).await?, value(right).await?)) };
                values.try_set(Some(both.await));
            });
        }
        dynamic(move || diff(t, &labels, values.get())).into_any()
    };
    view! {
        <div class="pair-detail">
            <p class="pair-links">{links}</p>
            {body}
        </div>
    }
    .into_any()
}

/// What is known of a pair whose values are not shown.
fn secret(t: &'static Messages, row: &PairRow) -> String {
    match row.state {
        PairState::Equal => t.compare.secret_equal.to_owned(),
        PairState::Left => t.compare.secret_left.to_owned(),
        PairState::Right => t.compare.secret_right.to_owned(),
        PairState::Different if row.same_value => {
            let flags = |side: Option<Side>| number(side.unwrap_or_default().flags);
            (t.compare.secret_flags)(&flags(row.left), &flags(row.right))
        }
        PairState::Different => t.compare.secret_differs.to_owned(),
    }
}

fn diff(
    t: &'static Messages,
    labels: &(String, String),
    values: Option<Result<Values, Problem>>,
) -> AnyView {
    match values {
        None => view! { <p class="pair-note text-tertiary">{t.common.loading}</p> }.into_any(),
        Some(Err(problem)) => view! { <ProblemView problem/> }.into_any(),
        Some(Ok((before, after))) => {
            let (before_label, after_label) = labels.clone();
            view! { <ValueDiff before after before_label after_label/> }.into_any()
        }
    }
}

/// What a key holds; none where it is not there.
async fn value((dc, key): (String, String)) -> Result<Option<Held>, Problem> {
    match request::get::<KvPair>(&api::kv::value(&dc, &key)).await {
        Ok(pair) => {
            let bytes = STANDARD.decode(pair.value.unwrap_or_default());
            Ok(Some(Held {
                bytes: bytes.unwrap_or_default(),
                flags: pair.flags,
            }))
        }
        Err(problem) if problem.kind == ProblemKind::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, messages};

    #[test]
    fn of_a_secret_only_what_is_true_is_said() {
        let t = messages(Language::En);
        let said = |state, same_value| {
            let row = PairRow {
                state,
                same_value,
                left: Some(Side::default()),
                right: Some(Side {
                    flags: 7,
                    ..Side::default()
                }),
                ..PairRow::default()
            };
            secret(t, &row)
        };
        assert!(said(PairState::Different, false).contains("values differ"));
        assert!(said(PairState::Different, true).contains("values are equal"));
        assert!(said(PairState::Different, true).contains("0 and 7"));
        assert!(said(PairState::Equal, true).contains("the same"));
        assert!(said(PairState::Left, false).contains("only on the left"));
        assert!(said(PairState::Right, false).contains("only on the right"));
    }
}

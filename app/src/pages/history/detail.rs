//! What one change changed.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use leptos::prelude::*;
use wire::{
    history::{Kind, Note, Record, RecordDetail},
    problem::Problem,
};

use super::{
    restore::Version,
    side::{Side, in_words},
};
use crate::{
    api,
    components::{ProblemView, dynamic, text_diff::ValueDiff},
    effect::effect,
    i18n::{Messages, number, use_t},
    routes::{self, Tool},
    state::use_settings,
};

/// The bytes of an answer's base64.
pub(super) fn bytes_of(text: Option<&String>) -> Vec<u8> {
    let text = text.map(String::as_str).unwrap_or_default();
    STANDARD.decode(text).unwrap_or_default()
}

/// What a side of a change is called.
pub(super) fn side(t: &'static Messages, word: &str, index: Option<u64>) -> String {
    let what = match index {
        Some(index) => (t.history.version_of)(&number(index)),
        None => t.history.nothing_there.to_owned(),
    };
    if word.is_empty() {
        what
    } else {
        format!("{word} · {what}")
    }
}

/// Both values, what differs, and what can be done with them.
#[component]
pub fn Detail(
    /// The change.
    record: Record,
    /// What is to be put back.
    restoring: RwSignal<Option<Version>>,
) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Arc<RecordDetail>, Problem>>);
    let id = record.id;
    let load = Callback::new(move |()| {
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            let answer = api::history::record(id).await;
            found.try_set(Some(answer.map(Arc::new)));
        });
    });
    effect(move || load.run(()));
    let body = dynamic(move || match found.get() {
        None => view! { <p class="history-wait skeleton"></p> }.into_any(),
        Some(Err(problem)) => view! { <ProblemView problem retry=load/> }.into_any(),
        Some(Ok(detail)) => values(&detail),
    });
    let actions = dynamic(move || {
        let detail = found.get()?.ok()?;
        Some(view! { <Actions detail restoring/> }.into_any())
    });
    let gaps = gaps(use_t(), &record);
    view! {
        <div class="history-detail">
            {gaps}
            {body}
            <div class="history-actions">{actions}</div>
        </div>
    }
    .into_any()
}

/// What is not known of the change, in words that need no pointer.
fn gaps(t: &'static Messages, record: &Record) -> AnyView {
    let hints: Vec<&'static str> = record
        .notes
        .iter()
        .filter_map(|note| match note {
            Note::Unwatched => Some(t.versions.unwatched_hint),
            Note::MayHaveMissed if record.kind == Kind::Deleted => {
                Some(t.history.gone_may_have_missed_hint)
            }
            Note::MayHaveMissed => Some(t.history.may_have_missed_hint),
            Note::Recreated | Note::Same | Note::Lock => None,
        })
        .collect();
    (!hints.is_empty())
        .then(|| view! { <p class="history-none">{hints.join(" ")}</p> }.into_any())
        .into_any()
}

fn values(detail: &RecordDetail) -> AnyView {
    let t = use_t();
    let labels = [t.history.before, t.history.after];
    compared(
        [Side::before(detail), Side::after(detail)],
        labels,
        detail.record.secret,
    )
}

/// Two sides and what differs; of values that are not kept, what is known of them.
pub(super) fn compared(sides: [Side<'_>; 2], words: [&str; 2], secret: bool) -> AnyView {
    let t = use_t();
    let [before, after] = sides;
    if before.is_bare() || after.is_bare() {
        let text = in_words(t, &before, &after, secret);
        return view! { <p class="history-none">{text}" "{hashes(before.hash, after.hash)}</p> }
            .into_any();
    }
    view! {
        <ValueDiff
            before=before.held()
            after=after.held()
            before_label=side(t, words[0], before.index)
            after_label=side(t, words[1], after.index)
        />
    }
    .into_any()
}

/// What stands for values that are not kept.
fn hashes(before: Option<&String>, after: Option<&String>) -> AnyView {
    let [before, after] = [before, after].map(|hash| hash.map_or("–", String::as_str));
    let text = if before == after {
        before.to_owned()
    } else {
        format!("{before} → {after}")
    };
    view! { <code>{text}</code> }.into_any()
}

#[component]
fn Actions(
    /// The change.
    detail: Arc<RecordDetail>,
    /// What is to be restored.
    restoring: RwSignal<Option<Version>>,
) -> impl IntoView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let record = &detail.record;
    let button = |label: &'static str, version: Option<Version>| {
        let version = version.filter(|_| can_write)?;
        let go = move |_| restoring.set(Some(version.clone()));
        Some(view! { <button type="button" class="button" on:click=go>{label}</button> }.into_any())
    };
    let before = button(t.history.restore_before, Version::before(&detail));
    let after = button(t.history.restore_this, Version::after(&detail));
    let key = record.key.as_str();
    let only = routes::tool(&record.datacenter, Tool::History, &[("key", key)]);
    let open = record
        .index_after
        .map(|_| routes::kv_edit(&record.datacenter, key));
    view! {
        {after}
        {before}
        {open.map(|href| view! { <a class="button is-quiet" href=href>{t.history.open_key}</a> }.into_any())}
        <a class="button is-quiet" href=only>{t.history.only_this_key}</a>
    }
    .into_any()
}

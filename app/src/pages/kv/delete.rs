//! Deleting a key.

use leptos::prelude::*;
use wire::{
    kv::KvPair,
    problem::{Problem, ProblemKind},
};

use super::{not_there::nearest_folder, path, words::KeyText};
use crate::{
    api,
    components::{Dialog, problem::words as problem_words},
    i18n::use_t,
    navigation::use_navigation,
    routes,
    state::use_toasts,
};

/// Asks, then deletes one key as it was read.
#[component]
pub fn DeleteKey(
    /// Whether it asks now.
    open: RwSignal<bool>,
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
    /// The `ModifyIndex` that was read.
    #[prop(into)]
    index: Signal<u64>,
    /// Told before the page is left, so that nothing asks about unsaved changes.
    #[prop(into)]
    on_deleted: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let navigation = use_navigation();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Problem>);
    let newer = RwSignal::new(None::<u64>);
    Effect::new(move || {
        if open.get() {
            failure.set(None);
            newer.set(None);
        }
    });
    let place = StoredValue::new((dc.clone(), key.clone()));
    let done = move |words: String| async move {
        let (dc, key) = place.get_value();
        let folder = nearest_folder(&dc, &key).await;
        if busy.try_get_untracked().is_none() {
            return;
        }
        on_deleted.run(());
        open.set(false);
        toasts.success(words, "");
        navigation.go(&routes::kv(&dc, &folder));
    };
    let delete = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let cas = newer
            .get_untracked()
            .unwrap_or_else(|| index.get_untracked());
        leptos::task::spawn_local(async move {
            let Some((dc, key)) = place.try_get_value() else {
                return;
            };
            let answer = api::kv::delete(&dc, &key, cas).await;
            let spelled = path::spelled(&key);
            match answer {
                Ok(()) => done((t().kv.deleted)(&spelled)).await,
                Err(problem) if is_gone(&problem) => done(t().kv.already_gone.to_owned()).await,
                Err(problem) => {
                    newer.try_set(
                        problem
                            .current
                            .as_ref()
                            .map(|pair: &KvPair| pair.modify_index),
                    );
                    failure.try_set(Some(problem));
                }
            }
            busy.try_set(false);
        });
    };
    let name = path::spelled(path::name(&key));
    let datacenter = dc;
    let body = move || {
        let (_, key) = place.get_value();
        let datacenter = datacenter.clone();
        view! {
            <p class="key-box mono"><KeyText text=key/></p>
            <p>{move || (t().kv.delete_text)(&datacenter)}</p>
            <Failed failure/>
        }
    };
    view! {
        <Dialog
            open
            title=Signal::derive(move || (t().kv.delete_title)(&name))
            footer=move || {
                view! {
                    <button type="button" class="button" on:click=move |_| open.set(false)>
                        {move || t().common.cancel}
                    </button>
                    <button
                        type="button"
                        class="button is-destructive"
                        disabled=move || busy.get()
                        on:click=delete
                    >
                        {move || match (busy.get(), newer.get()) {
                            (true, _) => t().kv.deleting,
                            (false, Some(_)) => t().kv.delete_anyway,
                            (false, None) => t().kv.delete_key,
                        }}
                    </button>
                }
            }
        >
            {body.clone()}
        </Dialog>
    }
    .into_any()
}

fn is_gone(problem: &Problem) -> bool {
    problem.kind == ProblemKind::NotFound
        || (problem.kind == ProblemKind::Conflict && problem.current.is_none())
}

/// Why it was not deleted.
#[component]
pub fn Failed(
    /// The problem.
    failure: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let t = use_t();
    move || {
        failure.get().map(|problem| {
            let (title, text) = match problem.kind {
                ProblemKind::Conflict => (String::new(), t().kv.delete_conflict.to_owned()),
                _ => {
                    let (_, title, text) = problem_words(t(), &problem);
                    (format!("{title}. "), text)
                }
            };
            let detail = match problem.kind {
                ProblemKind::Conflict => String::new(),
                _ => problem.acl_rule.unwrap_or(problem.detail),
            };
            view! {
                <div class="dialog-problem" role="alert">
                    <p><b>{title}</b>{text}</p>
                    {(!detail.is_empty()).then(|| view! { <pre>{detail}</pre> })}
                </div>
            }
        })
    }
}

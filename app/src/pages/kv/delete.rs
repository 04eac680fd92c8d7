//! Deleting a key.

use leptos::prelude::*;
use wire::problem::{Problem, ProblemKind};

use super::{not_there::nearest_folder, path};
use crate::{
    api,
    components::{Dialog, KeyText, dynamic, problem::words as problem_words},
    effect::effect,
    i18n::{KvMessages, use_t},
    navigation::{Navigation, use_navigation},
    routes,
    state::{Toasts, use_toasts},
};

/// A key that may be deleted.
#[derive(Clone, Copy)]
struct Deletion {
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Problem>>,
    /// The index of the value that others wrote since.
    newer: RwSignal<Option<u64>>,
    place: StoredValue<(String, String)>,
    index: Signal<u64>,
    on_deleted: Callback<()>,
    toasts: Toasts,
    navigation: Navigation,
}

impl Deletion {
    fn delete(self, t: &'static KvMessages) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let cas = self
            .newer
            .get_untracked()
            .unwrap_or_else(|| self.index.get_untracked());
        let (dc, key) = self.place.get_value();
        leptos::task::spawn_local(async move {
            match api::kv::delete(&dc, &key, cas).await {
                Ok(()) => {
                    self.leave((t.deleted)(&path::spelled(&key)), &dc, &key)
                        .await
                }
                Err(problem) if is_gone(&problem) => {
                    self.leave(t.already_gone.to_owned(), &dc, &key).await;
                }
                Err(problem) => {
                    let current = problem.current.as_ref();
                    self.newer.try_set(current.map(|pair| pair.modify_index));
                    self.failure.try_set(Some(problem));
                }
            }
            self.busy.try_set(false);
        });
    }

    /// Says that it is gone, and goes to the nearest folder that is not.
    async fn leave(self, words: String, dc: &str, key: &str) {
        let folder = nearest_folder(dc, key).await;
        // the page was left meanwhile
        if self.busy.try_get_untracked().is_none() {
            return;
        }
        self.on_deleted.run(());
        self.open.set(false);
        self.toasts.success(words, "");
        self.navigation.go(&routes::kv(dc, &folder));
    }
}

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
    let state = Deletion {
        open,
        busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        newer: RwSignal::new(None),
        place: StoredValue::new((dc.clone(), key.clone())),
        index,
        on_deleted,
        toasts: use_toasts(),
        navigation: use_navigation(),
    };
    let Deletion {
        busy,
        failure,
        newer,
        place,
        ..
    } = state;
    effect(move || {
        if open.get() {
            failure.set(None);
            newer.set(None);
        }
    });
    let delete = move |_| state.delete(&t.kv);
    let name = path::spelled(path::name(&key));
    let datacenter = dc;
    let body = move || {
        let (_, key) = place.get_value();
        let datacenter = datacenter.clone();
        view! {
            <p class="key-box mono"><KeyText text=key/></p>
            <p>{(t.kv.delete_text)(&datacenter)}</p>
            <Failed failure/>
        }
    };
    view! {
        <Dialog
            open
            title=(t.kv.delete_title)(&name)
            footer=move || {
                view! {
                    <button type="button" class="button" on:click=move |_| open.set(false)>
                        {t.common.cancel}
                    </button>
                    <button
                        type="button"
                        class="button is-destructive"
                        disabled=move || busy.get()
                        on:click=delete
                    >
                        {move || match (busy.get(), newer.get()) {
                            (true, _) => t.kv.deleting,
                            (false, Some(_)) => t.kv.delete_anyway,
                            (false, None) => t.kv.delete_key,
                        }}
                    </button>
                }.into_any()
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
    dynamic(move || {
        failure.get().map(|problem| {
            let (title, text) = match problem.kind {
                ProblemKind::Conflict => (String::new(), t.kv.delete_conflict.to_owned()),
                _ => {
                    let (_, title, text) = problem_words(t, &problem);
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
                    {(!detail.is_empty()).then(|| view! { <pre>{detail}</pre> }.into_any())}
                </div>
            }
            .into_any()
        })
    })
}

//! Deleting a folder with all that is in it.

use leptos::prelude::*;
use wire::{
    kv::KvCount,
    problem::{Problem, ProblemKind},
};

use super::{delete::Failed, not_there::nearest_folder, path};
use crate::{
    api,
    components::{Dialog, KeyText, key_text},
    effect::effect,
    i18n::{KvMessages, number, use_t},
    navigation::{Navigation, use_navigation},
    routes,
    state::{Toasts, use_toasts},
};

/// What is known about a folder that may be deleted.
#[derive(Clone, Copy)]
struct FolderState {
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    count: RwSignal<Option<KvCount>>,
    changed: RwSignal<Option<(u64, u64)>>,
    failure: RwSignal<Option<Problem>>,
    typed: RwSignal<String>,
    place: StoredValue<(String, String)>,
    toasts: Toasts,
    navigation: Navigation,
}

impl FolderState {
    fn count_keys(self) {
        self.count.try_set(None);
        leptos::task::spawn_local(async move {
            let Some((dc, folder)) = self.place.try_get_value() else {
                return;
            };
            match api::kv::count(&dc, &folder).await {
                Ok(count) => {
                    self.count.try_set(Some(count));
                }
                Err(problem) => {
                    self.failure.try_set(Some(problem));
                }
            }
        });
    }

    fn delete(self, t: &'static KvMessages) {
        let Some(keys) = self.count.get_untracked().map(|count| count.keys) else {
            return;
        };
        if !untrack(|| self.is_confirmed()) {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let (dc, folder) = self.place.get_value();
        leptos::task::spawn_local(async move {
            match api::kv::delete_folder(&dc, &folder, keys).await {
                Ok(()) => {
                    let nearest = nearest_folder(&dc, &folder).await;
                    let told = (t.folder_deleted)(keys, &path::spelled(&folder));
                    self.toasts.success(told, "");
                    // unless the page was left meanwhile
                    if self.open.try_set(false).is_none() {
                        self.navigation.go(&routes::kv(&dc, &nearest));
                    }
                }
                Err(problem) if problem.kind == ProblemKind::CountChanged => {
                    let now = problem.keys.unwrap_or(0);
                    self.changed.try_set(Some((keys, now)));
                    self.typed.try_set(String::new());
                    self.count_keys();
                }
                Err(problem) => {
                    self.failure.try_set(Some(problem));
                }
            }
            self.busy.try_set(false);
        });
    }

    fn is_confirmed(&self) -> bool {
        self.place
            .with_value(|(_, folder)| self.typed.with(|typed| *typed == confirmation(folder)))
            && self
                .count
                .with(|count| count.as_ref().is_some_and(|count| count.keys > 0))
            && !self.busy.get()
    }
}

/// What has to be typed: the folder's name as it is shown, so that it can be typed at all.
pub(super) fn confirmation(folder: &str) -> String {
    let name = path::name(folder);
    key_text::pieces(if name.is_empty() { folder } else { name })
        .into_iter()
        .map(|piece| match piece {
            key_text::Piece::Text(text) => text,
            key_text::Piece::Hidden(letter) => key_text::code_point(letter),
        })
        .collect()
}

/// Counts, asks for the folder's name, then deletes the folder.
#[component]
pub fn DeleteFolder(
    /// Whether it asks now.
    open: RwSignal<bool>,
    /// Datacenter.
    dc: String,
    /// The folder, with its `/`.
    folder: String,
) -> impl IntoView {
    let t = use_t();
    let state = FolderState {
        open,
        busy: RwSignal::new(false),
        count: RwSignal::new(None),
        changed: RwSignal::new(None),
        failure: RwSignal::new(None),
        typed: RwSignal::new(String::new()),
        place: StoredValue::new((dc, folder.clone())),
        toasts: use_toasts(),
        navigation: use_navigation(),
    };
    effect(move || {
        if open.get() {
            state.changed.set(None);
            state.failure.set(None);
            state.typed.set(String::new());
            state.count_keys();
        }
    });
    let delete = move |_| state.delete(&t.kv);
    let name = path::spelled(path::name(&folder));
    view! {
        <Dialog
            open
            title=(t.kv.delete_folder_title)(&name)
            footer=move || {
                view! {
                    <button type="button" class="button" on:click=move |_| open.set(false)>
                        {t.common.cancel}
                    </button>
                    <button
                        type="button"
                        class="button is-destructive"
                        disabled=move || !state.is_confirmed()
                        on:click=delete
                    >
                        {move || {
                            if state.busy.get() {
                                return t.kv.deleting.to_owned();
                            }
                            let keys = state.count.with(|count| count.as_ref().map_or(0, |count| count.keys));
                            (t.kv.delete_keys)(keys)
                        }}
                    </button>
                }.into_any()
            }
        >
            <FolderBody state/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn FolderBody(
    /// What is known.
    state: FolderState,
) -> impl IntoView {
    let t = use_t();
    let (datacenter, folder) = state.place.get_value();
    let name = confirmation(&folder);
    let counted = move || match state.count.get() {
        None => view! { <p>{t.kv.counting}</p> }.into_any(),
        Some(count) => {
            let more = count.keys.saturating_sub(count.first.len() as u64);
            let keys = (t.kv.folders_and_keys)(0, u32::try_from(count.keys).unwrap_or(u32::MAX));
            view! {
                <p>{(t.kv.delete_folder_text)(&keys, &datacenter)}</p>
                <ul class="key-box mono">
                    {count.first.into_iter().map(|key| view! { <li><KeyText text=key/></li> }.into_any()).collect_view()}
                    {(more > 0).then(|| view! { <li class="text-tertiary">{(t.kv.and_more)(&number(more))}</li> }.into_any())}
                </ul>
            }
            .into_any()
        }
    };
    view! {
        {move || {
            state
                .changed
                .get()
                .map(|(before, now)| {
                    view! {
                        <p class="dialog-problem" role="alert">
                            {(t.kv.count_changed)(&number(before), &number(now))}
                        </p>
                    }.into_any()
                })
        }}
        {move || {
            let failed = state.failure.with(Option::is_some) && state.count.with(Option::is_none);
            (!failed).then(counted.clone())
        }}
        <Failed failure=state.failure/>
        <label class="dialog-field">
            <span>
                {t.kv.type_to_confirm}<b class="mono">{name}</b>
                {t.kv.type_to_confirm_end}
            </span>
            <span class="field">
                <input
                    type="text"
                    class="mono"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    autofocus=state.open.get_untracked()
                    prop:value=move || state.typed.get()
                    on:input=move |event| state.typed.set(event_target_value(&event))
                />
            </span>
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_confirms_can_be_typed() {
        assert_eq!(confirmation("omo/msa/"), "msa");
        assert_eq!(confirmation("a/b c/"), "b c");
        assert_eq!(confirmation("a/x\u{202e}y/"), "xU+202Ey");
        // never nothing
        assert_eq!(confirmation("a//"), "a//");
        assert_eq!(confirmation("/"), "/");
    }
}

//! A key's value as a file, and a file as a key's value.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    format::Format,
    kv::{KvSave, VALUE_MAX_BYTES},
    problem::{Problem, ProblemKind},
};

use super::{
    files::{PickFile, Read, download, dropped, first_of},
    key::OpenKey,
    path,
    value::{bytes_of, encode},
    version::Version,
};
use crate::{
    api,
    components::{Dialog, TextDiff, dynamic, problem::words as problem_words, text_diff},
    effect::effect,
    i18n::{KvMessages, number, use_t},
    lazy::{self, Changing},
    state::{use_settings, use_toasts},
};

/// A file that is about to become the value.
#[derive(Clone, Copy)]
pub struct Replacement {
    bytes: RwSignal<Option<Arc<Vec<u8>>>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    open: StoredValue<OpenKey>,
    version: Memo<Arc<Version>>,
}

/// The buttons for files, below a value; a file can be dropped there, too.
#[component]
pub fn ValueFiles(
    /// The key.
    open: OpenKey,
    /// As it is.
    version: Memo<Arc<Version>>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let read_only = use_settings().read_only;
    let name = path::name(&open.key).to_owned();
    let replacement = Replacement {
        bytes: RwSignal::new(None),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        open: StoredValue::new(open),
        version,
    };
    // from the first file on
    let is_wanted = Memo::new(move |was: Option<&bool>| {
        was == Some(&true) || replacement.bytes.with(Option::is_some)
    });
    let on_read = Callback::new(move |read: Read| match read {
        Read::Bytes(bytes) => {
            replacement.problem.set(None);
            replacement.bytes.set(Some(Arc::new(bytes)));
        }
        Read::TooLarge(size) => toasts.error(too_large(&t.kv, size), ""),
        Read::Failed => toasts.error(t.kv.file_unreadable, ""),
    });
    let fetch = move |_| {
        let bytes = version.with_untracked(|version| bytes_of(&version.pair));
        download(&name, &bytes);
    };
    let drop = move |event: web_sys::DragEvent| {
        if let (false, Some(data)) = (read_only, dropped(&event)) {
            event.prevent_default();
            leptos::task::spawn_local(async move {
                if let Some(read) = first_of(data).await {
                    on_read.run(read);
                }
            });
        }
    };
    view! {
        <div class="value-files" on:dragover=move |event| event.prevent_default() on:drop=drop>
            <button type="button" class="button is-small" on:click=fetch>
                {t.kv.download}
            </button>
            {(!read_only)
                .then(|| {
                    view! {
                        <PickFile label=t.kv.replace_from_file on_read/>
                        <span class="value-files-hint">{t.kv.drop_hint}</span>
                        {dynamic(move || {
                            is_wanted.get().then(|| lazy::change(Changing::File(replacement)))
                        })}
                    }.into_any()
                })}
        </div>
    }
    .into_any()
}

/// Says that a file is too large, and what the limit is.
#[must_use]
pub fn too_large(t: &KvMessages, size_bytes: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a file's size"
    )]
    let size = number(size_bytes as u64);
    (t.too_large)(
        &format!("{size} B"),
        &format!("{} B", number(VALUE_MAX_BYTES as u64)),
    )
}

impl Replacement {
    fn save(self, saved: Callback<()>) {
        let Some(bytes) = self.bytes.get_untracked() else {
            return;
        };
        let pair = self.version.with_untracked(|version| version.pair.clone());
        let open = self.open.get_value();
        let save = KvSave {
            datacenter: open.dc,
            key: open.key,
            value: encode(&bytes),
            flags: pair.flags,
            cas: pair.modify_index,
            // a file is taken as it is: what it replaces is shown
            format: Format::Plain,
            allow_invalid: true,
        };
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::kv::save(&save).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(pair) => {
                    open.live.set(pair);
                    self.bytes.set(None);
                    saved.run(());
                }
                Err(problem) => {
                    if let (ProblemKind::Conflict, Some(current)) = (problem.kind, &problem.current)
                    {
                        open.live.set(current.clone());
                    }
                    self.problem.set(Some(problem));
                }
            }
        });
    }
}

/// Shows what the file would change, and saves it.
#[component]
pub fn ReplaceDialog(
    /// The file.
    replacement: Replacement,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    effect(move || open.set(replacement.bytes.with(Option::is_some)));
    effect(move || {
        if !open.get() && replacement.bytes.with_untracked(Option::is_some) {
            replacement.bytes.set(None);
        }
    });
    let key = replacement.open.with_value(|open| open.key.clone());
    let title = (t.kv.review_title)(&path::spelled(path::name(&key)));
    let saved = Callback::new(move |()| toasts.success((t.kv.saved)(&path::spelled(&key)), ""));
    let problem = move || {
        replacement.problem.get().map(|problem| {
            let (_, title, text) = problem_words(t, &problem);
            view! { <p class="dialog-problem" role="alert"><b>{t.kv.not_saved}" "{title}"."</b>" "{text}</p> }
                .into_any()
        })
    };
    let change = move || {
        let bytes = replacement.bytes.get()?;
        let version = replacement.version.get();
        let before = text_diff::text_of(t, &bytes_of(&version.pair));
        let after = text_diff::text_of(t, &bytes);
        Some(
            view! {
                <TextDiff
                    before=Signal::stored(before)
                    after=Signal::stored(after)
                    before_label=(t.kv.review_live)(&number(version.pair.modify_index))
                    after_label=t.kv.review_mine
                />
            }
            .into_any(),
        )
    };
    view! {
        <Dialog
            open
            wide=true
            title
            footer=move || {
                view! {
                    <button type="button" class="button" on:click=move |_| open.set(false)>
                        {t.common.cancel}
                    </button>
                    <button
                        type="button"
                        class="button is-primary"
                        disabled=move || replacement.busy.get()
                        on:click=move |_| replacement.save(saved)
                    >
                        {t.kv.confirm_save}
                    </button>
                }.into_any()
            }
        >
            {dynamic(problem)}
            {dynamic(change)}
        </Dialog>
    }
    .into_any()
}

//! A key's value as a file, and a file as a key's value.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    format::{Diagnostic, Format},
    health::Health,
    kv::{KvSave, VALUE_MAX_BYTES},
    problem::{Problem, ProblemKind},
    schema::KeyPlace,
};

use super::{
    check::stops_a_save,
    editor_problems::said,
    files::{PickFile, Read, download, dropped, first_of},
    key::OpenKey,
    lock::LockWarning,
    path,
    value::{bytes_of, encode},
    version::Version,
    words,
};
use crate::{
    api,
    components::{
        Dialog, DialogFoot, HealthGlyph, TextDiff, dynamic, problem::words as problem_words,
        text_diff,
    },
    effect::effect,
    i18n::{KvMessages, Messages, number, use_t},
    lazy::{self, Changing},
    state::{use_settings, use_toasts},
};

/// What is known of a file before it becomes the value.
#[derive(Clone, Debug, PartialEq)]
enum Found {
    /// It is being checked.
    Waiting,
    /// It is text, with these things to say about it.
    Text(Vec<Diagnostic>),
    /// It is no text, and what it replaces is.
    Binary,
    /// It could not be checked.
    Unknown,
}

impl Found {
    /// Somebody has to say that it is meant.
    fn asks(&self) -> bool {
        match self {
            Self::Text(found) => stops_a_save(found),
            Self::Binary => true,
            Self::Waiting | Self::Unknown => false,
        }
    }
}

/// A file that is about to become the value.
#[derive(Clone, Copy)]
pub struct Replacement {
    bytes: RwSignal<Option<Arc<Vec<u8>>>>,
    found: RwSignal<Found>,
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
        found: RwSignal::new(Found::Waiting),
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
            replacement.check(&bytes);
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
    /// Looks at a file as at what is typed.
    fn check(self, bytes: &[u8]) {
        self.found.set(Found::Waiting);
        let was_text = self.version.with_untracked(|version| version.is_text());
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) if was_text => return self.found.set(Found::Binary),
            // bytes for bytes: nothing to say
            Err(_) => return self.found.set(Found::Text(Vec::new())),
        };
        let (datacenter, key) = self
            .open
            .with_value(|open| (open.dc.clone(), open.key.clone()));
        let format = Format::from_key(&key);
        if format == Format::Plain || text.trim().is_empty() {
            return self.found.set(Found::Text(Vec::new()));
        }
        leptos::task::spawn_local(async move {
            let place = KeyPlace { datacenter, key };
            let found = match api::kv::validate(format, text, place).await {
                Ok(answer) => Found::Text(answer.diagnostics),
                Err(_) => Found::Unknown,
            };
            self.found.try_set(found);
        });
    }

    fn save(self, saved: Callback<()>) {
        let Some(bytes) = self.bytes.get_untracked() else {
            return;
        };
        let pair = self.version.with_untracked(|version| version.pair.clone());
        let open = self.open.get_value();
        let format = Format::from_key(&open.key);
        let save = KvSave {
            datacenter: open.dc,
            key: open.key,
            value: encode(&bytes),
            flags: pair.flags,
            cas: pair.modify_index,
            format,
            // what is wrong was shown, and whoever saves has seen it
            allow_invalid: self.found.with_untracked(|found| *found != Found::Waiting),
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
    let (dc, key) = replacement
        .open
        .with_value(|open| (open.dc.clone(), open.key.clone()));
    let session = Signal::derive(move || {
        replacement
            .version
            .with(|version| version.pair.session.clone())
    });
    let title = (t.kv.review_title)(&path::spelled(path::name(&key)));
    let format = Format::from_key(&key);
    let found = move || about(t, format, &replacement.found.get());
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
                    <DialogFoot
                        open
                        label=Signal::derive(move || {
                            if replacement.found.with(Found::asks) {
                                t.kv.save_anyway
                            } else {
                                t.kv.confirm_save
                            }
                        })
                        disabled=Signal::derive(move || {
                            replacement.busy.get()
                                || replacement.found.with(|found| *found == Found::Waiting)
                        })
                        run=move |()| replacement.save(saved)
                    />
                }.into_any()
            }
        >
            {dynamic(problem)}
            <LockWarning dc=dc.clone() session/>
            {dynamic(found)}
            {dynamic(change)}
        </Dialog>
    }
    .into_any()
}

/// What the check of a file says, above what it would change.
fn about(t: &'static Messages, format: Format, found: &Found) -> AnyView {
    let format = words::format(&t.kv, format);
    let line = |health: Health, kind: &'static str, text: String| {
        view! {
            <p class=kind role="status">
                <HealthGlyph health=health/>
                <span>{text}</span>
            </p>
        }
        .into_any()
    };
    match found {
        Found::Waiting => line(Health::None, "dialog-wait", t.kv.checking.to_owned()),
        Found::Unknown => line(
            Health::Warning,
            "dialog-warning",
            t.kv.check_failed.to_owned(),
        ),
        Found::Binary => line(
            Health::Warning,
            "dialog-warning",
            t.kv.file_binary.to_owned(),
        ),
        Found::Text(found) if found.is_empty() => ().into_any(),
        Found::Text(found) => {
            let wrong = stops_a_save(found).then(|| {
                line(
                    Health::Critical,
                    "dialog-warning",
                    (t.kv.file_invalid)(format),
                )
            });
            let items: Vec<AnyView> = found.iter().take(20).map(said).collect();
            view! {
                {wrong}
                <ul class="dialog-problems">{items}</ul>
            }
            .into_any()
        }
    }
}

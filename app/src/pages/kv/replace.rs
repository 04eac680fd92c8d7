//! A file as a key's value: what it would change, and the save.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    format::{Diagnostic, Format},
    health::Health,
    kv::KvSave,
    problem::{Problem, ProblemKind},
    schema::KeyPlace,
};

use super::{
    check::stops_a_save,
    editor_problems::said,
    lock::{KeyLock, lock_warning},
    path,
    value::{bytes_of, encode},
    value_files::Replacement,
    words,
};
use crate::{
    api,
    components::{
        Dialog, DialogFoot, HealthGlyph, TextDiff, dynamic, problem::words as problem_words,
        text_diff,
    },
    effect::effect,
    i18n::{Messages, number, use_t},
    state::use_toasts,
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

/// What the dialog knows of a file, and does with it.
#[derive(Clone, Copy)]
struct Replacing {
    file: Replacement,
    shown: RwSignal<bool>,
    found: RwSignal<Found>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

impl Replacing {
    /// Of the file that is picked, and of each that is picked later.
    fn of(file: Replacement) -> Self {
        let replacing = Self {
            file,
            shown: RwSignal::new(false),
            found: RwSignal::new(Found::Waiting),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        };
        effect(move || {
            let bytes = file.bytes.get();
            replacing.shown.set(bytes.is_some());
            if let Some(bytes) = bytes {
                replacing.problem.set(None);
                replacing.check(bytes);
            }
        });
        effect(move || {
            if !replacing.shown.get() && file.bytes.with_untracked(Option::is_some) {
                file.bytes.set(None);
            }
        });
        replacing
    }

    /// Looks at a file as at what is typed.
    fn check(self, bytes: Arc<Vec<u8>>) {
        self.found.set(Found::Waiting);
        let was_text = self
            .file
            .version
            .with_untracked(|version| version.is_text());
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(_) if was_text => return self.found.set(Found::Binary),
            // bytes for bytes: nothing to say
            Err(_) => return self.found.set(Found::Text(Vec::new())),
        };
        let (datacenter, key) = self
            .file
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
            // another one may have been picked meanwhile
            let file = self.file.bytes.try_get_untracked().flatten();
            if file.is_some_and(|file| Arc::ptr_eq(&file, &bytes)) {
                self.found.try_set(found);
            }
        });
    }

    fn save(self, saved: Callback<()>) {
        let Some(bytes) = self.file.bytes.get_untracked() else {
            return;
        };
        let pair = self
            .file
            .version
            .with_untracked(|version| version.pair.clone());
        let open = self.file.open.get_value();
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
                    self.file.bytes.set(None);
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
    let replacing = Replacing::of(replacement);
    let open = replacing.shown;
    let (dc, key) = replacement
        .open
        .with_value(|open| (open.dc.clone(), open.key.clone()));
    let session = Signal::derive(move || {
        replacement
            .version
            .with(|version| version.pair.session.clone())
    });
    let title = (t.edit.review_title)(&path::spelled(path::name(&key)));
    let format = Format::from_key(&key);
    let found = move || about(t, format, &replacing.found.get());
    let saved = Callback::new(move |()| toasts.success((t.edit.saved)(&path::spelled(&key)), ""));
    let problem = move || {
        replacing.problem.get().map(|problem| {
            let (_, title, text) = problem_words(t, &problem);
            view! { <p class="dialog-problem" role="alert"><b>{t.edit.not_saved}" "{title}"."</b>" "{text}</p> }
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
                    before_label=(t.edit.review_live)(&number(version.pair.modify_index))
                    after_label=t.edit.review_mine
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
                            if replacing.found.with(Found::asks) {
                                t.edit.save_anyway
                            } else {
                                t.edit.confirm_save
                            }
                        })
                        disabled=Signal::derive(move || {
                            replacing.busy.get()
                                || replacing.found.with(|found| *found == Found::Waiting)
                        })
                        run=move |()| replacing.save(saved)
                    />
                }.into_any()
            }
        >
            {dynamic(problem)}
            {lock_warning(KeyLock { dc: dc.clone(), session })}
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
        Found::Waiting => line(Health::None, "dialog-wait", t.edit.checking.to_owned()),
        Found::Unknown => line(
            Health::Warning,
            "dialog-warning",
            t.edit.check_failed.to_owned(),
        ),
        Found::Binary => line(
            Health::Warning,
            "dialog-warning",
            t.edit.file_binary.to_owned(),
        ),
        Found::Text(found) if found.is_empty() => ().into_any(),
        Found::Text(found) => {
            let wrong = stops_a_save(found).then(|| {
                line(
                    Health::Critical,
                    "dialog-warning",
                    (t.edit.file_invalid)(format),
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

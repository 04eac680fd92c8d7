//! Checks a text as it is typed.

use std::{future::Future, time::Duration};

use leptos::prelude::*;
use wire::{
    format::{Diagnostic, Format, Severity},
    kv::VALUE_MAX_BYTES,
    schema::{CompleteRequest, Completions, KeyPlace, SchemaInUse},
};

use crate::{api, effect::effect};

/// The pause in typing after which the text is checked.
const PAUSE: Duration = Duration::from_millis(300);

/// What is known about the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Its format is not checked.
    Never,
    /// The answer is awaited; what is shown is from before.
    Running,
    /// What is shown is about the text as it is.
    Done,
    /// The server did not answer.
    Failed,
}

/// The checker of an editor.
#[derive(Clone, Copy)]
pub struct Check {
    /// What is wrong, by place.
    pub diagnostics: RwSignal<Vec<Diagnostic>>,
    /// Whether that is about the text as it is.
    pub state: RwSignal<Checked>,
    /// The schema that it was compared with last.
    pub schema: RwSignal<Option<SchemaInUse>>,
    place: Signal<KeyPlace>,
}

impl Check {
    /// A checker that runs when `text`, `format` or the key that it is the value of changes.
    pub fn new(text: RwSignal<String>, format: Signal<Format>, place: Signal<KeyPlace>) -> Self {
        let check = Self {
            diagnostics: RwSignal::new(Vec::new()),
            state: RwSignal::new(Checked::Never),
            schema: RwSignal::new(None),
            place,
        };
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let round = StoredValue::new(0_u32);
        effect(move || {
            let format = format.get();
            let place = place.get();
            let checkable =
                text.with(|text| !text.trim().is_empty() && text.len() <= VALUE_MAX_BYTES);
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            round.update_value(|round| *round += 1);
            if format == Format::Plain || !checkable {
                check.set(Checked::Never, Vec::new());
                check.schema.set(None);
                return;
            }
            check.state.set(Checked::Running);
            let started = round.get_value();
            let run = move || {
                leptos::task::spawn_local(async move {
                    let Some(text) = text.try_get_untracked() else {
                        return;
                    };
                    let answer = api::kv::validate(format, text, place).await;
                    if round.try_get_value() == Some(started) {
                        match answer {
                            Ok(found) => {
                                check.set(Checked::Done, found.diagnostics);
                                check.schema.try_set(found.schema);
                            }
                            Err(_) => check.set(Checked::Failed, Vec::new()),
                        }
                    }
                });
            };
            timer.set_value(set_timeout_with_handle(run, PAUSE).ok());
        });
        on_cleanup(move || {
            if let Some(Some(timer)) = timer.try_get_value() {
                timer.clear();
            }
        });
        check
    }

    /// What the schema knows for a place in `text`; none where there is no schema, so that nobody
    /// is asked then.
    pub fn wants(
        &self,
        format: Format,
        text: String,
        (line, column): (u32, u32),
    ) -> Option<impl Future<Output = Option<Completions>> + use<>> {
        let usable = self.schema.with_untracked(|schema| {
            schema
                .as_ref()
                .is_some_and(|schema| schema.problem.is_none())
        });
        let request = usable.then(|| CompleteRequest {
            format,
            text,
            line,
            column,
            place: self.place.get_untracked(),
        })?;
        Some(async move { api::kv::complete(&request).await.ok() })
    }

    /// Where the key is.
    #[must_use]
    pub fn datacenter(&self) -> String {
        self.place.with_untracked(|place| place.datacenter.clone())
    }

    /// The text does not parse.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.with(|found| stops_a_save(found))
    }

    /// Shows what a save was refused for.
    pub fn set(&self, state: Checked, diagnostics: Vec<Diagnostic>) {
        self.state.try_set(state);
        self.diagnostics.try_set(diagnostics);
    }
}

/// Whether any of `found` is an error.
#[must_use]
pub fn stops_a_save(found: &[Diagnostic]) -> bool {
    found
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}

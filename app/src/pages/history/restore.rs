//! Putting a version back: an ordinary save, after showing what it changes.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    format::Format,
    history::{Note, Record, RecordDetail},
    kv::{KvPair, KvSave},
    problem::{Problem, ProblemKind},
};

use super::{
    detail::{bytes_of, side},
    restore_folder::RestoreFolder,
};
use crate::{
    api::{self, request},
    components::{
        Dialog, DialogFoot, ProblemView, dynamic,
        text_diff::{Held, ValueDiff},
    },
    effect::effect,
    i18n::{Messages, use_t},
    pages::kv::lock::{KeyLock, lock_warning},
    state::{Toasts, use_toasts},
};

/// A value that a key had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub(super) dc: String,
    pub(super) key: String,
    /// In base64.
    pub(super) value: String,
    pub(super) flags: u64,
    /// The key may have held something newer before it changed or was deleted.
    pub(super) may_be_older: bool,
}

impl Version {
    /// What the key held before a change; none where that is not kept.
    pub(super) fn before(detail: &RecordDetail) -> Option<Self> {
        let record = &detail.record;
        let gap = |note: &Note| matches!(note, Note::MayHaveMissed | Note::Unwatched);
        Some(Self {
            flags: record.flags_before.unwrap_or_default(),
            may_be_older: record.notes.iter().any(gap),
            ..Self::of(record, detail.before.as_ref()?)
        })
    }

    /// What the key held after a change; none where that is not kept.
    pub(super) fn after(detail: &RecordDetail) -> Option<Self> {
        Some(Self::of(&detail.record, detail.after.as_ref()?))
    }

    fn of(record: &Record, value: &str) -> Self {
        Self {
            dc: record.datacenter.clone(),
            key: record.key.clone(),
            value: value.to_owned(),
            flags: record.flags_after.unwrap_or_default(),
            may_be_older: false,
        }
    }

    /// A save refuses it: Consul has keys that look like folders and hold a value.
    pub(super) fn is_folder_with_value(&self) -> bool {
        self.key.ends_with('/') && !self.value.is_empty()
    }
}

/// The key as it is now, as far as that is known; none where it does not exist.
pub type Now = Option<Result<Option<Arc<KvPair>>, Problem>>;

/// Asks, showing the difference, then writes.
#[component]
pub fn Restore(
    /// What to put back; closing sets this to none.
    version: RwSignal<Option<Version>>,
) -> impl IntoView {
    let folder = Memo::new(move |_| {
        version.with(|version| version.as_ref().is_some_and(Version::is_folder_with_value))
    });
    dynamic(move || {
        if folder.get() {
            view! { <RestoreFolder version/> }.into_any()
        } else {
            view! { <RestoreKey version/> }.into_any()
        }
    })
}

#[component]
fn RestoreKey(
    /// What to put back; closing sets this to none.
    version: RwSignal<Option<Version>>,
) -> impl IntoView {
    let t = use_t();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let lost = RwSignal::new(false);
    let now = RwSignal::new(None as Now);
    let read = Callback::new(move |()| look(version, now));
    effect(move || {
        let wanted = version.with(Option::is_some);
        open.set(wanted);
        if wanted {
            lost.set(false);
            read.run(());
        }
    });
    effect(move || {
        if !open.get() && version.with_untracked(Option::is_some) {
            version.set(None);
        }
    });
    let steps = Steps {
        version,
        now,
        busy,
        lost,
    };
    let title = Signal::derive(move || {
        version.with(|version| match version {
            Some(version) => {
                let name = version.key.trim_end_matches('/').rsplit('/').next();
                (t.history.restore_title)(name.unwrap_or_default())
            }
            None => String::new(),
        })
    });
    let can_write = Memo::new(move |_| {
        !busy.get()
            && now.with(|now| match now {
                Some(Ok(current)) => {
                    !version.with(|version| is_there(version.as_ref(), current.as_deref()))
                }
                _ => false,
            })
    });
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
                            if busy.get() { t.history.restoring } else { t.history.restore_do }
                        })
                        disabled=Signal::derive(move || !can_write.get())
                        run=move |()| steps.write(t, toasts)
                    />
                }.into_any()
            }
        >
            <Difference version now lost read/>
        </Dialog>
    }
    .into_any()
}

/// Reads the key as it is now.
fn look(version: RwSignal<Option<Version>>, now: RwSignal<Now>) {
    let Some(Version { dc, key, .. }) = version.get_untracked() else {
        return;
    };
    now.set(None);
    leptos::task::spawn_local_scoped_with_cancellation(async move {
        let found = request::get::<KvPair>(&api::kv::value(&dc, &key)).await;
        let found = match found {
            Ok(pair) => Ok(Some(Arc::new(pair))),
            Err(problem) if problem.kind == ProblemKind::NotFound => Ok(None),
            Err(problem) => Err(problem),
        };
        now.try_set(Some(found));
    });
}

/// How far putting back is.
#[derive(Clone, Copy)]
struct Steps {
    version: RwSignal<Option<Version>>,
    now: RwSignal<Now>,
    busy: RwSignal<bool>,
    lost: RwSignal<bool>,
}

impl Steps {
    /// Saves, if the key is still as it was shown.
    fn write(self, t: &'static Messages, toasts: Toasts) {
        let (Some(wanted), Some(Ok(current))) =
            (self.version.get_untracked(), self.now.get_untracked())
        else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let save = KvSave {
            datacenter: wanted.dc,
            key: wanted.key.clone(),
            value: wanted.value,
            flags: wanted.flags,
            cas: current.map_or(0, |pair| pair.modify_index),
            format: Format::Plain,
            // it was there before, whatever it is
            allow_invalid: true,
        };
        let Self {
            version,
            now,
            busy,
            lost,
        } = self;
        // what was written is told of, though the dialog was closed
        leptos::task::spawn_local(async move {
            match api::kv::save(&save).await {
                Ok(_) => {
                    version.try_set(None);
                    toasts.success(t.history.restored, wanted.key);
                }
                Err(problem) if problem.kind == ProblemKind::Conflict => {
                    lost.try_set(true);
                    now.try_set(Some(Ok(problem.current.map(Arc::new))));
                }
                Err(problem) => {
                    now.try_set(Some(Err(problem)));
                }
            }
            busy.try_set(false);
        });
    }
}

/// The key holds exactly this.
fn is_there(version: Option<&Version>, current: Option<&KvPair>) -> bool {
    match (version, current) {
        (Some(version), Some(current)) => {
            current.value.as_deref().unwrap_or_default() == version.value
                && current.flags == version.flags
        }
        _ => false,
    }
}

#[component]
fn Difference(
    /// What is put back.
    version: RwSignal<Option<Version>>,
    /// The key as it is now.
    now: RwSignal<Now>,
    /// Somebody else was sooner.
    lost: RwSignal<bool>,
    /// Reads it again.
    read: Callback<()>,
) -> impl IntoView {
    let t = use_t();
    dynamic(move || {
        let version = version.get()?;
        let current = match now.get() {
            None => return Some(view! { <p class="history-wait skeleton"></p> }.into_any()),
            Some(Err(problem)) => {
                return Some(view! { <ProblemView problem retry=read/> }.into_any());
            }
            Some(Ok(current)) => current,
        };
        if is_there(Some(&version), current.as_deref()) {
            return Some(view! { <p>{t.history.restore_same}</p> }.into_any());
        }
        let text = match (lost.get(), &current) {
            (true, _) => t.history.restore_conflict,
            (false, Some(_)) => t.history.restore_text,
            (false, None) => t.history.restore_create_text,
        };
        let index = current.as_ref().map(|pair| pair.modify_index);
        let before = current.as_ref().map(|pair| Held {
            bytes: bytes_of(pair.value.as_ref()),
            flags: pair.flags,
        });
        let session = current.as_ref().and_then(|pair| pair.session.clone());
        let older = version
            .may_be_older
            .then(|| view! { <p class="text-secondary">{t.history.restore_older}</p> }.into_any());
        let after = Some(Held {
            bytes: bytes_of(Some(&version.value)),
            flags: version.flags,
        });
        Some(
            view! {
                <p role=lost.get().then_some("alert")>{text}</p>
                {older}
                {lock_warning(KeyLock { dc: version.dc, session: Signal::stored(session) })}
                <ValueDiff
                    before
                    after
                    before_label=side(t, t.history.live_now, index)
                    after_label=t.history.restore_this.to_owned()
                />
            }
            .into_any(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_back_is_what_was_on_that_side() {
        let detail = RecordDetail {
            record: Record {
                key: "a/".into(),
                flags_before: Some(1),
                flags_after: Some(2),
                notes: vec![Note::MayHaveMissed],
                ..Record::default()
            },
            before: Some("YQ==".into()),
            after: Some(String::new()),
        };
        let (before, after) = (Version::before(&detail), Version::after(&detail));
        let (before, after) = (before.unwrap(), after.unwrap());
        assert_eq!((before.flags, after.flags), (1, 2));
        assert!(before.may_be_older && !after.may_be_older);
        assert!(before.is_folder_with_value() && !after.is_folder_with_value());
        assert_eq!(Version::before(&RecordDetail::default()), None);
    }
}

//! Short words about what just happened.

use std::sync::Arc;

use leptos::prelude::*;

/// One of them.
#[derive(Clone)]
pub struct Toast {
    /// Unique while the page lives.
    pub id: u32,
    /// It failed: stays until closed.
    pub failed: bool,
    /// Past tense, one line.
    pub text: String,
    /// The detail below it; may be empty.
    pub detail: String,
    /// What can be done about it.
    pub action: Option<ToastAction>,
}

/// What a toast offers to do.
#[derive(Clone)]
pub struct ToastAction {
    /// The button's word.
    pub label: &'static str,
    /// Does it; may outlive the page that offered it.
    pub run: Arc<dyn Fn() + Send + Sync>,
}

/// Those that are shown.
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
    /// Counts what was told of changes of many keys.
    changes: RwSignal<u32>,
}

/// How long a success is shown.
const SHOWN_MILLISECONDS: u32 = 5_000;

/// How long one that offers something is shown.
const OFFERED_MILLISECONDS: u32 = 15_000;

/// The page's toasts.
///
/// # Panics
/// Outside of `App`.
#[must_use]
pub fn use_toasts() -> Toasts {
    expect_context()
}

pub(super) fn provide() {
    provide_context(Toasts {
        list: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
        changes: RwSignal::new(0),
    });
}

impl Toasts {
    /// Those that are shown, oldest first.
    #[must_use]
    pub fn list(&self) -> Vec<Toast> {
        self.list.get()
    }

    /// Says that something was done; goes away by itself.
    pub fn success(&self, text: impl Into<String>, detail: impl Into<String>) {
        let id = self.add(false, text.into(), detail.into(), None);
        self.close_later(id, SHOWN_MILLISECONDS);
    }

    /// Says that something was done, and offers to do more; goes away by itself.
    pub fn offer(&self, text: impl Into<String>, action: ToastAction) {
        let id = self.add(false, text.into(), String::new(), Some(action));
        self.close_later(id, OFFERED_MILLISECONDS);
    }

    /// Says that something failed; stays until it is closed.
    pub fn error(&self, text: impl Into<String>, detail: impl Into<String>) {
        self.add(true, text.into(), detail.into(), None);
    }

    /// The same, and offers what can be done about it.
    pub fn error_with(
        &self,
        text: impl Into<String>,
        detail: impl Into<String>,
        action: Option<ToastAction>,
    ) {
        self.add(true, text.into(), detail.into(), action);
    }

    /// A change of many keys began or ended: whoever lists them asks again.
    pub fn changed(&self) {
        self.changes.update(|changes| *changes += 1);
    }

    /// How often that was said.
    #[must_use]
    pub fn changes(&self) -> u32 {
        self.changes.get()
    }

    /// Takes one away.
    pub fn close(&self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }

    fn close_later(self, id: u32, milliseconds: u32) {
        leptos::task::spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(milliseconds).await;
            self.close(id);
        });
    }

    fn add(&self, failed: bool, text: String, detail: String, action: Option<ToastAction>) -> u32 {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.list.update(|list| {
            // more than a few at a time are not read
            if list.len() >= 4 {
                list.remove(0);
            }
            list.push(Toast {
                id,
                failed,
                text,
                detail,
                action,
            });
        });
        id
    }
}

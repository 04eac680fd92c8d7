//! Nothing typed is lost by leaving.

use leptos::{ev, prelude::*};

use crate::{components::Dialog, effect::effect, i18n::use_t, navigation::use_navigation};

/// Asks before a place with unsaved changes is left: within the page by a dialog, else by the
/// browser's own.
#[component]
pub fn LeaveGuard(
    /// Something is typed that is not saved.
    #[prop(into)]
    dirty: Signal<bool>,
    /// The key.
    #[prop(into)]
    key: Signal<String>,
    /// What is typed stays in the browser.
    #[prop(into)]
    kept: Signal<bool>,
) -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let open = RwSignal::new(false);
    let target = StoredValue::new(String::new());
    effect(move || {
        let guard = Callback::new(move |url: String| {
            if !dirty.get_untracked() {
                return true;
            }
            target.set_value(url);
            open.set(true);
            false
        });
        navigation.set_guard(Some(guard));
        let unload = window_event_listener(ev::beforeunload, move |event| {
            if dirty.get_untracked() {
                event.prevent_default();
                event.set_return_value("unsaved");
            }
        });
        on_cleanup(move || {
            unload.remove();
            navigation.set_guard(None);
        });
    });
    let leave = move |_| {
        open.set(false);
        navigation.set_guard(None);
        navigation.go(&target.get_value());
    };
    view! {
        <Dialog
            open
            title=t.edit.leave_title
            footer=move || {
                view! {
                    <button type="button" class="button" on:click=move |_| open.set(false)>
                        {t.edit.stay}
                    </button>
                    <button type="button" class="button is-destructive" on:click=leave>
                        {t.edit.leave}
                    </button>
                }.into_any()
            }
        >
            <p>{move || if kept.get() { (t.edit.leave_text_kept)(&key.get()) } else { (t.edit.leave_text)(&key.get()) }}</p>
        </Dialog>
    }
    .into_any()
}

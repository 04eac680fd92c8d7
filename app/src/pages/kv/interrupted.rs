//! Changes that a waggle which ended in the middle left unfinished: what remains, or that nobody
//! needs to know.

use leptos::prelude::*;
use wire::{
    changes::{Change, ChangeKind, Interrupted},
    health::Health,
};

use crate::{
    api,
    components::{ChangePreview, HealthGlyph, Moment, dynamic},
    effect::effect,
    i18n::{number, use_t},
    state::{Toasts, use_settings, use_toasts},
};

#[derive(Clone, Copy)]
struct State {
    found: RwSignal<Vec<Interrupted>>,
    /// What remains of one.
    rest: RwSignal<Option<Change>>,
    toasts: Toasts,
}

impl State {
    fn fetch(self) {
        leptos::task::spawn_local(async move {
            // where it cannot be asked, the page itself says why
            if let Ok(found) = api::changes::interrupted().await {
                self.found.try_set(found);
            }
        });
    }

    fn plan(self, id: String) {
        leptos::task::spawn_local(async move {
            match api::changes::plan_rest(&id).await {
                Ok(change) => {
                    self.rest.try_set(Some(change));
                }
                Err(problem) => self.toasts.error(problem.detail, ""),
            }
        });
    }

    fn forget(self, id: String) {
        leptos::task::spawn_local(async move {
            let _ = api::changes::forget(&id).await;
            self.fetch();
        });
    }
}

/// A note for each of them.
#[component]
pub fn InterruptedNotes() -> impl IntoView {
    let state = State {
        found: RwSignal::new(Vec::new()),
        rest: RwSignal::new(None),
        toasts: use_toasts(),
    };
    effect(move || state.fetch());
    let notes = move || {
        let found = state.found.get();
        let notes: Vec<AnyView> = found.into_iter().map(|one| note(state, one)).collect();
        notes
    };
    let preview = move || {
        let change = state.rest.get()?;
        let on_close = Callback::new(move |()| state.rest.set(None));
        let on_done = Callback::new(move |()| state.fetch());
        Some(view! { <ChangePreview change on_close on_done/> }.into_any())
    };
    view! {
        {dynamic(notes)}
        {dynamic(preview)}
    }
    .into_any()
}

fn note(state: State, one: Interrupted) -> AnyView {
    let t = use_t();
    let can_write = !use_settings().read_only;
    let told = (t.changes.interrupted)(
        one.kind,
        &number(one.done as u64),
        &number(one.total as u64),
    );
    let unsure = (one.unsure > 0).then(|| {
        let is_move = one.kind == ChangeKind::Move;
        (t.changes.interrupted_unsure)(is_move, &number(one.unsure as u64))
    });
    let wheres = (t.changes.in_datacenters)(&one.datacenters.join(", "));
    let (rest, forgotten) = (one.id.clone(), one.id.clone());
    view! {
        <div class="note" data-kind="warning" role="status">
            <HealthGlyph health=Health::Warning/>
            <p>
                <b>{told}</b>
                " "
                {unsure}
                " "
                {if one.can_go_on() { t.changes.interrupted_rest } else { t.changes.interrupted_again }}
                " "
                <small class="text-secondary">{wheres} " · " <Moment at=one.began/></small>
            </p>
            {can_write
                .then(|| {
                    view! {
                        {one
                            .can_go_on()
                            .then(|| {
                                view! {
                                    <button
                                        type="button"
                                        class="button is-small"
                                        on:click=move |_| state.plan(rest.clone())
                                    >
                                        {t.changes.show_rest}
                                    </button>
                                }.into_any()
                            })}
                        <button
                            type="button"
                            class="button is-small is-quiet"
                            on:click=move |_| state.forget(forgotten.clone())
                        >
                            {t.changes.forget}
                        </button>
                    }.into_any()
                })}
        </div>
    }
    .into_any()
}

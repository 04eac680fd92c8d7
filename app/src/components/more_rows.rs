//! Long lists: the first rows at once, the others when they are wanted.

use leptos::prelude::*;

use super::dynamic;
use crate::i18n::use_t;

/// Rows drawn at once: more would make typing in the filter slow.
const STEP: usize = 200;

/// How many rows are drawn.
#[derive(Clone, Copy)]
pub struct MoreRows(RwSignal<usize>);

impl Default for MoreRows {
    fn default() -> Self {
        Self::new()
    }
}

impl MoreRows {
    /// The first rows.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(STEP))
    }

    /// How many rows to draw.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.0.get()
    }

    /// The line below the table that draws more, while there are more.
    pub fn button(self, total: Signal<usize>) -> impl IntoView {
        let t = use_t();
        dynamic(move || {
            let (shown, total) = (self.0.get(), total.get());
            (total > shown).then(|| {
                let next = STEP.min(total - shown);
                view! {
                    <div class="more-rows">
                        <span>{(t.common.shown_of)(shown, total)}</span>
                        <button
                            type="button"
                            class="button is-small"
                            on:click=move |_| self.0.update(|shown| *shown += STEP)
                        >
                            {(t.common.show_more)(next)}
                        </button>
                    </div>
                }
                .into_any()
            })
        })
    }
}

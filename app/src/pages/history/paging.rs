//! The ways to older and to the newest rows, where there are any.

use leptos::prelude::*;
use wire::history::LIMIT_DEFAULT;

use crate::{components::dynamic, i18n::use_t};

/// What of all is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// How many stand before it.
    pub(super) offset: usize,
    /// How many are shown.
    pub(super) shown: usize,
    /// How many there are, as far as they are counted.
    pub(super) total: usize,
    /// There are more than that.
    pub(super) more: bool,
}

impl Window {
    fn has_older(&self) -> bool {
        self.more || self.offset + self.shown < self.total
    }
}

/// The buttons below a list; each moves `offset`.
pub(super) fn pages(window: Signal<Window>, offset: RwSignal<usize>) -> AnyView {
    let t = use_t();
    dynamic(move || {
        let window = window.get();
        let button = |go: Callback<()>, text: &'static str| {
            view! {
                <button type="button" class="button is-small" on:click=move |_| go.run(())>{text}</button>
            }
            .into_any()
        };
        let older = window.has_older().then(|| {
            let go = Callback::new(move |()| offset.update(|offset| *offset += LIMIT_DEFAULT));
            button(go, t.history.older)
        });
        let newest = (window.offset > 0).then(|| {
            let go = Callback::new(move |()| offset.set(0));
            button(go, t.history.newest)
        });
        let any = older.is_some() || newest.is_some();
        any.then(|| view! { <div class="more-rows">{newest}{older}</div> }.into_any())
    })
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_leads_no_further() {
        let window = |offset, shown, more| Window {
            offset,
            shown,
            total: 150,
            more,
        };
        assert!(window(0, 100, false).has_older());
        assert!(!window(100, 50, false).has_older());
        assert!(window(100, 50, true).has_older());
        assert!(!Window::default().has_older());
    }
}

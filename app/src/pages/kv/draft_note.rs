//! Offers a text that was typed earlier and not saved.

use leptos::prelude::*;

use super::drafts::{self, Kept};
use crate::{
    components::{Icon, dynamic},
    effect::effect,
    i18n::{Language, number, use_t},
};

/// The offer; nothing where nothing is kept.
#[component]
pub fn DraftNote(
    /// Datacenter and key.
    place: (String, String),
    /// The key's index now.
    index: Signal<u64>,
    /// Told the text that is wanted.
    #[prop(into)]
    on_restore: Callback<Kept>,
) -> impl IntoView {
    let t = use_t();
    let kept = RwSignal::new(None::<Kept>);
    let place = StoredValue::new(place);
    effect(move || kept.set(place.with_value(|(dc, key)| drafts::find(dc, key))));
    dynamic(move || {
        let draft = kept.get()?;
        let time = clock(draft.at);
        let older = (draft.index != index.get()).then(|| (t.kv.draft_older)(&number(draft.index)));
        let discard = move |_| {
            place.with_value(|(dc, key)| drafts::forget(dc, key));
            kept.set(None);
        };
        Some(
            view! {
                <div class="note" data-kind="info" role="status">
                    <Icon name="file"/>
                    <p><b>{(t.kv.draft_kept)(&time)}</b>" "{older}</p>
                    <button
                        type="button"
                        class="button is-small"
                        on:click=move |_| {
                            kept.set(None);
                            on_restore.run(draft.clone());
                        }
                    >
                        {t.kv.draft_restore}
                    </button>
                    <button type="button" class="button is-small is-quiet" on:click=discard>
                        {t.kv.draft_discard}
                    </button>
                </div>
            }
            .into_any(),
        )
    })
}

/// A moment as people say it: the time today, else the day with it.
fn clock(at: f64) -> String {
    let date = js_sys::Date::new(&at.into());
    let tag = Language::of_document().tag();
    let now = js_sys::Date::new_0();
    let today = date.to_date_string() == now.to_date_string();
    let text = if today {
        date.to_locale_time_string(tag)
    } else {
        date.to_locale_string(tag, &js_sys::Object::new())
    };
    text.into()
}

//! Offers a text that was typed earlier and not saved.

use leptos::prelude::*;

use super::{
    drafts::{self, Kept, KeptNew},
    new_key::NewKey,
    path,
};
use crate::{
    components::{Icon, dynamic},
    effect::effect,
    i18n::{Language, number, use_t},
};

/// What is offered, and to whom.
#[derive(Clone)]
pub struct DraftOffer {
    /// Datacenter and key.
    pub place: (String, String),
    /// The key's index now.
    pub index: Signal<u64>,
    /// Told the text that is wanted.
    pub on_restore: Callback<Kept>,
}

/// The offer; nothing where nothing is kept.
#[component]
pub fn DraftNote(
    /// What is offered.
    offer: DraftOffer,
) -> impl IntoView {
    let t = use_t();
    let DraftOffer {
        place,
        index,
        on_restore,
    } = offer;
    let kept = RwSignal::new(None::<Kept>);
    let place = StoredValue::new(place);
    effect(move || kept.set(place.with_value(|(dc, key)| drafts::find(dc, key))));
    dynamic(move || {
        let draft = kept.get()?;
        let older =
            (draft.index != index.get()).then(|| (t.seldom.draft_older)(&number(draft.index)));
        let discard = move || {
            place.with_value(|(dc, key)| drafts::forget(dc, key));
            kept.set(None);
        };
        let at = draft.at;
        let restore = move || {
            kept.set(None);
            on_restore.run(draft.clone());
        };
        Some(note(at, older, restore, discard))
    })
}

/// The same, of a new key; what is typed by then is offered in its turn.
#[component]
pub fn NewDraftNote(
    /// What is typed.
    new: NewKey,
) -> impl IntoView {
    let kept = RwSignal::new(None::<KeptNew>);
    let place = move || (new.dc.get_value(), new.folder.get_value());
    effect(move || {
        let (dc, folder) = place();
        kept.set(drafts::find_new(&dc, &folder));
    });
    dynamic(move || {
        let draft = kept.get()?;
        let about = path::spelled(&draft.key);
        let discard = move || {
            let (dc, folder) = place();
            drafts::forget_new(&dc, &folder);
            kept.set(None);
        };
        let at = draft.at;
        let restore = move || kept.set(new.restore(draft.clone()));
        Some(note(at, Some(about), restore, discard))
    })
}

fn note(
    at: f64,
    more: Option<String>,
    restore: impl Fn() + 'static,
    discard: impl Fn() + 'static,
) -> AnyView {
    let t = use_t();
    let time = clock(at);
    view! {
        <div class="note" data-kind="info" role="status">
            <Icon name="file"/>
            <p><b>{(t.seldom.draft_kept)(&time)}</b>" "{more}</p>
            <button type="button" class="button is-small" on:click=move |_| restore()>
                {t.seldom.draft_restore}
            </button>
            <button type="button" class="button is-small is-quiet" on:click=move |_| discard()>
                {t.seldom.draft_discard}
            </button>
        </div>
    }
    .into_any()
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

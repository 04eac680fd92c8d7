//! A session as a row of the list.

use std::sync::Arc;

use leptos::prelude::*;
use wire::sessions::{Behavior, SessionRow};

use super::{held::Held, held_keys::MoreKeys, list::Shared};
use crate::{
    components::{KeyText, dynamic},
    i18n::{Messages, use_t},
    pages::listing::{Row, RowPlace},
    routes,
    state::use_settings,
};

impl Row for SessionRow {
    fn is_about(&self, other: &Self) -> bool {
        self.id == other.id
    }

    fn draw(&self, place: &RowPlace) -> AnyView {
        let t = use_t();
        let can_write = !use_settings().read_only;
        let shared = use_context::<Shared>();
        let session = self.clone();
        let ask = move |_| {
            if let Some(shared) = shared {
                shared.asked.set(Some(session.clone()));
            }
        };
        let checks = self.checks.join(", ");
        view! {
        <tr class=place.class() aria-rowindex=place.index title=checks>
            <td data-fold="1">{name(t, &self.name)}</td>
            <td class="mono text-secondary column-secondary" title=self.id.clone()>{self.id.clone()}</td>
            <td data-fold="3">{held(t, place.dc.to_owned(), self.id.clone(), shared)}</td>
            <td data-fold="2">
                <a data-row-link="" href=routes::node(place.dc, &self.node)>{self.node.clone()}</a>
            </td>
            <td class="text-secondary">{ttl(t, &self.ttl)}</td>
            <td class="text-secondary">{behavior(t, self.behavior)}</td>
            <td class="column-action" data-fold=can_write.then_some("4")>
                {can_write
                    .then(|| {
                        view! {
                            <button type="button" class="button is-small is-quiet is-danger" on:click=ask>
                                {t.sessions.invalidate}
                            </button>
                        }.into_any()
                    })}
            </td>
        </tr>
    }
    .into_any()
    }
}

fn name(t: &'static Messages, name: &str) -> AnyView {
    if name.is_empty() {
        return view! { <span class="text-tertiary">{t.sessions.no_name}</span> }.into_any();
    }
    let title = name.to_owned();
    view! { <span class="row-name" title=title><KeyText text=name/></span> }.into_any()
}

/// How long it lives without a word; as Consul writes it.
#[must_use]
pub fn ttl(t: &'static Messages, ttl: &str) -> String {
    if ttl.is_empty() {
        t.sessions.no_ttl.to_owned()
    } else {
        ttl.to_owned()
    }
}

fn behavior(t: &'static Messages, behavior: Behavior) -> AnyView {
    let (word, title, class) = match behavior {
        Behavior::Release => (t.sessions.release, t.sessions.release_text, ""),
        Behavior::Delete => (t.sessions.delete, t.sessions.delete_text, "text-removed"),
    };
    view! { <span class=class title=title>{word}</span> }.into_any()
}

/// The first key that it holds and how many more, or what is known of that.
fn held(t: &'static Messages, dc: String, id: String, shared: Option<Shared>) -> AnyView {
    dynamic(move || {
        let held = shared?.held.get();
        let word = match &held {
            Held::Waiting => return None,
            Held::Unknown => t.sessions.holds_unknown,
            Held::Known(held) if held.is_whole() => t.sessions.holds_none,
            Held::Known(_) => t.sessions.holds_none_found,
        };
        let Some((first, more)) = held.of(&id).split_first() else {
            return Some(view! { <span class="text-tertiary">{word}</span> }.into_any());
        };
        let href = routes::kv_edit(&dc, first);
        let more = (!more.is_empty()).then(|| {
            let keys: Arc<[String]> = more.into();
            view! { <MoreKeys dc=dc.clone() session=id.clone() keys/> }.into_any()
        });
        Some(
            view! {
                <span class="held-keys">
                    <a class="mono ellipsis" href=href title=first.clone()>
                        <KeyText text=first.clone()/>
                    </a>
                    {more}
                </span>
            }
            .into_any(),
        )
    })
    .into_any()
}

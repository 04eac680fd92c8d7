//! Who holds a key. Few are held: what is said of a holder comes as a part of its own.

use leptos::prelude::*;
use wire::{
    health::Health,
    problem::{Problem, ProblemKind},
    sessions::{Behavior, SessionDetail},
};

use crate::{
    api,
    components::{HealthGlyph, KeyText, dynamic},
    effect::effect,
    i18n::use_t,
    lazy::{self, Seldom},
    routes::{self, Tool},
};

/// Which session holds a key.
#[derive(Clone)]
pub struct KeyLock {
    /// Datacenter.
    pub dc: String,
    /// The session's ID; none where nobody holds it.
    pub session: Signal<Option<String>>,
}

/// What is known of a holder; none while it is asked for.
type Known = RwSignal<Option<Result<SessionDetail, Problem>>>;

/// Asks who the session is, whenever another one holds the key.
fn holder(dc: &str, session: Signal<Option<String>>) -> Known {
    let holder: Known = RwSignal::new(None);
    let dc = StoredValue::new(dc.to_owned());
    let session = Memo::new(move |_| session.get());
    effect(move || {
        holder.set(None);
        let Some(id) = session.get() else { return };
        leptos::task::spawn_local(async move {
            let Some(dc) = dc.try_get_value() else { return };
            let found = api::sessions::detail(&dc, &id).await;
            if session.try_get_untracked().flatten() == Some(id) {
                holder.try_set(Some(found));
            }
        });
    });
    holder
}

/// Who holds a key; that nobody does, where there is none.
#[must_use]
pub fn lock_facts(lock: KeyLock) -> AnyView {
    let t = use_t();
    let is_held = is_held(lock.session);
    dynamic(move || {
        if is_held.get() {
            lazy::seldom(Seldom::Lock(lock.clone()))
        } else {
            t.kv.no_lock.into_any()
        }
    })
    .into_any()
}

/// A warning where a session holds the key that is about to be saved.
#[must_use]
pub fn lock_warning(lock: KeyLock) -> AnyView {
    let is_held = is_held(lock.session);
    dynamic(move || {
        is_held
            .get()
            .then(|| lazy::seldom(Seldom::HeldWarning(lock.clone())))
    })
    .into_any()
}

fn is_held(session: Signal<Option<String>>) -> Memo<bool> {
    Memo::new(move |_| session.with(Option::is_some))
}

/// Name, node, TTL and behaviour of the session that holds a key.
#[component]
pub fn Holder(
    /// Which it is.
    lock: KeyLock,
) -> impl IntoView {
    let t = use_t();
    let KeyLock { dc, session } = lock;
    let holder = holder(&dc, session);
    dynamic(move || {
        let id = session.get()?;
        let here = routes::tool(&dc, Tool::Sessions, &[("filter", &id)]);
        Some(match holder.get() {
            Some(Ok(found)) => {
                let row = found.session;
                let (word, title) = match row.behavior {
                    Behavior::Release => (t.sessions.release, t.sessions.release_text),
                    Behavior::Delete => (t.sessions.delete, t.sessions.delete_text),
                };
                let name = if row.name.is_empty() {
                    row.id.clone()
                } else {
                    row.name
                };
                let ttl = if row.ttl.is_empty() {
                    t.sessions.no_ttl.to_owned()
                } else {
                    row.ttl
                };
                view! {
                    <a href=here title=row.id><KeyText text=name/></a>
                    <small class="lock-facts">
                        <span>
                            {t.sessions.node}" "
                            <a href=routes::node(&dc, &row.node)>{row.node.clone()}</a>
                        </span>
                        <span>{t.sessions.ttl}" "{ttl}</span>
                        <span title=title>{t.sessions.behavior}" "{word}</span>
                    </small>
                }
                .into_any()
            }
            Some(Err(problem)) if problem.kind == ProblemKind::NotFound => {
                view! { <span class="text-secondary">{t.sessions.gone}</span> }.into_any()
            }
            _ => view! { <a class="mono" href=here><KeyText text=id/></a> }.into_any(),
        })
    })
    .into_any()
}

/// The warning that a session holds the key that is about to be saved.
#[component]
pub fn HeldWarning(
    /// Which it is.
    lock: KeyLock,
) -> impl IntoView {
    let t = use_t();
    let KeyLock { dc, session } = lock;
    let holder = holder(&dc, session);
    dynamic(move || {
        let id = session.get()?;
        let (name, node) = match holder.get() {
            Some(Ok(found)) if found.session.name.is_empty() => (id, found.session.node),
            Some(Ok(found)) => (found.session.name, found.session.node),
            Some(Err(problem)) if problem.kind == ProblemKind::NotFound => return None,
            _ => (id, "…".to_owned()),
        };
        Some(
            view! {
                <div class="note" data-kind="warning" role="status">
                    <HealthGlyph health=Health::Warning/>
                    <p><b>{(t.sessions.held_warning)(&name, &node)}</b>" "{t.sessions.held_text}</p>
                </div>
            }
            .into_any(),
        )
    })
    .into_any()
}

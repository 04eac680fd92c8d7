//! A key's page: loads the key, shows it, and has it edited where the address says so.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    kv::{KvPair, is_secret},
    live::{Subject, Topic},
    problem::ProblemKind,
};

use super::{drafts::Kept, path, view::KeyView};
use crate::{
    api,
    components::{PageHead, ProblemView, dynamic},
    i18n::use_t,
    lazy::{self, Editing, Seldom},
    live::{Live, use_live},
    navigation::use_navigation,
    state::use_settings,
};

/// The query's word for how a key is shown, and its value for the editor.
pub const MODE: (&str, &str) = ("mode", "edit");

/// What both ways to show a key need.
#[derive(Clone)]
pub struct OpenKey {
    /// Datacenter.
    pub dc: String,
    /// The whole key.
    pub key: String,
    /// As it was read first.
    pub first: Arc<KvPair>,
    /// As it is.
    pub live: Live<KvPair>,
    /// Its value is masked until somebody wants to see it, and never kept in the browser.
    pub secret: bool,
    /// The mask is off.
    pub revealed: RwSignal<bool>,
    /// A text typed earlier, to begin the edit with.
    pub restore: RwSignal<Option<Kept>>,
}

/// Loads the key, then shows it.
#[component]
pub fn KeyPage(
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
) -> impl IntoView {
    let url = api::kv::value(&dc, &key);
    let topic = Topic::new(Subject::Key(key.clone()), &*dc);
    let live = use_live::<KvPair>(topic, url);
    let there = Memo::new(move |_| live.data.with(Option::is_some));
    let gone = Memo::new(move |_| {
        // gone before this page ever saw it: what is shown would be a memory
        live.arrived.get() == 0.0
            && live.problem.with(|problem| {
                problem
                    .as_ref()
                    .is_some_and(|p| p.kind == ProblemKind::NotFound)
            })
    });
    let title = path::spelled(path::name(&key));
    dynamic(move || {
        let (dc, key, title) = (dc.clone(), key.clone(), title.clone());
        if gone.get() {
            return lazy::seldom(Seldom::NotThere { dc, key });
        }
        if let (true, Some(first)) = (there.get(), live.data.get_untracked()) {
            return view! { <Shown dc key first live/> }.into_any();
        }
        let crumbs = super::crumbs(&dc, &key);
        let retry = Callback::new(move |()| live.reload());
        view! {
            <PageHead title crumbs=Signal::derive(move || crumbs.clone())/>
            {move || match live.problem.get() {
                Some(problem) => view! { <ProblemView problem retry/> }.into_any(),
                None => view! { <Loading/> }.into_any(),
            }}
        }
        .into_any()
    })
}

/// The key, or its editor.
#[component]
fn Shown(
    /// Datacenter.
    dc: String,
    /// The whole key.
    key: String,
    /// As it was read first.
    first: Arc<KvPair>,
    /// As it is.
    live: Live<KvPair>,
) -> impl IntoView {
    let settings = use_settings();
    let mode = use_navigation().query(MODE.0);
    let wants = Memo::new(move |_| mode.get() == MODE.1 && !settings.read_only);
    let secret = is_secret(&use_settings().secret_keys, &key);
    let revealed = RwSignal::new(!secret);
    let open = StoredValue::new(OpenKey {
        dc,
        key,
        first,
        live,
        secret,
        revealed,
        restore: RwSignal::new(None),
    });
    dynamic(move || {
        let mut open = open.get_value();
        // not before the mask is off: an editor shows everything
        if wants.get() && revealed.get() {
            if let Some(now) = open.live.data.get_untracked() {
                open.first = now;
            }
            return lazy::edit(Editing::Key(Box::new(open)));
        }
        view! { <KeyView open/> }.into_any()
    })
}

/// Grey lines where the text will be.
#[component]
fn Loading() -> impl IntoView {
    let t = use_t();
    view! {
        <div class="editor-skeleton" aria-busy="true" aria-label=t.common.loading>
            {(0..8).map(|_| view! { <i></i> }.into_any()).collect_view()}
        </div>
    }
    .into_any()
}

//! Where the page is: the browser's address as signals, links, and the query.
//!
//! Our own and small, because names and keys may hold any character: leptos_router decodes a
//! parameter again after `URLSearchParams` did, and never hands out the raw path. Any page or
//! component may use it.

use std::time::Duration;

use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};
use percent_encoding::percent_decode_str;
use wasm_bindgen::JsCast;

use crate::{effect::effect, routes};

/// The address that a rendering on the server is for: path and query. A context.
#[derive(Clone, Debug)]
pub struct RequestUrl(pub String);

/// How long what is typed rests before the browser's address says it. At each change of that Chromium
/// draws the page's icon anew, 6 ms of a key press, and Safari takes a hundred of them in 30 s.
const REST: Duration = Duration::from_millis(250);

/// The page's address, and the ways to change it.
#[derive(Clone, Copy)]
pub struct Navigation {
    path: RwSignal<String>,
    search: RwSignal<String>,
    visits: RwSignal<u32>,
    guard: StoredValue<Option<Callback<String, bool>>>,
    /// The address that the browser does not say yet, and what waits to tell it.
    untold: StoredValue<Option<(String, TimeoutHandle)>>,
}

/// The page's address, out of the context.
///
/// # Panics
/// Outside of `App`.
#[must_use]
pub fn use_navigation() -> Navigation {
    expect_context()
}

impl Navigation {
    /// Reads the address, and listens to links and to the history from then on.
    pub fn provide() -> Self {
        let (path, search) = split(&current());
        let navigation = Self {
            path: RwSignal::new(path),
            search: RwSignal::new(search),
            visits: RwSignal::new(0),
            guard: StoredValue::new(None),
            untold: StoredValue::new(None),
        };
        provide_context(navigation);
        effect(move || navigation.listen());
        navigation
    }

    /// The raw path.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.get()
    }

    /// How often the place changed since the page was loaded.
    #[must_use]
    pub fn visits(&self) -> u32 {
        self.visits.get_untracked()
    }

    /// Tells `guard` the address before the place changes, by a link, the history or `go`; false
    /// stays. None removes it.
    pub fn set_guard(&self, guard: Option<Callback<String, bool>>) {
        self.guard.set_value(guard);
    }

    /// Goes to `url`, an address of `routes`, with an entry in the history.
    pub fn go(&self, url: &str) {
        if self.may_leave(url) {
            self.change(url, false);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// Goes to `url` in place of the current entry.
    pub fn replace(&self, url: &str) {
        self.change(url, true);
    }

    /// The same, if what guards the place lets go.
    pub fn leave(&self, url: &str) {
        if self.may_leave(url) {
            self.change(url, true);
        }
    }

    /// The value of `name` in the query; empty where it is not there.
    #[must_use]
    pub fn query(&self, name: &'static str) -> Memo<String> {
        let search = self.search;
        Memo::new(move |_| search.with(|search| query_value(search, name).unwrap_or_default()))
    }

    /// The value of `name` in the query now, for who reads several of them at once.
    #[must_use]
    pub fn value(&self, name: &str) -> String {
        let search = self.search;
        search.with(|search| query_value(search, name).unwrap_or_default())
    }

    /// Whether the query has `name`, with or without a value.
    #[must_use]
    pub fn has_query(&self, name: &'static str) -> Memo<bool> {
        let search = self.search;
        Memo::new(move |_| search.with(|search| query_value(search, name).is_some()))
    }

    /// Sets `name` in the query, or removes it where `value` is empty; no history entry.
    pub fn set_query(&self, name: &str, value: &str) {
        self.change(&self.with_query(name, value), true);
    }

    /// The same for what is being typed: the browser's address follows when that rests.
    pub fn type_query(&self, name: &str, value: &str) {
        let url = self.with_query(name, value);
        self.forget_untold();
        let navigation = *self;
        if let Ok(timer) = set_timeout_with_handle(move || navigation.tell(), REST) {
            self.untold.set_value(Some((url.clone(), timer)));
        }
        self.arrive(&url);
    }

    /// The address with `name` set in the query, or without it where `value` is empty.
    #[must_use]
    pub fn with_query(&self, name: &str, value: &str) -> String {
        let search = self
            .search
            .with_untracked(|old| with_value(old, name, value));
        joined(&self.path.get_untracked(), &search)
    }

    /// Has the browser's address say what it does not say yet.
    pub fn tell(&self) {
        if let Some(url) = self.forget_untold() {
            write(&url, true);
        }
    }

    fn forget_untold(&self) -> Option<String> {
        let (url, timer) = self.untold.try_update_value(Option::take)??;
        timer.clear();
        Some(url)
    }

    fn may_leave(&self, url: &str) -> bool {
        self.guard
            .get_value()
            .is_none_or(|guard| guard.run(url.to_owned()))
    }

    /// The browser went through its history already: where that is not wanted, the old address
    /// gets an entry again.
    fn follow_history(&self) {
        // that was of the entry that was left
        self.forget_untold();
        let url = current();
        if self.may_leave(&url) {
            self.arrive(&url);
            return;
        }
        let old = joined(&self.path.get_untracked(), &self.search.get_untracked());
        write(&old, false);
    }

    fn change(&self, url: &str, replace: bool) {
        if replace {
            self.forget_untold();
        } else {
            // the entry that stays is the one that was seen
            self.tell();
        }
        write(url, replace);
        self.arrive(url);
    }

    fn arrive(&self, url: &str) {
        let (path, search) = split(url);
        let moved = self.path.with_untracked(|old| *old != path);
        if moved {
            self.visits.update(|visits| *visits += 1);
        }
        // the query first: who reads it belongs to the old place, and is about to go
        if self.search.with_untracked(|old| *old != search) {
            self.search.set(search);
        }
        if moved {
            self.path.set(path);
        }
    }

    fn listen(self) {
        let links = window_event_listener(ev::click, move |event| {
            if let Some(url) = link_target(&event) {
                event.prevent_default();
                self.go(&url);
            }
        });
        let history = window_event_listener(ev::popstate, move |_| self.follow_history());
        on_cleanup(move || {
            links.remove();
            history.remove();
        });
    }
}

/// The address of a plain left click on a link that stays in the page.
fn link_target(event: &web_sys::MouseEvent) -> Option<String> {
    if event.default_prevented()
        || event.button() != 0
        || event.meta_key()
        || event.ctrl_key()
        || event.shift_key()
        || event.alt_key()
    {
        return None;
    }
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let link = target
        .closest("a[href]")
        .ok()??
        .dyn_into::<web_sys::HtmlAnchorElement>()
        .ok()?;
    let href = link.get_attribute("href")?;
    let ours = href.starts_with(&format!("{}/ui", routes::base()));
    (ours && !link.has_attribute("download") && link.target().is_empty()).then_some(href)
}

fn current() -> String {
    if let Some(RequestUrl(url)) = use_context::<RequestUrl>() {
        return url;
    }
    if cfg!(feature = "ssr") {
        return routes::home();
    }
    let location = window().location();
    format!(
        "{}{}",
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default()
    )
}

/// Has the browser's address say `url`, in the current entry of the history or in one more.
fn write(url: &str, replace: bool) {
    let Ok(history) = window().history() else {
        return;
    };
    let nothing = wasm_bindgen::JsValue::NULL;
    // browsers that had too many lately refuse; the page is the same
    let _ = if replace {
        history.replace_state_with_url(&nothing, "", Some(url))
    } else {
        history.push_state_with_url(&nothing, "", Some(url))
    };
}

fn joined(path: &str, search: &str) -> String {
    if search.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{search}")
    }
}

fn split(url: &str) -> (String, String) {
    let url = url.split('#').next().unwrap_or_default();
    let (path, search) = url.split_once('?').unwrap_or((url, ""));
    (path.to_owned(), search.to_owned())
}

/// The value of `name` in a raw query, decoded once; the first of several.
#[must_use]
pub fn query_value(search: &str, name: &str) -> Option<String> {
    search.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| {
            percent_decode_str(&value.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        })
    })
}

fn with_value(search: &str, name: &str, value: &str) -> String {
    let mut pairs: Vec<String> = search
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name))
        .map(str::to_owned)
        .collect();
    if !value.is_empty() {
        pairs.push(format!("{name}={}", routes::part(value)));
    }
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_values_are_decoded_once() {
        let search = with_value("sort=name", "filter", "a+b %2F &=");
        assert_eq!(
            query_value(&search, "filter").as_deref(),
            Some("a+b %2F &=")
        );
        assert_eq!(query_value(&search, "sort").as_deref(), Some("name"));
        assert_eq!(query_value("create", "create").as_deref(), Some(""));
        assert_eq!(query_value("q=a+b", "q").as_deref(), Some("a b"));
        assert_eq!(with_value(&search, "filter", ""), "sort=name");
    }
}

//! The bar above every page: live state, language, theme.

use leptos::prelude::*;

use super::{BrandMark, datacenter_picker::DatacenterButton};
use crate::{
    components::{Icon, Still, dynamic, symbol},
    i18n::{Language, use_t},
    live::use_feed,
    navigation::use_navigation,
    routes,
    state::{Theme, switch_language, use_preferences, use_settings},
};

/// The bar.
#[component]
pub fn TopBar(
    /// The datacenter of the page.
    dc: Memo<Option<String>>,
) -> impl IntoView {
    let t = use_t();
    let read_only = use_settings().read_only;
    view! {
        <header class="top-bar">
            <a class="brand" href=routes::home() aria-label="waggle"><BrandMark/></a>
            <DatacenterButton dc/>
            {read_only
                .then(|| {
                    view! {
                        <span class="read-only-mark" title=t.shell.read_only_hint>
                            <Icon name="eye"/>
                            <span>{t.common.read_only}</span>
                        </span>
                    }.into_any()
                })}
            <span class="push-end"></span>
            <FeedButton/>
            <i class="top-separator"></i>
            <LanguageButton/>
            <ThemeButton/>
        </header>
    }
}

/// Live, paused or stale; pressing it pauses and goes on.
#[component]
fn FeedButton() -> impl IntoView {
    let t = use_t();
    let feed = use_feed();
    let state = move || {
        if feed.paused.get() {
            "paused"
        } else if feed.stale_seconds().is_some() {
            "stale"
        } else {
            "live"
        }
    };
    let hint = move || match (feed.paused.get(), feed.stale_seconds()) {
        (true, _) => t.shell.paused_hint.to_owned(),
        (false, Some(seconds)) => {
            (t.shell.stale_hint)(seconds, feed.next_try_seconds().unwrap_or_default())
        }
        (false, None) => t.shell.live_hint.to_owned(),
    };
    let face = dynamic(move || match (feed.paused.get(), feed.stale_seconds()) {
        (true, _) => {
            let text = match feed.waiting.get() {
                0 => t.shell.paused.to_owned(),
                waiting => (t.shell.paused_waiting)(waiting),
            };
            view! { <Icon name="pause"/>{text} }.into_any()
        }
        (false, Some(seconds)) => {
            view! { <Icon name="stale"/>{(t.shell.stale)(seconds)} }.into_any()
        }
        (false, None) => t.shell.live.into_any(),
    });
    view! {
        <button
            type="button"
            class="top-button"
            data-feed=state
            title=hint
            aria-pressed=move || if feed.paused.get() { "true" } else { "false" }
            on:click=move |_| feed.paused.update(|paused| *paused = !*paused)
        >
            {face}
        </button>
    }
}

/// English or Chinese.
#[component]
fn LanguageButton() -> impl IntoView {
    let t = use_t();
    let navigation = use_navigation();
    let language = use_preferences().language;
    let is_en = language == Language::En;
    let other = if is_en { Language::ZhCn } else { Language::En };
    view! {
        <button
            type="button"
            class="top-button language-button"
            lang=other.tag()
            aria-label=t.shell.switch_language
            title=t.shell.switch_language
            on:click=move |_| {
                // what is being typed is part of the page, too
                navigation.tell();
                switch_language(other);
            }
        >
            <span class:is-on=is_en class:is-other=!is_en>"EN"</span>
            <span>"/"</span>
            <span class:is-on=!is_en class:is-other=is_en>{language_word()}</span>
        </button>
    }
}

/// "中文", drawn: those two letters alone would have every English page load a font of Chinese before
/// its rows are seen, and who has none would see two boxes.
fn language_word() -> Still {
    symbol("language-word", "chinese")
}

/// As the system, light, dark.
#[component]
fn ThemeButton() -> impl IntoView {
    let t = use_t();
    let theme = use_preferences().theme;
    let label = move || match theme.get() {
        Theme::System => t.shell.theme_system,
        Theme::Light => t.shell.theme_light,
        Theme::Dark => t.shell.theme_dark,
    };
    let face = dynamic(move || {
        let name = match theme.get() {
            Theme::System => "theme",
            Theme::Light => "sun",
            Theme::Dark => "moon",
        };
        view! { <Icon name/> }.into_any()
    });
    view! {
        <button
            type="button"
            class="top-button"
            aria-label=label
            title=label
            on:click=move |_| theme.update(|theme| *theme = theme.next())
        >
            {face}
        </button>
    }
}

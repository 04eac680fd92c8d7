//! Language and theme: chosen by the user, kept in cookies so that the server can read them.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::{i18n::Language, routes};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word used in the cookie and on the root element; empty for the system's.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The one that the switch goes to next.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// How wide the tree of folders can be, in pixels: steps, since the page's policy forbids styles of
/// elements.
pub const TREE_PIXELS: [i32; 6] = [200, 240, 280, 320, 400, 480];

/// How wide it is where nobody said.
pub const TREE_USUAL: i32 = 240;

/// The tree's width that `word` names, none where it is closed.
fn tree_from_word(word: &str) -> Option<i32> {
    if word == "closed" {
        return None;
    }
    let width = word
        .parse()
        .ok()
        .filter(|width| TREE_PIXELS.contains(width));
    Some(width.unwrap_or(TREE_USUAL))
}

/// The word used in the cookie and on the root element; empty for the usual.
fn tree_word(width: Option<i32>) -> String {
    match width {
        None => "closed".to_owned(),
        Some(TREE_USUAL) => String::new(),
        Some(width) => width.to_string(),
    }
}

/// What the user prefers.
#[derive(Clone, Copy, Debug)]
pub struct Preferences {
    /// The page's language, from its loading to its end.
    pub language: Language,
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// How wide the tree of folders is, in pixels; none where it is closed.
    pub tree: RwSignal<Option<i32>>,
}

/// What the user prefers.
///
/// # Panics
/// Outside of `App`.
#[must_use]
pub fn use_preferences() -> Preferences {
    expect_context()
}

pub(super) fn provide() {
    let settings = super::use_settings();
    let preferences = Preferences {
        language: Language::from_tag(&settings.language),
        theme: RwSignal::new(Theme::from_word(&settings.theme)),
        tree: RwSignal::new(tree_from_word(&settings.tree)),
    };
    provide_context(preferences);
    Effect::new(move |before: Option<&'static str>| {
        let word = preferences.theme.get().word();
        set_root_attribute("data-theme", word);
        if before.is_some_and(|before| before != word) {
            set_cookie("waggle_theme", word);
        }
        word
    });
    Effect::new(move |before: Option<String>| {
        let word = tree_word(preferences.tree.get());
        set_root_attribute("data-tree", &word);
        if before.is_some_and(|before| before != word) {
            set_cookie("waggle_tree", &word);
        }
        word
    });
}

/// Loads the page again in `language`; where something is not saved, the browser asks first.
pub fn switch_language(language: Language) {
    set_cookie("waggle_lang", language.tag());
    let _ = window().location().reload();
}

fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = if value.is_empty() {
            root.remove_attribute(name)
        } else {
            root.set_attribute(name, value)
        };
    }
}

fn set_cookie(name: &str, value: &str) {
    let age = if value.is_empty() { 0 } else { 31_536_000 };
    let cookie = format!(
        "{name}={value}; Path={}/; Max-Age={age}; SameSite=Lax",
        routes::base()
    );
    let document: wasm_bindgen::JsValue = document().unchecked_into();
    let _ = js_sys::Reflect::set(&document, &"cookie".into(), &cookie.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_one_of_its_widths() {
        for width in TREE_PIXELS.map(Some).into_iter().chain([None]) {
            assert_eq!(tree_from_word(&tree_word(width)), width);
        }
        for word in ["", "241", "-1", "x"] {
            assert_eq!(tree_from_word(word), Some(TREE_USUAL), "{word}");
        }
    }
}

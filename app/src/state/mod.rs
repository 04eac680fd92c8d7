//! What holds for the whole page: how waggle runs, what the user prefers, what just happened.
//!
//! Each is a small context reached by one function. May import wire and i18n.

mod preferences;
mod settings;
mod toasts;

pub use preferences::{
    Preferences, TREE_PIXELS, TREE_USUAL, Theme, switch_language, use_preferences,
};
pub use settings::use_settings;
pub use toasts::{Toast, ToastAction, Toasts, use_toasts};

/// Puts the contexts in place, once, in `App`.
pub fn provide() {
    settings::provide();
    preferences::provide();
    toasts::provide();
}

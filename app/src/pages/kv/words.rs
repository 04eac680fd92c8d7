//! Words that the key/value pages share: sizes and formats.

use leptos::{ev, prelude::*};
use wire::{
    format::{Diagnostic, Format, Severity},
    health::Health,
};

use crate::{effect::effect, i18n::KvMessages, navigation::use_navigation, routes};

pub use crate::i18n::size;

/// The line that the address asks for, from 1; 0 where it asks for none.
#[must_use]
pub fn line_in_address() -> Memo<u32> {
    let line = use_navigation().query(routes::LINE);
    Memo::new(move |_| line.with(|line| line.parse().unwrap_or(0)))
}

/// A format's name.
#[must_use]
pub fn format(t: &KvMessages, format: Format) -> &'static str {
    match format {
        Format::Yaml => "YAML",
        Format::Json => "JSON",
        Format::Toml => "TOML",
        Format::Hcl => "HCL",
        Format::Xml => "XML",
        Format::Properties => t.format_properties,
        Format::Plain => t.format_plain,
    }
}

/// The word for styles.
#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The shape that goes with it.
#[must_use]
pub fn severity_health(severity: Severity) -> Health {
    match severity {
        Severity::Error => Health::Critical,
        Severity::Warning => Health::Warning,
    }
}

/// The worst shape of all.
#[must_use]
pub fn worst(found: &[Diagnostic]) -> Health {
    found
        .iter()
        .map(|diagnostic| severity_health(diagnostic.severity))
        .max()
        .unwrap_or(Health::Passing)
}

/// Runs `save` at Ctrl+S or ⌘S, wherever the focus is, while the calling component stands.
pub fn on_save_key(save: impl Fn() + 'static) {
    let save = std::rc::Rc::new(save);
    effect(move || {
        let save = save.clone();
        let handle = window_event_listener(ev::keydown, move |event| {
            if is_save_key(&event) {
                event.prevent_default();
                save();
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// The key is pressed alone, and neither a field nor a dialog wants it.
#[must_use]
pub fn is_plain_key(event: &web_sys::KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    let wanted = |selector: &str| matches!(document().query_selector(selector), Ok(Some(_)));
    let fields = ":is(input,textarea,select,[contenteditable]):focus";
    !modified && !event.default_prevented() && !wanted("dialog[open]") && !wanted(fields)
}

fn is_save_key(event: &web_sys::KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key())
        && !event.shift_key()
        && !event.alt_key()
        && event.key().eq_ignore_ascii_case("s")
}

/// How that is written on the user's keyboard.
#[must_use]
pub fn save_key() -> &'static str {
    if cfg!(feature = "ssr") {
        return "Ctrl S";
    }
    let platform = window().navigator().platform().unwrap_or_default();
    if platform.starts_with("Mac") || platform.starts_with("iP") {
        "⌘S"
    } else {
        "Ctrl S"
    }
}

/// Whether newer Consul servers refuse this key.
#[must_use]
pub fn is_unusual(key: &str) -> bool {
    key.starts_with('/')
        || key.trim() != key
        || key.contains("//")
        || key.split('/').any(|part| part == "." || part == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_never_rounded_up() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (1536, "1.5 KiB"),
            (12_697, "12.3 KiB"),
            (512 * 1024, "512 KiB"),
            (512 * 1024 - 1, "511 KiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn unusual_keys_are_those_that_servers_refuse() {
        for key in ["/a", " a", "a ", "a//b", "a/../b", "."] {
            assert!(is_unusual(key), "{key:?}");
        }
        for key in ["a", "a/b/", "a b", "..a", "配置", ""] {
            assert!(!is_unusual(key), "{key:?}");
        }
    }
}

//! Every text that people see, in each language.
//!
//! A language is one `Messages` value, split by domain: a missing text does not compile. Any part
//! of the page may use it.

mod apart;
mod changes_messages;
mod diff_messages;
mod edit_messages;
mod en;
mod folder_messages;
mod history_messages;
mod kv_messages;
mod messages;
mod overview_messages;
mod seldom_messages;
mod tools_messages;
mod versions_messages;
mod zh_cn;

use leptos::prelude::document;

pub use apart::{Apart, Texts};
pub use changes_messages::ChangesMessages;
pub use diff_messages::DiffMessages;
pub use edit_messages::EditMessages;
pub use folder_messages::FolderMessages;
pub use history_messages::HistoryMessages;
pub use kv_messages::KvMessages;
pub use messages::{
    CommonMessages, Messages, NodesMessages, ProblemMessages, ServicesMessages, ShellMessages,
};
pub use overview_messages::OverviewMessages;
pub use seldom_messages::SeldomMessages;
pub use tools_messages::{CompareMessages, SearchMessages, SessionsMessages, ToolsMessages};
pub use versions_messages::VersionsMessages;

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

impl Language {
    /// As BCP 47 writes it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The language that a tag means; English for all that we do not speak.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") {
            Self::ZhCn
        } else {
            Self::En
        }
    }

    /// What the page's root element says.
    #[must_use]
    pub fn of_document() -> Self {
        let tag = document()
            .document_element()
            .and_then(|root| root.get_attribute("lang"))
            .unwrap_or_default();
        Self::from_tag(&tag)
    }
}

/// All texts of a language.
#[must_use]
pub fn messages(language: Language) -> &'static Messages {
    match language {
        Language::En => &en::MESSAGES,
        Language::ZhCn => &zh_cn::MESSAGES,
    }
}

/// The texts of the language chosen: `let t = use_t();`, then `t.services.title`.
///
/// Plain, since another language is another page load: as signals, the texts were a quarter of
/// the WASM.
#[must_use]
pub fn use_t() -> &'static Messages {
    messages(crate::state::use_preferences().language)
}

/// A number as people read it: digits in groups of three.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of bytes as people read it.
#[must_use]
pub fn size(bytes: usize) -> String {
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // tenths, rounded down: what is below a limit never looks like the limit
    let tenths = bytes * 10 / 1024;
    if tenths.is_multiple_of(10) || tenths >= 1000 {
        format!("{} KiB", tenths / 10)
    } else {
        format!("{}.{} KiB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1000), "1,000");
        assert_eq!(number(48_224_113), "48,224,113");
    }

    #[test]
    fn languages_by_tag() {
        for (tag, language) in [
            ("zh", Language::ZhCn),
            ("zh-Hans-CN", Language::ZhCn),
            ("en-GB", Language::En),
            ("fr", Language::En),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
    }
}

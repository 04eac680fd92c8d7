//! Texts that not every page says.

use std::{marker::PhantomData, ops::Deref};

use super::{
    ChangesMessages, CompareMessages, DiffMessages, EditMessages, FolderMessages, HistoryMessages,
    KvMessages, Language, SearchMessages, SeldomMessages, SessionsMessages, VersionsMessages, en,
    zh_cn,
};

/// Texts that come with the part of the page that says them: nothing but the language is kept
/// here, so that what every page loads does not lead to them.
#[derive(Debug)]
pub struct Apart<T> {
    language: Language,
    texts: PhantomData<fn() -> T>,
}

impl<T> Apart<T> {
    pub(super) const fn of(language: Language) -> Self {
        Self {
            language,
            texts: PhantomData,
        }
    }
}

/// A domain's texts.
pub trait Texts: Sized + 'static {
    /// Those of a language.
    fn of(language: Language) -> &'static Self;
}

impl<T: Texts> Deref for Apart<T> {
    type Target = T;

    fn deref(&self) -> &T {
        T::of(self.language)
    }
}

macro_rules! texts {
    ($($messages:ty: $($path:ident)::+;)+) => {
        $(impl Texts for $messages {
            fn of(language: Language) -> &'static Self {
                match language {
                    Language::En => &en::$($path)::+,
                    Language::ZhCn => &zh_cn::$($path)::+,
                }
            }
        })+
    };
}

texts! {
    KvMessages: kv::KV;
    FolderMessages: folder::FOLDER;
    EditMessages: edit::EDIT;
    SeldomMessages: seldom::SELDOM;
    VersionsMessages: versions::VERSIONS;
    DiffMessages: diff::DIFF;
    SearchMessages: tools::SEARCH;
    CompareMessages: tools::COMPARE;
    SessionsMessages: tools::SESSIONS;
    ChangesMessages: changes::CHANGES;
    HistoryMessages: history::HISTORY;
}

//! Pages that were written a moment ago: whoever opens the same page while nothing has changed gets
//! the same text, compressed already. Written anew it takes 4 ms, and three times that where the
//! server was at rest.

use std::{
    collections::VecDeque,
    io::Write as _,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use tokio::time::{Duration, Instant};
use wire::settings::Settings;

use super::{document::Extent, first_data::Answers};
use crate::{assets::InlineHashes, encoding::Encoding};

/// Pages tell how long ago something was, to the minute, until the app tells it itself.
const LIFETIME: Duration = Duration::from_secs(60);

/// All of them together, before compression.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// A level that costs less than it saves on a slow link: level 5 makes 11.6 instead of 13.0 kB of a
/// page of 67, and takes 2 ms instead of 1, once for all who open the page while it is the same.
const BROTLI_LEVEL: u32 = 5;
/// The power of two that most pages fit into: a larger window is memory that is never used.
const BROTLI_WINDOW: u32 = 18;
const GZIP_LEVEL: u32 = 3;

/// The pages of the last minute. A handle: clones share them.
#[derive(Clone, Default)]
pub(super) struct Recent(Arc<Mutex<VecDeque<Kept>>>);

struct Kept {
    key: Key,
    since: Instant,
    page: Arc<Written>,
}

/// Everything that a page is made of, as a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key([u8; 32]);

impl Key {
    pub(super) fn of(url: &str, extent: Extent, settings: &Settings, first: &Answers) -> Self {
        let settings = serde_json::to_string(settings).unwrap_or_default();
        let extent = format!("{extent:?}");
        let failed = first.by_url.values().map(|first| first.failed);
        let flags: String = std::iter::once(first.asks_again)
            .chain(failed)
            .map(|flag| if flag { '1' } else { '0' })
            .collect();
        let answers = first
            .by_url
            .iter()
            .flat_map(|(url, first)| [url, &first.etag, &first.body]);
        let mut hash = Sha256::new();
        for text in [url, &extent, &settings, &flags]
            .into_iter()
            .chain(answers.map(String::as_str))
        {
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        }
        Self(hash.finalize().into())
    }
}

/// A page that was written.
#[derive(Debug)]
pub(super) struct Written {
    text: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
    /// What its inline style and script are allowed by, where it has them.
    pub(super) hashes: Option<InlineHashes>,
}

impl Written {
    pub(super) fn new(text: String, hashes: Option<InlineHashes>) -> Self {
        Self {
            text: text.into(),
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
            hashes,
        }
    }

    /// What stands in it.
    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.text).expect("pages are text")
    }

    /// What is sent of it; compressed at most once.
    pub(super) fn body(&self, encoding: Encoding) -> Bytes {
        match encoding {
            Encoding::Identity => self.text.clone(),
            Encoding::Brotli => self.brotli.get_or_init(|| brotli(&self.text)).clone(),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.text)).clone(),
        }
    }
}

fn brotli(text: &[u8]) -> Bytes {
    let mut writer =
        brotli::CompressorWriter::new(Vec::new(), text.len(), BROTLI_LEVEL, BROTLI_WINDOW);
    writer.write_all(text).expect("memory takes all");
    writer.into_inner().into()
}

fn gzip(text: &[u8]) -> Bytes {
    let mut writer = GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL));
    writer.write_all(text).expect("memory takes all");
    writer.finish().expect("memory takes all").into()
}

impl Recent {
    /// The page of `key`; `write` writes it, where nobody did lately.
    pub(super) fn get(&self, key: Key, write: impl FnOnce() -> Written) -> Arc<Written> {
        if let Some(page) = self.find(key) {
            return page;
        }
        let page = Arc::new(write());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Kept {
            key,
            since: Instant::now(),
            page: Arc::clone(&page),
        });
        let mut bytes: usize = kept.iter().map(|kept| kept.page.text.len()).sum();
        while bytes > MAX_BYTES
            && let Some(oldest) = kept.pop_front()
        {
            bytes -= oldest.page.text.len();
        }
        page
    }

    fn find(&self, key: Key) -> Option<Arc<Written>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // the oldest is the first
        while kept
            .front()
            .is_some_and(|kept| kept.since.elapsed() > LIFETIME)
        {
            kept.pop_front();
        }
        let found = kept.iter().find(|kept| kept.key == key)?;
        Some(Arc::clone(&found.page))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, io::Read as _};

    use super::*;
    use crate::page::first_data::First;

    fn page(text: &str) -> Written {
        let hashes = InlineHashes {
            style: "a".to_owned(),
            scripts: ["b".to_owned(), "c".to_owned()],
        };
        Written::new(text.to_owned(), Some(hashes))
    }

    fn key(url: &str) -> Key {
        Key::of(
            url,
            Extent::Whole,
            &Settings::default(),
            &Answers::default(),
        )
    }

    #[test]
    fn a_key_is_all_that_a_page_is_made_of() {
        let first = |etag: &str, body: &str| {
            let (etag, body) = (etag.to_owned(), body.to_owned());
            let failed = false;
            let first = First { etag, body, failed };
            Answers {
                by_url: BTreeMap::from([("api/x".to_owned(), first)]),
                asks_again: false,
            }
        };
        let late = Answers {
            asks_again: true,
            ..Answers::default()
        };
        let theme = |theme: &str| Settings {
            theme: theme.to_owned(),
            ..Settings::default()
        };
        let keys = [
            key("/a"),
            key("/b"),
            Key::of("/a", Extent::Main, &theme(""), &Answers::default()),
            Key::of("/a", Extent::Whole, &theme("dark"), &Answers::default()),
            Key::of("/a", Extent::Whole, &theme(""), &late),
            Key::of("/a", Extent::Whole, &theme(""), &first("1", "{}")),
            Key::of("/a", Extent::Whole, &theme(""), &first("2", "{}")),
            Key::of("/a", Extent::Whole, &theme(""), &first("1", "{1}")),
            Key::of("/a", Extent::Whole, &theme(""), &first("1{", "}")),
        ];
        for (at, one) in keys.iter().enumerate() {
            assert_eq!(keys.iter().position(|other| other == one), Some(at));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_is_written_once_in_a_minute() {
        let recent = Recent::default();
        let first = recent.get(key("/a"), || page("1"));
        let again = recent.get(key("/a"), || page("2"));
        assert!(Arc::ptr_eq(&first, &again));
        recent.get(key("/b"), || page("3"));
        tokio::time::advance(LIFETIME + Duration::from_secs(1)).await;
        let later = recent.get(key("/a"), || page("4"));
        assert_eq!(later.body(Encoding::Identity), "4");
        assert_eq!(recent.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn the_oldest_go_where_all_would_be_too_many() {
        let recent = Recent::default();
        let large = "x".repeat(MAX_BYTES / 3);
        for url in ["/a", "/b", "/c", "/d"] {
            recent.get(key(url), || page(&large));
        }
        let is_kept = |url| recent.find(key(url)).is_some();
        assert_eq!(
            ["/a", "/b", "/c", "/d"].map(is_kept),
            [false, true, true, true]
        );
        recent.get(key("/e"), || page(&"x".repeat(MAX_BYTES + 1)));
        assert!(recent.0.lock().unwrap().is_empty());
    }

    #[test]
    fn every_encoding_is_the_same_text() {
        let text = "one row like the other\n".repeat(9_000);
        let written = page(&text);
        assert_eq!(written.body(Encoding::Identity), text);
        let mut read = String::new();
        let packed = written.body(Encoding::Brotli);
        brotli::Decompressor::new(&*packed, 4_096)
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, text);
        read.clear();
        let zipped = written.body(Encoding::Gzip);
        flate2::read::GzDecoder::new(&*zipped)
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, text);
        assert!(packed.len() < text.len() / 50 && zipped.len() < text.len() / 50);
    }
}

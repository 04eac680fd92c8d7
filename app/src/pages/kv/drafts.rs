//! Texts that were typed and not saved, kept in this browser so that a reload loses nothing. Never
//! those of secret keys: who calls sees to that.

use leptos::prelude::window;
use web_sys::Storage;
use wire::kv::VALUE_MAX_BYTES;

/// How many are kept; the oldest give way.
const MOST: usize = 20;

/// A larger text is not kept, in bytes: it could not be saved either.
const TEXT_MAX_BYTES: usize = VALUE_MAX_BYTES;

/// All texts together, in bytes: browsers grant about five million to a site.
const ALL_MAX_BYTES: usize = 2 * 1024 * 1024;

/// How the names begin under which they are kept.
const PREFIX: &str = "waggle-draft:";

/// A text that was typed and not saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The text.
    pub text: String,
    /// The index of the version that it was made from.
    pub index: u64,
    /// When it was kept, in milliseconds since 1970.
    pub at: f64,
}

impl Kept {
    fn written(&self) -> String {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a time of this age of the world"
        )]
        let at = self.at as u64;
        format!("{} {at}\n{}", self.index, self.text)
    }

    fn read(written: &str) -> Option<Self> {
        let (head, text) = written.split_once('\n')?;
        let (index, at) = head.split_once(' ')?;
        // whole: reading a float is 12 kB of WASM
        let at: u64 = at.parse().ok()?;
        #[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
        let at = at as f64;
        Some(Self {
            text: text.to_owned(),
            index: index.parse().ok()?,
            at,
        })
    }
}

fn name(dc: &str, key: &str) -> String {
    // no datacenter has a slash in its name
    format!("{PREFIX}{dc}/{key}")
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What is kept of a key.
#[must_use]
pub fn find(dc: &str, key: &str) -> Option<Kept> {
    let written = storage()?.get_item(&name(dc, key)).ok().flatten()?;
    Kept::read(&written)
}

/// Keeps a text; one that is too large is not kept, and neither is what it was before.
pub fn keep(dc: &str, key: &str, text: &str, index: u64) {
    let name = name(dc, key);
    let Some(storage) = storage() else {
        return;
    };
    if text.len() > TEXT_MAX_BYTES {
        let _ = storage.remove_item(&name);
        return;
    }
    let kept = Kept {
        text: text.to_owned(),
        index,
        at: js_sys::Date::now(),
    };
    let mut others = all(&storage);
    others.retain(|(other, _, _)| *other != name);
    for old in surplus(others, text.len()) {
        let _ = storage.remove_item(&old);
    }
    // a browser that has no room left keeps nothing: the page warns before it is left, too
    let _ = storage.set_item(&name, &kept.written());
}

/// Forgets what is kept of a key.
pub fn forget(dc: &str, key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&name(dc, key));
    }
}

/// Name, age and size of each.
fn all(storage: &Storage) -> Vec<(String, f64, usize)> {
    let count = storage.length().unwrap_or(0);
    (0..count)
        .filter_map(|at| storage.key(at).ok().flatten())
        .filter(|name| name.starts_with(PREFIX))
        .map(|name| {
            let written = storage.get_item(&name).ok().flatten().unwrap_or_default();
            // what cannot be read is the first to go
            let at = Kept::read(&written).map_or(0.0, |kept| kept.at);
            (name, at, written.len())
        })
        .collect()
}

/// The names that give way to a new text of `size_bytes`.
fn surplus(mut kept: Vec<(String, f64, usize)>, size_bytes: usize) -> Vec<String> {
    kept.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut room = ALL_MAX_BYTES.saturating_sub(size_bytes);
    let mut left = MOST - 1;
    let mut gone = Vec::new();
    for (name, _, size) in kept {
        if left > 0 && size <= room {
            left -= 1;
            room -= size;
        } else {
            left = 0;
            gone.push(name);
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_text_is_read_as_it_was_written() {
        let kept = Kept {
            text: "a: 1\n\nb: ü\n".to_owned(),
            index: u64::MAX,
            at: 1_700_000_000_123.0,
        };
        assert_eq!(Kept::read(&kept.written()), Some(kept));
        assert_eq!(Kept::read("no"), None);
        assert_eq!(Kept::read("1 x\n"), None);
    }

    #[test]
    fn the_oldest_give_way() {
        let kept = |count: u32, size: usize| -> Vec<(String, f64, usize)> {
            (0..count)
                .map(|at| (at.to_string(), f64::from(at), size))
                .collect()
        };
        assert_eq!(surplus(kept(19, 10), 10), Vec::<String>::new());
        assert_eq!(surplus(kept(21, 10), 10), ["1", "0"]);
        assert_eq!(surplus(kept(3, 600 * 1024), 600 * 1024), ["0"]);
    }
}

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
    /// The text of that version; none where it was kept without.
    pub base: Option<String>,
    /// When it was kept, in milliseconds since 1970.
    pub at: f64,
}

/// A new key that was typed and not made.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptNew {
    /// The whole key.
    pub key: String,
    /// Its value.
    pub text: String,
    /// When it was kept, in milliseconds since 1970.
    pub at: f64,
}

impl Kept {
    /// The index, the time, and of what the text was made from how many bytes it begins and ends
    /// with as the text does, and how many are between them; these, and the text.
    fn written(&self) -> String {
        let head = format!("{} {}", self.index, whole(self.at));
        let Some(base) = &self.base else {
            return format!("{head}\n{}", self.text);
        };
        let (before, after) = shared(base, &self.text);
        let between = &base[before..base.len() - after];
        let size = between.len();
        format!("{head} {before} {after} {size}\n{between}{}", self.text)
    }

    fn read(written: &str) -> Option<Self> {
        let (head, body) = written.split_once('\n')?;
        let mut numbers = head.split(' ');
        let index = numbers.next()?.parse().ok()?;
        let at = time(numbers.next()?)?;
        let mut size = || numbers.next()?.parse::<usize>().ok();
        let (base, text) = match (size(), size(), size()) {
            (Some(before), Some(after), Some(between)) => {
                let (between, text) = body.split_at_checked(between)?;
                let rest = text.len().checked_sub(after)?;
                let base = [text.get(..before)?, between, text.get(rest..)?].concat();
                (Some(base), text)
            }
            _ => (None, body),
        };
        Some(Self {
            text: text.to_owned(),
            index,
            base,
            at,
        })
    }
}

impl KeptNew {
    /// Nothing, the time, and how many bytes the key has; the key, and the value.
    fn written(&self) -> String {
        let (at, size) = (whole(self.at), self.key.len());
        format!("0 {at} {size}\n{}{}", self.key, self.text)
    }

    fn read(written: &str) -> Option<Self> {
        let (head, body) = written.split_once('\n')?;
        let (at, size) = head.strip_prefix("0 ")?.split_once(' ')?;
        let (key, text) = body.split_at_checked(size.parse().ok()?)?;
        Some(Self {
            key: key.to_owned(),
            text: text.to_owned(),
            at: time(at)?,
        })
    }
}

fn whole(at: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time of this age of the world"
    )]
    let at = at as u64;
    at
}

/// A time as it was written, whole: reading a float is 12 kB of WASM.
fn time(written: &str) -> Option<f64> {
    let at: u64 = written.parse().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
    let at = at as f64;
    Some(at)
}

/// With how many bytes both begin, and with how many of the others both end; no letter is cut.
fn shared(one: &str, other: &str) -> (usize, usize) {
    let same = one.bytes().zip(other.bytes());
    let mut before = same.take_while(|(one, other)| one == other).count();
    while !one.is_char_boundary(before) || !other.is_char_boundary(before) {
        before -= 1;
    }
    let (one, other) = (&one[before..], &other[before..]);
    let same = one.bytes().rev().zip(other.bytes().rev());
    let mut after = same.take_while(|(one, other)| one == other).count();
    let cuts = |text: &str, after: usize| !text.is_char_boundary(text.len() - after);
    while cuts(one, after) || cuts(other, after) {
        after -= 1;
    }
    (before, after)
}

fn name(dc: &str, key: &str) -> String {
    // no datacenter has a slash in its name
    format!("{PREFIX}{dc}/{key}")
}

/// The name of what is typed for a new key that was begun in `folder`.
fn name_of_new(dc: &str, folder: &str) -> String {
    // no datacenter has a colon in its name
    format!("{PREFIX}new:{dc}/{folder}")
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Whether something is kept of a key.
#[must_use]
pub fn is_kept(dc: &str, key: &str) -> bool {
    let kept = storage().and_then(|storage| storage.get_item(&name(dc, key)).ok()?);
    kept.is_some()
}

/// What is kept of a key.
#[must_use]
pub fn find(dc: &str, key: &str) -> Option<Kept> {
    let written = storage()?.get_item(&name(dc, key)).ok().flatten()?;
    Kept::read(&written)
}

/// What is kept of a new key that was begun in a folder.
#[must_use]
pub fn find_new(dc: &str, folder: &str) -> Option<KeptNew> {
    let written = storage()?
        .get_item(&name_of_new(dc, folder))
        .ok()
        .flatten()?;
    KeptNew::read(&written)
}

/// Keeps a text and what it was made from; one that is too large is not kept, and neither is what
/// it was before.
pub fn keep(dc: &str, key: &str, text: &str, index: u64, base: &str) {
    let name = name(dc, key);
    let written = (text.len() <= TEXT_MAX_BYTES).then(|| {
        let kept = Kept {
            text: text.to_owned(),
            index,
            base: Some(base.to_owned()),
            at: js_sys::Date::now(),
        };
        kept.written()
    });
    put(&name, written);
}

/// The same, of a new key that was begun in a folder.
pub fn keep_new(dc: &str, folder: &str, key: &str, text: &str) {
    let name = name_of_new(dc, folder);
    let written = (text.len() <= TEXT_MAX_BYTES).then(|| {
        let kept = KeptNew {
            key: key.to_owned(),
            text: text.to_owned(),
            at: js_sys::Date::now(),
        };
        kept.written()
    });
    put(&name, written);
}

fn put(name: &str, written: Option<String>) {
    let Some(storage) = storage() else {
        return;
    };
    let Some(written) = written else {
        let _ = storage.remove_item(name);
        return;
    };
    let mut others = all(&storage);
    others.retain(|(other, _, _)| other != name);
    for old in surplus(others, written.len()) {
        let _ = storage.remove_item(&old);
    }
    // a browser that has no room left keeps nothing: the page warns before it is left, too
    let _ = storage.set_item(name, &written);
}

/// Forgets what is kept of a key.
pub fn forget(dc: &str, key: &str) {
    remove(&name(dc, key));
}

/// Forgets what is kept of a new key that was begun in a folder.
pub fn forget_new(dc: &str, folder: &str) {
    remove(&name_of_new(dc, folder));
}

fn remove(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
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
            let at = age(&written).unwrap_or_default();
            (name, at, written.len())
        })
        .collect()
}

/// When something was kept, of either kind.
fn age(written: &str) -> Option<f64> {
    let (head, _) = written.split_once('\n')?;
    time(head.split(' ').nth(1)?)
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

    fn kept(text: &str, base: Option<&str>) -> Kept {
        Kept {
            text: text.to_owned(),
            index: u64::MAX,
            base: base.map(str::to_owned),
            at: 1_700_000_000_123.0,
        }
    }

    #[test]
    fn a_kept_text_is_read_as_it_was_written() {
        for (text, base) in [
            ("a: 1\n\nb: ü\n", None),
            ("", Some("")),
            ("a: 1\nb: 2\n", Some("a: 1\nb: 2\n")),
            ("a: 2\nb: 2\n", Some("a: 1\nb: 2\n")),
            ("aaa", Some("aa")),
            ("aa", Some("aaaa")),
            ("", Some("gone\n")),
            // the same first byte, and the same last one, of different letters
            ("é", Some("è")),
            ("\u{438}", Some("\u{538}")),
            ("中文\n", Some("中丈\n")),
        ] {
            let kept = kept(text, base);
            assert_eq!(Kept::read(&kept.written()), Some(kept), "{text:?} {base:?}");
        }
        for wrong in ["no", "1 x\n", "1 2 3 4 5\nab"] {
            assert_eq!(Kept::read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_a_text_was_made_from_takes_no_more_room_than_what_differs() {
        let base = "line\n".repeat(10_000);
        let text = format!("{base}one more\n");
        let written = kept(&text, Some(&base)).written();
        assert!(written.len() < text.len() + 80, "{}", written.len());
    }

    #[test]
    fn a_new_key_is_read_as_it_was_written() {
        let new = KeptNew {
            key: "a/b\nü 1".to_owned(),
            text: "x\ny".to_owned(),
            at: 1_700_000_000_123.0,
        };
        assert_eq!(KeptNew::read(&new.written()), Some(new.clone()));
        assert_eq!(age(&new.written()), Some(new.at));
        assert_eq!(age(&kept("a", Some("b")).written()), Some(new.at));
        assert_eq!(KeptNew::read("0 1 9\nab"), None);
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

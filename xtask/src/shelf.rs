//! Chunks side by side in one file, a shelf: what several parts share falls into dozens of them, and
//! each would be a request of its own. Together they are also a third of what they weigh one by one.

use std::collections::BTreeSet;

/// A chunk up to here goes on the shelf of the small ones, in bytes before compression.
const SMALL: usize = 5_000;

/// The parts whose chunks have a shelf of their own, whatever their size: people begin with a folder
/// of keys and the tree beside it, which come in three files so. Who begins with another part that
/// shares some of them fetches a few it does not need.
const FIRST: [&str; 2] = ["kv", "tree"];

/// One file of chunks.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// Its name among the parts.
    pub(crate) name: &'static str,
    /// The parts that need it.
    pub(crate) sharers: BTreeSet<String>,
    pub(crate) bytes: Vec<u8>,
}

impl Shelf {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            sharers: BTreeSet::new(),
            bytes: Vec::new(),
        }
    }

    /// Its file, as the loader says it.
    pub(crate) fn address(&self) -> String {
        format!("./shelf-{}.wasm", self.name)
    }
}

/// The chunks of a module, with those that are shared on shelves.
#[derive(Debug)]
pub(crate) struct Shelved {
    /// What fetches the parts; it takes shelves from [`Shelf::address`].
    pub(crate) loader: String,
    /// What is left, by name.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
    /// The shelves that hold something.
    pub(crate) shelves: Vec<Shelf>,
}

impl Shelved {
    /// Puts chunks among `parts` on shelves; `sharers` tells which parts share one (`details+kv`).
    pub(crate) fn new(
        mut loader: String,
        parts: Vec<(String, Vec<u8>)>,
        sharers: impl Fn(&str, &str) -> Option<String>,
    ) -> Self {
        let mut shelves = [Shelf::new("shared"), Shelf::new("small")];
        let mut left = Vec::new();
        for (name, bytes) in parts {
            let shared = sharers(&loader, &name);
            let mut names = shared.iter().flat_map(|names| names.split('+'));
            let shelf = if names.any(|name| FIRST.contains(&name)) {
                Some(&mut shelves[0])
            } else if shared.is_some() && bytes.len() <= SMALL {
                Some(&mut shelves[1])
            } else {
                None
            };
            let fetched = format!("fetch(new URL(\"./{name}.wasm\", import.meta.url))");
            match (shelf, shared) {
                (Some(shelf), Some(shared)) if loader.contains(&fetched) => {
                    let from = shelf.bytes.len();
                    shelf.bytes.extend(bytes);
                    let (file, to) = (shelf.address(), shelf.bytes.len());
                    let taken = format!("shelved(\"{file}\", {from}, {to})");
                    loader = loader.replace(&fetched, &taken);
                    shelf.sharers.extend(shared.split('+').map(str::to_owned));
                }
                _ => left.push((name, bytes)),
            }
        }
        let shelves: Vec<Shelf> = shelves
            .into_iter()
            .filter(|shelf| !shelf.bytes.is_empty())
            .collect();
        if !shelves.is_empty() {
            loader.push_str(TAKER);
        }
        Self {
            loader,
            parts: left,
            shelves,
        }
    }
}

/// What takes a piece from a shelf, as an answer that WebAssembly takes for a file. One that did
/// not come is fetched again by whoever wants it next.
const TAKER: &str = r#"
const shelves = {};
async function shelved(file, from, to) {
  shelves[file] ??= fetch(new URL(file, import.meta.url)).then((answer) =>
    answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(answer.statusText)));
  try {
    const bytes = (await shelves[file]).slice(from, to);
    return new Response(bytes, { headers: { "content-type": "application/wasm" } });
  } catch (error) {
    shelves[file] = undefined;
    throw error;
  }
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_chunks_lie_side_by_side() {
        let line = |name: &str| {
            format!("const a = () => {{ fetch(new URL(\"./{name}.wasm\", import.meta.url)) }}\n")
        };
        let chunks = [
            ("chunk_1", 10, Some("edit+key")),
            ("chunk_2", SMALL + 1, Some("edit+key")),
            ("chunk_3", 20, Some("edit+tools")),
            ("chunk_4", 30, Some("key+kv")),
            ("chunk_5", SMALL + 2, Some("kv+tree")),
            ("split_kv", 5, None),
        ];
        let loader = chunks.map(|(name, ..)| line(name)).concat();
        let parts = chunks.map(|(name, size, _)| (name.to_owned(), vec![7; size]));
        let sharers = |_: &str, name: &str| {
            let chunk = chunks.iter().find(|chunk| chunk.0 == name)?;
            chunk.2.map(str::to_owned)
        };
        let shelved = Shelved::new(loader, parts.to_vec(), sharers);
        let left: Vec<&str> = shelved.parts.iter().map(|part| &*part.0).collect();
        assert_eq!(left, ["chunk_2", "split_kv"]);
        let [shared, small] = &shelved.shelves[..] else {
            panic!("{:?}", shelved.shelves);
        };
        let names = |shelf: &Shelf| shelf.sharers.iter().cloned().collect::<Vec<_>>().join("+");
        assert_eq!((shared.name, &*names(shared)), ("shared", "key+kv+tree"));
        assert_eq!((small.name, &*names(small)), ("small", "edit+key+tools"));
        assert_eq!(shared.bytes.len(), 30 + SMALL + 2);
        assert_eq!(small.bytes.len(), 30);
        for taken in [
            format!("shelved(\"{}\", 0, 10)", small.address()),
            format!("shelved(\"{}\", 10, 30)", small.address()),
            format!("shelved(\"{}\", 0, 30)", shared.address()),
            format!("shelved(\"{}\", 30, {})", shared.address(), SMALL + 32),
        ] {
            assert!(shelved.loader.contains(&taken), "{taken}");
        }
        assert!(!shelved.loader.contains("chunk_3") && shelved.loader.contains("./split_kv.wasm"));
        assert!(shelved.loader.contains("async function shelved("));
    }

    #[test]
    fn where_nothing_is_shared_there_is_no_shelf() {
        let shelved = Shelved::new("x".to_owned(), vec![("a".to_owned(), vec![1])], |_, _| None);
        assert_eq!((&*shelved.loader, shelved.shelves.len()), ("x", 0));
        assert_eq!(shelved.parts.len(), 1);
    }
}

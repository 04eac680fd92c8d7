//! Chunks side by side in one file, a shelf: what several parts share falls into dozens of them, and
//! each would be a request of its own. Together they are also a third of what they weigh one by one.

use crate::loader::{Loader, Sharers};

/// The parts that people begin with: a folder of keys and the tree beside it, what shows one thing,
/// and what shows a key. What these share lies on shelves of their own, so that none of them fetches
/// much that only the others need.
const KEYS: [&str; 2] = ["kv", "tree"];
const VIEWS: [&str; 4] = ["instance", "node", "overview", "service"];
const KEY: &str = "key";

/// A chunk up to here goes on a shelf of what views share, in bytes before compression: larger ones
/// are a file, since not all of the pages need them.
const OF_VIEWS: usize = 7_000;
/// The same of what a view shares with a key.
const OF_BOTH: usize = 2_000;
/// The same of what shows a key, and what changes keys.
const OF_KEY: usize = 20_000;
/// A chunk up to here goes on the shelf of the small ones.
const SMALL: usize = 5_000;

/// All shelves.
const SHELVES: [&str; 7] = [
    "beside", "common", "folder", "keys", "one", "small", "views",
];

/// The shelf of a chunk of so many bytes.
fn shelf_of(sharers: &Sharers, bytes: usize) -> Option<&'static str> {
    let any = |of: &[&str]| of.iter().any(|part| sharers.contains(*part));
    let (shelf, most) = match (any(&KEYS), any(&VIEWS), sharers.contains(KEY)) {
        (true, true, _) => ("common", usize::MAX),
        (true, false, true) => ("keys", usize::MAX),
        (true, false, false) => ("folder", usize::MAX),
        (false, true, false) => ("views", OF_VIEWS),
        (false, true, true) => ("beside", OF_BOTH),
        (false, false, true) => ("one", OF_KEY),
        (false, false, false) => ("small", SMALL),
    };
    (bytes <= most).then_some(shelf)
}

/// One file of chunks.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// Its name among the parts.
    pub(crate) name: String,
    /// How long each chunk is, in bytes, and who shares it.
    pub(crate) chunks: Vec<(usize, Sharers)>,
    pub(crate) bytes: Vec<u8>,
}

impl Shelf {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            chunks: Vec::new(),
            bytes: Vec::new(),
        }
    }

    fn put(&mut self, sharers: &Sharers, bytes: &[u8]) {
        self.chunks.push((bytes.len(), sharers.clone()));
        self.bytes.extend(bytes);
    }

    /// Who needs something of it.
    pub(crate) fn sharers(&self) -> Sharers {
        let all = self.chunks.iter().flat_map(|(_, sharers)| sharers);
        all.cloned().collect()
    }
}

/// A module's parts: those of their own, and what they share.
#[derive(Debug)]
pub(crate) struct Shelved {
    /// The shelves that hold something, and the chunks that are a file of their own.
    pub(crate) shelves: Vec<Shelf>,
    /// The parts themselves, by name.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
}

impl Shelved {
    /// Puts the chunks among `files` on shelves.
    pub(crate) fn new(loader: &Loader, files: Vec<(String, Vec<u8>)>) -> Self {
        let mut shelves: Vec<Shelf> = SHELVES.into_iter().map(Shelf::new).collect();
        let mut parts = Vec::new();
        for (name, bytes) in files {
            let Some(sharers) = loader.sharers(&name) else {
                parts.push((name.trim_start_matches("split_").to_owned(), bytes));
                continue;
            };
            let on = shelf_of(sharers, bytes.len()).unwrap_or(&name);
            match shelves.iter_mut().find(|shelf| shelf.name == on) {
                Some(shelf) => shelf.put(sharers, &bytes),
                None => {
                    let mut own = Shelf::new(on);
                    own.put(sharers, &bytes);
                    shelves.push(own);
                }
            }
        }
        shelves.retain(|shelf| !shelf.bytes.is_empty());
        Self { shelves, parts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loader(chunks: &[(&str, &str)]) -> Loader {
        let mut text = String::new();
        for (chunk, sharers) in chunks {
            text += &format!("/* {sharers} */\nconst __{chunk} = makeLoad(() => {{\n}}\n, []);\n");
        }
        for part in ["edit", "key", "kv", "node", "service", "tools", "tree"] {
            let of = chunks
                .iter()
                .filter(|(_, sharers)| sharers.split(", ").any(|name| name == part));
            let of: Vec<String> = of.map(|(chunk, _)| format!("__{chunk}")).collect();
            text += &format!(
                "export const __wasm_split_load_{part} = wrapAsyncCb(makeLoad(() => {{\n}}\n, [{}]));\n",
                of.join(", ")
            );
        }
        Loader::read(&text).unwrap()
    }

    #[test]
    fn shared_chunks_lie_side_by_side() {
        let chunks = [
            ("chunk_1", 10, "edit, key"),
            ("chunk_2", OF_KEY + 1, "edit, key"),
            ("chunk_3", 20, "edit, tools"),
            ("chunk_4", 30, "key, kv"),
            ("chunk_5", OF_VIEWS + 2, "kv, tree"),
            ("chunk_6", OF_VIEWS, "node, service"),
            ("chunk_7", OF_VIEWS + 1, "node, tools"),
            ("chunk_8", 40, "kv, node"),
            ("chunk_9", 50, "key, node"),
            ("chunk_10", SMALL + 1, "edit, tools"),
            ("chunk_11", OF_BOTH + 1, "key, node"),
        ];
        let loader = loader(&chunks.map(|(name, _, sharers)| (name, sharers)));
        let files = chunks.map(|(name, size, _)| (name.to_owned(), vec![7; size]));
        let part = ("split_kv".to_owned(), vec![7; 5]);
        let shelved = Shelved::new(&loader, files.into_iter().chain([part]).collect());
        assert_eq!(shelved.parts, [("kv".to_owned(), vec![7; 5])]);
        let found: Vec<_> = shelved
            .shelves
            .iter()
            .map(|shelf| {
                let names: Vec<String> = shelf.sharers().into_iter().collect();
                let lengths: Vec<usize> = shelf.chunks.iter().map(|chunk| chunk.0).collect();
                assert_eq!(lengths.iter().sum::<usize>(), shelf.bytes.len());
                (&*shelf.name, lengths, names.join("+"))
            })
            .collect();
        assert_eq!(
            found,
            [
                ("beside", vec![50], "key+node".to_owned()),
                ("common", vec![40], "kv+node".to_owned()),
                ("folder", vec![OF_VIEWS + 2], "kv+tree".to_owned()),
                ("keys", vec![30], "key+kv".to_owned()),
                ("one", vec![10], "edit+key".to_owned()),
                ("small", vec![20], "edit+tools".to_owned()),
                ("views", vec![OF_VIEWS], "node+service".to_owned()),
                ("chunk_2", vec![OF_KEY + 1], "edit+key".to_owned()),
                ("chunk_7", vec![OF_VIEWS + 1], "node+tools".to_owned()),
                ("chunk_10", vec![SMALL + 1], "edit+tools".to_owned()),
                ("chunk_11", vec![OF_BOTH + 1], "key+node".to_owned()),
            ]
        );
    }

    #[test]
    fn where_nothing_is_shared_there_is_no_shelf() {
        let shelved = Shelved::new(&loader(&[]), vec![("split_kv".to_owned(), vec![1])]);
        assert!(shelved.shelves.is_empty());
        assert_eq!(shelved.parts.len(), 1);
    }
}

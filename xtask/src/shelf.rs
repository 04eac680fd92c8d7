//! Small chunks in one file: what several parts share falls into dozens of them, and each would be
//! a request of its own. Together they are also a third of what they weigh one by one.

use std::collections::BTreeSet;

/// A chunk up to here goes on the shelf, in bytes before compression.
const SMALL: usize = 5_000;

/// Its name among the parts.
pub(crate) const NAME: &str = "small";

/// The chunks of a module, with the small ones in one file.
#[derive(Debug)]
pub(crate) struct Shelved {
    /// What fetches the parts; it takes the shelf from [`Self::ADDRESS`].
    pub(crate) loader: String,
    /// What is left, by name.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
    /// The shelf.
    pub(crate) bytes: Vec<u8>,
    /// The parts that need it.
    pub(crate) sharers: BTreeSet<String>,
}

impl Shelved {
    /// The shelf's name as the loader says it.
    pub(crate) const ADDRESS: &str = "./shelf.wasm";

    /// Puts the small chunks among `parts` on the shelf; `sharers` tells which parts share one.
    pub(crate) fn new(
        loader: String,
        parts: Vec<(String, Vec<u8>)>,
        sharers: impl Fn(&str, &str) -> Option<String>,
    ) -> Self {
        let mut shelved = Self {
            loader,
            parts: Vec::new(),
            bytes: Vec::new(),
            sharers: BTreeSet::new(),
        };
        for (name, bytes) in parts {
            let shared = sharers(&shelved.loader, &name).filter(|_| bytes.len() <= SMALL);
            let fetched = format!("fetch(new URL(\"./{name}.wasm\", import.meta.url))");
            match shared {
                Some(shared) if shelved.loader.contains(&fetched) => {
                    let from = shelved.bytes.len();
                    shelved.bytes.extend(bytes);
                    let taken = format!("shelved({from}, {})", shelved.bytes.len());
                    shelved.loader = shelved.loader.replace(&fetched, &taken);
                    shelved.sharers.extend(shared.split('+').map(str::to_owned));
                }
                _ => shelved.parts.push((name, bytes)),
            }
        }
        if !shelved.bytes.is_empty() {
            shelved.loader.push_str(&taker());
        }
        shelved
    }
}

/// What takes a piece from the shelf, as an answer that WebAssembly takes for a file. One that did
/// not come is fetched again by whoever wants it next.
fn taker() -> String {
    format!(
        "let shelf;\n\
         async function shelved(from, to) {{\n\
         \x20 shelf ??= fetch(new URL(\"{}\", import.meta.url)).then((answer) =>\n\
         \x20   answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(answer.statusText)));\n\
         \x20 try {{\n\
         \x20   const bytes = (await shelf).slice(from, to);\n\
         \x20   return new Response(bytes, {{ headers: {{ \"content-type\": \"application/wasm\" }} }});\n\
         \x20 }} catch (error) {{\n\
         \x20   shelf = undefined;\n\
         \x20   throw error;\n\
         \x20 }}\n\
         }}\n",
        Shelved::ADDRESS
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_chunks_lie_side_by_side() {
        let line = |name: &str| {
            format!("const a = () => {{ fetch(new URL(\"./{name}.wasm\", import.meta.url)) }}\n")
        };
        let loader = ["chunk_1", "chunk_2", "chunk_3", "split_kv"]
            .map(line)
            .concat();
        let parts = vec![
            ("chunk_1".to_owned(), vec![1; 10]),
            ("chunk_2".to_owned(), vec![2; SMALL + 1]),
            ("chunk_3".to_owned(), vec![3; 20]),
            ("split_kv".to_owned(), vec![4; 5]),
        ];
        let sharers = |_: &str, name: &str| name.starts_with("chunk").then(|| format!("kv+{name}"));
        let shelved = Shelved::new(loader, parts, sharers);
        assert_eq!(shelved.bytes, [vec![1; 10], vec![3; 20]].concat());
        let names: Vec<&str> = shelved
            .parts
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["chunk_2", "split_kv"]);
        assert!(shelved.loader.contains("shelved(0, 10)"));
        assert!(shelved.loader.contains("shelved(10, 30)"));
        assert!(!shelved.loader.contains("chunk_3") && shelved.loader.contains("./split_kv.wasm"));
        assert!(shelved.loader.contains(Shelved::ADDRESS));
        let sharers: Vec<&String> = shelved.sharers.iter().collect();
        assert_eq!(sharers, ["chunk_1", "chunk_3", "kv"]);
    }

    #[test]
    fn without_small_ones_there_is_no_shelf() {
        let shelved = Shelved::new("x".to_owned(), vec![("a".to_owned(), vec![1])], |_, _| None);
        assert_eq!((shelved.loader.as_str(), shelved.bytes.len()), ("x", 0));
        assert_eq!(shelved.parts.len(), 1);
    }
}

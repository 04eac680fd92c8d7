//! What fetches the parts. The tool that cuts the module writes a function for each chunk, and lists
//! of chunks for each part: a quarter of the script that every first load fetches. Here it is a
//! table, which is read from what the tool wrote and from the files that the chunks lie in.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::Outcome;

/// The parts that need a chunk.
pub(crate) type Sharers = BTreeSet<String>;

/// What the tool says of a module in parts.
#[derive(Debug)]
pub(crate) struct Loader {
    /// How a part is fetched, instantiated, and told to the module.
    runtime: String,
    /// Who shares each chunk.
    chunks: BTreeMap<String, Sharers>,
    /// The parts, by name.
    parts: BTreeSet<String>,
}

/// A file of chunks, one behind the other.
#[derive(Debug)]
pub(crate) struct Held {
    /// Its name.
    pub(crate) file: String,
    /// How long each is, in bytes, and who shares it.
    pub(crate) chunks: Vec<(usize, Sharers)>,
}

/// How the tool names what fetches a part.
const EXPORT: &str = "export const __wasm_split_load_";

/// A part is a bit of a number that JavaScript takes as 32 bits with a sign.
const PARTS_MAX: usize = 31;

impl Loader {
    /// Reads what the tool wrote: its runtime, then what it says of the chunks and the parts.
    pub(crate) fn read(text: &str) -> Outcome<Self> {
        let strange = |line: &str| format!("what fetches the parts has an unknown line: {line}");
        let mut chunks = BTreeMap::new();
        let mut parts = BTreeSet::new();
        let mut listed = BTreeMap::<String, Sharers>::new();
        let mut runtime = String::new();
        let mut part = None;
        let mut sharers = None;
        for line in text.lines() {
            if let Some(names) = within(line, "/* ", " */") {
                sharers = Some(names.split(", ").map(str::to_owned).collect::<Sharers>());
            } else if let Some(chunk) = named(line, "const __chunk_") {
                let sharers = sharers.take().ok_or_else(|| strange(line))?;
                chunks.insert(format!("chunk_{chunk}"), sharers);
            } else if let Some(name) = named(line, EXPORT) {
                parts.insert(name.to_owned());
                part = Some(name.to_owned());
            } else if let Some(deps) = within(line, ", [", "]));") {
                let part = part.take().ok_or_else(|| strange(line))?;
                for chunk in deps.split(", ").filter(|chunk| !chunk.is_empty()) {
                    let chunk = chunk.trim_start_matches('_').to_owned();
                    listed.entry(chunk).or_default().insert(part.clone());
                }
            } else if chunks.is_empty() && parts.is_empty() && sharers.is_none() {
                runtime.push_str(line);
                runtime.push('\n');
            }
        }
        if parts.is_empty() || parts.len() > PARTS_MAX {
            return Err(format!(
                "what fetches the parts names {} of them: 1 to {PARTS_MAX} can be",
                parts.len()
            ));
        }
        // the comment above a chunk is what we go by: it must say what the parts list
        if chunks != listed {
            return Err("what fetches the parts lists other chunks than it names".to_owned());
        }
        Ok(Self {
            runtime,
            chunks,
            parts,
        })
    }

    /// Who shares a chunk; none for a part.
    pub(crate) fn sharers(&self, chunk: &str) -> Option<&Sharers> {
        self.chunks.get(chunk)
    }

    /// JavaScript that fetches the parts: `files` hold the chunks, `own` is the file of each part.
    pub(crate) fn write(&self, files: &[Held], own: &BTreeMap<String, String>) -> Outcome<String> {
        let parts = self.parts.iter().map(String::as_str);
        let bits: BTreeMap<&str, u32> = parts.zip((0..).map(|bit| 1 << bit)).collect();
        let mut text = self.runtime.clone();
        text.push_str(TABLE);
        for Held { file, chunks } in files {
            let held: Vec<String> = chunks
                .iter()
                .map(|(length, sharers)| {
                    let bits: u32 = sharers.iter().filter_map(|part| bits.get(&**part)).sum();
                    format!("{length}, {bits}")
                })
                .collect();
            text += &format!("shelf(\"./{file}\", [{}]);\n", held.join(", "));
        }
        for (part, bit) in bits {
            let file = own
                .get(part)
                .ok_or_else(|| format!("the part {part} is empty"))?;
            text += &format!("{EXPORT}{part} = part(\"./{file}\", {bit});\n");
        }
        Ok(text)
    }
}

/// What stands between two texts that a line begins and ends with.
fn within<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix(end)
}

/// What a line gives a value to, behind how it starts.
fn named<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    let (name, _) = line.strip_prefix(start)?.split_once(" = ")?;
    Some(name)
}

/// Takes chunks out of their files, each as an answer that WebAssembly takes for a file of its own;
/// one that has a file to itself is compiled while it comes. A file that did not come is fetched
/// again by whoever wants it next.
const TABLE: &str = r#"
const fetched = (file) => fetch(new URL(file, import.meta.url));
const files = {};
const whole = (file) =>
  (files[file] ??= fetched(file).then(
    (answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(answer.statusText))),
  ).catch((error) => {
    files[file] = undefined;
    throw error;
  }));
const piece = async (file, from, to) =>
  new Response((await whole(file)).slice(from, to), { headers: { "content-type": "application/wasm" } });
const instantiated = (ask) => () => {
  const answer = ask();
  // whoever waits for it is told
  answer.catch(() => {});
  return (imports) => WebAssembly.instantiateStreaming(answer, imports);
};
const chunks = [];
const shelf = (file, held) => {
  let to = 0;
  for (let at = 0; at < held.length; at += 2) {
    const from = to;
    const end = (to += held[at]);
    const ask = held.length > 2 ? () => piece(file, from, end) : () => fetched(file);
    chunks.push([held[at + 1], makeLoad(instantiated(ask), [])]);
  }
};
const part = (file, bit) =>
  wrapAsyncCb(makeLoad(
    instantiated(() => fetched(file)),
    chunks.filter(([sharers]) => sharers & bit).map(([, load]) => load),
  ));
"#;

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "function makeLoad(fetcher, deps) {\n}\n\
        /* key, kv */\nconst __chunk_4 = makeLoad(() => {\n    const src = fetch();\n}\n, []);\n\
        /* kv */\nconst __chunk_5 = makeLoad(() => {\n    const src = fetch();\n}\n, []);\n\
        export const __wasm_split_load_kv = wrapAsyncCb(makeLoad(() => {\n    const src = fetch();\n}\n, [__chunk_4, __chunk_5]));\n\
        export const __wasm_split_load_key = wrapAsyncCb(makeLoad(() => {\n    const src = fetch();\n}\n, [__chunk_4]));\n";

    fn names(names: &[&str]) -> Sharers {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_the_tool_wrote_becomes_a_table() {
        let loader = Loader::read(WRITTEN).unwrap();
        assert_eq!(loader.sharers("chunk_4"), Some(&names(&["key", "kv"])));
        assert_eq!(loader.sharers("split_kv"), None);
        let held = Held {
            file: "part-keys-1.wasm".to_owned(),
            chunks: vec![(10, names(&["key", "kv"])), (20, names(&["kv"]))],
        };
        let own = ["key", "kv"].map(|part| (part.to_owned(), format!("part-{part}-1.wasm")));
        let text = loader.write(&[held], &BTreeMap::from(own)).unwrap();
        for line in [
            "function makeLoad(fetcher, deps) {",
            "shelf(\"./part-keys-1.wasm\", [10, 3, 20, 2]);",
            "export const __wasm_split_load_key = part(\"./part-key-1.wasm\", 1);",
            "export const __wasm_split_load_kv = part(\"./part-kv-1.wasm\", 2);",
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
        assert!(!text.contains("__chunk"));
    }

    #[test]
    fn what_is_not_as_it_was_is_an_error() {
        let other = WRITTEN.replace("/* kv */", "/* key */");
        assert!(Loader::read(&other).is_err());
        assert!(Loader::read(&WRITTEN.replace("/* kv */\n", "")).is_err());
        assert!(Loader::read("function makeLoad() {}\n").is_err());
        let loader = Loader::read(WRITTEN).unwrap();
        assert!(loader.write(&[], &BTreeMap::new()).is_err());
    }
}

//! WebAssembly modules as files: their sections, and the names of what they import.

use std::collections::BTreeMap;

use crate::command::Outcome;

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;

/// The module without names and other notes for tools: nobody reads them in a browser.
pub(crate) fn without_custom_sections(module: &[u8]) -> Outcome<Vec<u8>> {
    let (head, sections) = sections(module)?;
    let mut kept = head.to_vec();
    for section in sections.iter().filter(|section| section.id != CUSTOM) {
        kept.extend_from_slice(section.whole);
    }
    Ok(kept)
}

/// The module with short names for what it imports from `from`, and those names by the old ones:
/// hundreds of long names, each twice in a first load, are 8 kB of it.
pub(crate) fn with_short_imports(
    module: &[u8],
    from: &str,
) -> Outcome<(Vec<u8>, BTreeMap<String, String>)> {
    let (head, sections) = sections(module)?;
    let mut written = head.to_vec();
    let mut short = BTreeMap::new();
    for section in sections {
        if section.id != IMPORTS {
            written.extend_from_slice(section.whole);
            continue;
        }
        let mut rest = section.content;
        let mut content = Vec::new();
        let count = take_number(&mut rest)?;
        write_number(&mut content, count);
        for _ in 0..count {
            let (place, name) = (take_name(&mut rest)?, take_name(&mut rest)?);
            let kind = take_kind(&mut rest)?;
            let next = short.len();
            let name = match place == from {
                true => short
                    .entry(name.to_owned())
                    .or_insert_with(|| shorter(next)),
                false => name,
            };
            write_name(&mut content, place);
            write_name(&mut content, name);
            content.extend_from_slice(kind);
        }
        written.push(IMPORTS);
        write_number(&mut written, content.len());
        written.extend(content);
    }
    Ok((written, short))
}

/// A name of a letter and digits; no word of JavaScript is one.
fn shorter(number: usize) -> String {
    let letters = b"abcdefghijklmnopqrstuvwxyz";
    let letter = char::from(letters[number % letters.len()]);
    format!("{letter}{}", number / letters.len())
}

/// A section of a module.
struct Section<'a> {
    id: u8,
    whole: &'a [u8],
    content: &'a [u8],
}

fn sections(module: &[u8]) -> Outcome<(&[u8], Vec<Section<'_>>)> {
    let (head, mut rest) = module.split_at_checked(8).ok_or_else(cut)?;
    let mut found = Vec::new();
    while let Some((&id, mut after)) = rest.split_first() {
        let length = take_number(&mut after)?;
        let content = after.get(..length).ok_or_else(cut)?;
        let (whole, next) = rest.split_at(rest.len() - after.len() + length);
        found.push(Section { id, whole, content });
        rest = next;
    }
    Ok((head, found))
}

fn cut() -> String {
    "a part of the module ends early".to_owned()
}

/// An unsigned number (LEB128).
fn take_number(bytes: &mut &[u8]) -> Outcome<usize> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            *bytes = &bytes[place + 1..];
            return Ok(value);
        }
    }
    Err(cut())
}

fn take_name<'a>(bytes: &mut &'a [u8]) -> Outcome<&'a str> {
    let length = take_number(bytes)?;
    let (name, rest) = bytes.split_at_checked(length).ok_or_else(cut)?;
    *bytes = rest;
    std::str::from_utf8(name).map_err(|_| "a name in the module is not UTF-8".to_owned())
}

/// What kind of thing is imported, as its bytes.
fn take_kind<'a>(bytes: &mut &'a [u8]) -> Outcome<&'a [u8]> {
    let start = *bytes;
    let kind = take_byte(bytes)?;
    match kind {
        // a function's type
        0 => drop(take_number(bytes)?),
        // what a table holds; its bounds are those of a memory
        1 => {
            take_byte(bytes)?;
            take_bounds(bytes)?;
        }
        2 => take_bounds(bytes)?,
        // a global's type, and whether it changes
        3 => {
            take_byte(bytes)?;
            take_byte(bytes)?;
        }
        other => return Err(format!("the module imports something of kind {other}")),
    }
    Ok(&start[..start.len() - bytes.len()])
}

fn take_bounds(bytes: &mut &[u8]) -> Outcome<()> {
    let has_end = take_byte(bytes)? & 1 == 1;
    take_number(bytes)?;
    if has_end {
        take_number(bytes)?;
    }
    Ok(())
}

fn take_byte(bytes: &mut &[u8]) -> Outcome<u8> {
    let (&byte, rest) = bytes.split_first().ok_or_else(cut)?;
    *bytes = rest;
    Ok(byte)
}

fn write_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    out.push(number as u8);
}

fn write_name(out: &mut Vec<u8>, name: &str) {
    write_number(out, name.len());
    out.extend_from_slice(name.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"\0asm\x01\0\0\0";

    fn import(place: &str, name: &str, kind: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_name(&mut bytes, place);
        write_name(&mut bytes, name);
        [&bytes, kind].concat()
    }

    fn module_of(imports: &[Vec<u8>]) -> Vec<u8> {
        let mut content = Vec::new();
        write_number(&mut content, imports.len());
        content.extend(imports.concat());
        let mut module = [HEAD, &[1, 1, 0, IMPORTS]].concat();
        write_number(&mut module, content.len());
        module.extend(content);
        module.extend([10, 2, 1, 1]);
        module
    }

    #[test]
    fn only_custom_sections_go() {
        let custom = [&[0, 0x83, 0x01][..], &[7; 131]].concat();
        let code = [10, 2, 1, 1];
        let module = [HEAD, &custom, &code, &custom].concat();
        let kept = [HEAD, &code].concat();
        assert_eq!(without_custom_sections(&module).unwrap(), kept);
        assert!(without_custom_sections(&module[..module.len() - 1]).is_err());
        assert!(without_custom_sections(b"\0asm").is_err());
    }

    #[test]
    fn only_names_of_one_place_become_short() {
        let function = [0, 0x81, 0x01];
        let (table, memory, global) = ([1, 0x70, 0, 5], [2, 1, 17, 0x80, 0x02], [3, 0x7f, 0]);
        let long = "__wbg_preventDefault_cfb06b02e7406899";
        let module = module_of(&[
            import("./glue.js", long, &function),
            import("./parts.js", long, &function),
            import("env", "table", &table),
            import("env", "memory", &memory),
            import("./glue.js", "__wbg_key_63ff854ef83f5a09", &global),
            import("./glue.js", long, &function),
        ]);
        let (written, names) = with_short_imports(&module, "./glue.js").unwrap();
        let wanted = module_of(&[
            import("./glue.js", "a0", &function),
            import("./parts.js", long, &function),
            import("env", "table", &table),
            import("env", "memory", &memory),
            import("./glue.js", "b0", &global),
            import("./glue.js", "a0", &function),
        ]);
        assert_eq!(written, wanted);
        assert_eq!(names[long], "a0");
        assert_eq!(names.len(), 2);
        assert!(with_short_imports(&module[..40], "./glue.js").is_err());
    }

    #[test]
    fn names_are_short_and_differ() {
        let names: std::collections::BTreeSet<String> = (0..1000).map(shorter).collect();
        assert_eq!(names.len(), 1000);
        assert_eq!(
            (shorter(0), shorter(27)),
            ("a0".to_owned(), "b1".to_owned())
        );
    }
}

//! A zip archive with a file for each key, and one that says which file is which key.

use std::{
    collections::{HashMap, HashSet},
    io::{Cursor, Read as _, Write as _},
};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use wire::{changes::STEPS_MAX, kv::VALUE_MAX_BYTES};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Complaint, Entry, VALUES_MAX_BYTES};

/// The file that says which file is which key.
const MANIFEST: &str = "waggle-keys.json";

/// Longer names are not taken by file systems.
const NAME_MAX_BYTES: usize = 150;

/// What no file's name may have on some system.
const ODD: &AsciiSet = &CONTROLS
    .add(b'%')
    .add(b'\\')
    .add(b':')
    .add(b'*')
    .add(b'?')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'|');

#[derive(Deserialize, Serialize)]
struct Line {
    file: String,
    key: String,
    #[serde(default)]
    flags: u64,
}

pub(super) fn write(entries: &[Entry]) -> Result<Vec<u8>, Complaint> {
    let failed = |error: &dyn std::fmt::Display| format!("the archive cannot be written: {error}");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut lines = Vec::new();
    for (entry, file) in entries.iter().zip(files(entries)) {
        archive
            .start_file(file.as_str(), options)
            .map_err(|error| failed(&error))?;
        archive
            .write_all(&entry.value)
            .map_err(|error| failed(&error))?;
        lines.push(Line {
            file,
            key: entry.key.clone(),
            flags: entry.flags,
        });
    }
    let manifest = serde_json::to_vec_pretty(&lines).map_err(|error| failed(&error))?;
    archive
        .start_file(MANIFEST, options)
        .map_err(|error| failed(&error))?;
    archive
        .write_all(&manifest)
        .map_err(|error| failed(&error))?;
    let cursor = archive.finish().map_err(|error| failed(&error))?;
    Ok(cursor.into_inner())
}

/// A name for each key's file, all of them different, none of them a folder of another.
fn files(entries: &[Entry]) -> Vec<String> {
    let mut folders = HashSet::new();
    for entry in entries {
        let file = plain_file(&entry.key).to_lowercase();
        folders.extend(
            file.match_indices('/')
                .map(|(slash, _)| file[..slash].to_owned()),
        );
    }
    let mut taken = HashSet::from([MANIFEST.to_owned()]);
    let mut names = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let mut file = plain_file(&entry.key);
        // some systems do not tell large letters from small ones
        let is_long = file.split('/').any(|part| part.len() > NAME_MAX_BYTES);
        if is_long || folders.contains(&file.to_lowercase()) || taken.contains(&file.to_lowercase())
        {
            file = format!("%keys/{number}");
        }
        taken.insert(file.to_lowercase());
        names.push(file);
    }
    names
}

fn plain_file(key: &str) -> String {
    let parts: Vec<String> = key
        .split('/')
        .map(|part| match part {
            "" => "%".to_owned(),
            "." => "%2E".to_owned(),
            ".." => "%2E%2E".to_owned(),
            part => utf8_percent_encode(part, ODD).to_string(),
        })
        .collect();
    parts.join("/")
}

/// The key of a file that no manifest names.
fn key_of(file: &str) -> Result<String, Complaint> {
    let parts: Result<Vec<String>, Complaint> = file
        .split('/')
        .map(|part| match part {
            "" | "." | ".." => Err(format!("the file {file:?} is outside of the archive")),
            "%" => Ok(String::new()),
            part if part.contains('\\') || part.contains('\0') => {
                Err(format!("the name of the file {file:?} is no path"))
            }
            part => percent_decode_str(part)
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| format!("the name of the file {file:?} is not UTF-8")),
        })
        .collect();
    Ok(parts?.join("/"))
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Entry>, Complaint> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| format!("the archive cannot be read: {error}"))?;
    if archive.len() > STEPS_MAX + 1 {
        return Err(format!("the archive has {} files", archive.len()));
    }
    let mut values: Vec<(String, Vec<u8>)> = Vec::new();
    let mut manifest = None;
    let mut total = 0;
    for place in 0..archive.len() {
        let mut file = archive
            .by_index(place)
            .map_err(|error| format!("the archive cannot be read: {error}"))?;
        if file.is_dir() {
            continue;
        }
        let name = file
            .name()
            .map_err(|error| format!("a name in the archive cannot be read: {error}"))?
            .into_owned();
        let is_manifest = name == MANIFEST;
        let most = if is_manifest {
            16 * 1024 * 1024
        } else {
            VALUE_MAX_BYTES
        };
        // what its head says of its size is anybody's claim
        let mut value = Vec::new();
        file.by_ref()
            .take(most as u64 + 1)
            .read_to_end(&mut value)
            .map_err(|error| format!("the file {name:?} in the archive cannot be read: {error}"))?;
        total += value.len();
        if value.len() > most {
            return Err(format!(
                "the file {name:?} is larger than {} KiB",
                most / 1024
            ));
        }
        if total > VALUES_MAX_BYTES + most {
            return Err(format!(
                "the files have more than {} MiB together",
                VALUES_MAX_BYTES / 1024 / 1024
            ));
        }
        if is_manifest {
            manifest = Some(value);
        } else {
            values.push((name, value));
        }
    }
    match manifest {
        Some(manifest) => named(&manifest, values),
        None => values
            .into_iter()
            .map(|(file, value)| {
                Ok(Entry {
                    key: key_of(&file)?,
                    value,
                    flags: 0,
                })
            })
            .collect(),
    }
}

fn named(manifest: &[u8], values: Vec<(String, Vec<u8>)>) -> Result<Vec<Entry>, Complaint> {
    let lines: Vec<Line> = serde_json::from_slice(manifest)
        .map_err(|error| format!("{MANIFEST} in the archive cannot be read: {error}"))?;
    let mut values: HashMap<String, Vec<u8>> = values.into_iter().collect();
    let entries: Result<Vec<Entry>, Complaint> = lines
        .into_iter()
        .map(|line| {
            let missing = || format!("{MANIFEST} names {:?}, which is missing", line.file);
            Ok(Entry {
                value: values.remove(&line.file).ok_or_else(missing)?,
                key: line.key,
                flags: line.flags,
            })
        })
        .collect();
    let entries = entries?;
    match values.into_keys().next() {
        Some(file) => Err(format!("{MANIFEST} does not name the file {file:?}")),
        None => Ok(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn files_by_hand_are_keys_by_their_names() {
        let entries = read(&archive(&[("a/b.yaml", b"x"), ("a/%2E%2E/%", b"y")])).unwrap();
        let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["a/b.yaml", "a/../"]);
    }

    #[test]
    fn what_leaves_the_archive_is_refused() {
        for name in ["../x", "a/../../x", "/etc/passwd", "a\\..\\x"] {
            let complaint = read(&archive(&[(name, b"x")])).unwrap_err();
            assert!(complaint.contains("file"), "{complaint}");
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let large = vec![0; VALUE_MAX_BYTES + 1];
        let complaint = read(&archive(&[("a", &large)])).unwrap_err();
        assert!(complaint.contains("larger"), "{complaint}");
        let value = vec![0; VALUE_MAX_BYTES];
        let names: Vec<String> = (0..132).map(|number| number.to_string()).collect();
        let files: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), value.as_slice()))
            .collect();
        let bomb = archive(&files);
        assert!(bomb.len() < 1_000_000, "small as it is");
        let complaint = read(&bomb).unwrap_err();
        assert!(complaint.contains("together"), "{complaint}");
    }
}

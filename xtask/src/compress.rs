//! Compression of the page's files, as small as it gets, remembered by content: brotli at its
//! highest level takes seconds for a module, and most builds change one file.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::command::Outcome;
use crate::wasm::Build;

/// A file's content in the two encodings that browsers ask for.
#[derive(Clone, Debug)]
pub(crate) struct Compressed {
    /// `Content-Encoding: br`
    pub(crate) brotli: Vec<u8>,
    /// `Content-Encoding: gzip`
    pub(crate) gzip: Vec<u8>,
}

/// The SHA-256 of some bytes, in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Compresses, or takes what `memory` (a folder) holds of the same content; a quick build's is
/// neither small nor remembered.
pub(crate) fn compress(bytes: &[u8], build: Build, memory: &Path) -> Outcome<Compressed> {
    if build == Build::Quick {
        return Ok(Compressed {
            brotli: brotli(bytes, 1, 0)?,
            gzip: gzip(bytes, Compression::fast())?,
        });
    }
    fs::create_dir_all(memory).map_err(|error| format!("{}: {error}", memory.display()))?;
    let key = sha256(bytes);
    Ok(Compressed {
        brotli: remembered(&memory.join(format!("{key}.smallest.br")), || {
            smallest(bytes)
        })?,
        gzip: remembered(&memory.join(format!("{key}.gz")), || {
            gzip(bytes, Compression::best())
        })?,
    })
}

fn remembered(file: &Path, make: impl FnOnce() -> Outcome<Vec<u8>>) -> Outcome<Vec<u8>> {
    if let Ok(bytes) = fs::read(file) {
        return Ok(bytes);
    }
    let bytes = make()?;
    write_whole(file, &bytes)?;
    Ok(bytes)
}

/// Writes a file so that it is never seen half written.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> Outcome<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let draft = PathBuf::from(name);
    fs::write(&draft, bytes)
        .and_then(|()| fs::rename(&draft, file))
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// At the highest level, in the better of two block sizes: the one that the encoder takes for such
/// a file, and the whole of it, which makes a large module a hundredth smaller.
fn smallest(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let (usual, whole) = (brotli(bytes, 11, 0)?, brotli(bytes, 11, WINDOW)?);
    Ok(if whole.len() < usual.len() {
        whole
    } else {
        usual
    })
}

/// The power of two that any file we have fits into.
const WINDOW: i32 = 22;

/// `block` is the power of two of the block size; 0 leaves it to the encoder.
fn brotli(bytes: &[u8], quality: i32, block: i32) -> Outcome<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: WINDOW,
        lgblock: block,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    let mut writer = brotli::CompressorWriter::with_params(&mut small, 64 * 1024, &params);
    writer
        .write_all(bytes)
        .map_err(|error| format!("brotli: {error}"))?;
    drop(writer);
    Ok(small)
}

fn gzip(bytes: &[u8], level: Compression) -> Outcome<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), level);
    writer
        .write_all(bytes)
        .and_then(|()| writer.finish())
        .map_err(|error| format!("gzip: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_encodings_give_the_content_back() {
        let memory = tempfile::tempdir().unwrap();
        let text = "waggle ".repeat(500);
        let packed = compress(text.as_bytes(), Build::Small, memory.path()).unwrap();
        assert!(packed.brotli.len() < 100 && packed.gzip.len() < 200);
        let mut plain = String::new();
        flate2::read::GzDecoder::new(&packed.gzip[..])
            .read_to_string(&mut plain)
            .unwrap();
        assert_eq!(plain, text);
        plain.clear();
        brotli::Decompressor::new(&packed.brotli[..], 4096)
            .read_to_string(&mut plain)
            .unwrap();
        assert_eq!(plain, text);
    }

    #[test]
    fn what_was_compressed_once_is_read_from_memory() {
        let memory = tempfile::tempdir().unwrap();
        compress(b"abc", Build::Small, memory.path()).unwrap();
        let file = memory
            .path()
            .join(format!("{}.smallest.br", sha256(b"abc")));
        fs::write(&file, b"from memory").unwrap();
        assert_eq!(
            compress(b"abc", Build::Small, memory.path())
                .unwrap()
                .brotli,
            b"from memory"
        );
    }

    #[test]
    fn the_sum_is_the_known_one() {
        assert!(sha256(b"abc").starts_with("ba7816bf8f01cfea414140de5dae2223"));
    }
}

//! Bytes as a hex dump.

use std::fmt::Write as _;

/// Bytes in a line of a dump.
pub const ROW_BYTES: usize = 16;

/// The dump of `bytes`, of at most `rows` lines: offset, hex in two groups of eight, and what is
/// plain ASCII.
#[must_use]
pub fn dump(bytes: &[u8], rows: usize) -> String {
    let mut text = String::new();
    for (row, chunk) in bytes.chunks(ROW_BYTES).take(rows).enumerate() {
        if row > 0 {
            text.push('\n');
        }
        text.push_str(&line(row * ROW_BYTES, chunk));
    }
    text
}

fn line(offset: usize, chunk: &[u8]) -> String {
    let mut hex = String::new();
    for (at, byte) in chunk.iter().enumerate() {
        if at == ROW_BYTES / 2 {
            hex.push(' ');
        }
        let _ = write!(hex, "{byte:02x} ");
    }
    let plain: String = chunk
        .iter()
        .map(|byte| {
            if byte.is_ascii_graphic() || *byte == b' ' {
                char::from(*byte)
            } else {
                '.'
            }
        })
        .collect();
    format!("{offset:08x}  {hex:<49} {plain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_of_hexdump() {
        let bytes: Vec<u8> = (0..=17).map(|byte| byte * 7).collect();
        assert_eq!(
            dump(&bytes, 9),
            "00000000  00 07 0e 15 1c 23 2a 31  38 3f 46 4d 54 5b 62 69  .....#*18?FMT[bi\n\
             00000010  70 77                                             pw"
        );
        assert_eq!(dump(&bytes, 1).lines().count(), 1);
        assert_eq!(dump(&[], 9), "");
        assert_eq!(
            dump(b"<b>\xff", 9),
            "00000000  3c 62 3e ff                                       <b>."
        );
    }
}

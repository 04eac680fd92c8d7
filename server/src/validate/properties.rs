//! Java properties. Nearly every text is one; only a broken `\uXXXX` is an error there.

use wire::format::Diagnostic;

use super::{one, place};

pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    let mut start = 0;
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        let comment = !continued && content.trim_start().starts_with(['#', '!']);
        continued = false;
        if !comment {
            match bad_escape(content) {
                Err(offset) => {
                    return one(
                        place::at_byte(text, start + offset),
                        "\\u must be followed by four hexadecimal digits",
                    );
                }
                Ok(open) => continued = open,
            }
        }
        start += line.len();
    }
    Vec::new()
}

/// Where a broken escape starts; else whether the line goes on in the next.
fn bad_escape(line: &str) -> Result<bool, usize> {
    let bytes = line.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] != b'\\' {
            index += 1;
            continue;
        }
        match bytes.get(index + 1) {
            None => return Ok(true),
            Some(b'u') => {
                let digits = bytes.get(index + 2..index + 6);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(index);
                }
                index += 6;
            }
            Some(_) => index += 2,
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for good in ["a=\\\\u", "# \\u", "a=\\u00e9", "a=b\\", "a=\\n"] {
            assert_eq!(check(good), [], "{good}");
        }
        for bad in ["a=\\u", "a=\\u12", "a=\\\n# \\uzzzz"] {
            assert_eq!(check(bad).len(), 1, "{bad}");
        }
    }
}

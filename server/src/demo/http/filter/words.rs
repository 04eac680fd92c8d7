//! A filter expression as words.

/// A word's text, without the mark of a quoted one.
pub(super) fn unquote(word: String) -> String {
    word.strip_prefix('"').map(str::to_owned).unwrap_or(word)
}

/// Cuts text into words; a quoted one keeps its first quote, so that it is told from a bare one.
pub(super) fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, length) =
            if let Some(operator) = ["==", "!="].into_iter().find(|sign| rest.starts_with(sign)) {
                (operator.to_owned(), operator.len())
            } else if first == '`' {
                let end = rest[1..]
                    .find('`')
                    .ok_or("no match found, expected a closing quote")?;
                (format!("\"{}", &rest[1..=end]), end + 2)
            } else if "()[]".contains(first) {
                (first.to_string(), first.len_utf8())
            } else if first == '"' {
                quoted(rest).ok_or("no match found, expected a closing quote")?
            } else {
                let end = rest
                    .find(|c: char| c.is_whitespace() || "=!\"()[]".contains(c))
                    .unwrap_or(rest.len());
                if end == 0 {
                    return Err(format!("no match found at {rest:?}"));
                }
                (rest[..end].to_owned(), end)
            };
        words.push(word);
        rest = rest[length..].trim_start();
    }
    Ok(words)
}

/// A string of Go's at the start of `text`, unquoted behind a `"`, and its length.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut word = "\"".to_owned();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((word, at + 1)),
            '\\' => {
                let (_, kind) = letters.next()?;
                let digits = match kind {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    'n' => {
                        word.push('\n');
                        continue;
                    }
                    't' => {
                        word.push('\t');
                        continue;
                    }
                    other => {
                        word.push(other);
                        continue;
                    }
                };
                let mut code = 0;
                for _ in 0..digits {
                    code = code * 16 + letters.next()?.1.to_digit(16)?;
                }
                word.push(char::from_u32(code)?);
            }
            letter => word.push(letter),
        }
    }
    None
}

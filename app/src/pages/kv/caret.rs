//! Places in a text: lines and columns, indenting. A browser counts UTF-16 units from 0, people
//! count lines and characters from 1.

/// A change that an editor makes: what it replaces, and what is selected then, all in UTF-16.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where the replaced part begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// What stands there then.
    pub insert: String,
    /// Where the selection begins then.
    pub select_from: u32,
    /// Where it ends.
    pub select_to: u32,
}

/// Spaces of one step of indentation.
const STEP: &str = "  ";

/// The line and column of the UTF-16 place `at`.
#[must_use]
pub fn line_and_column(text: &str, at: u32) -> (u32, u32) {
    let before = &text[..byte_at(text, at)];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        number(line) + 1,
        number(before[start..].chars().count()) + 1,
    )
}

/// The UTF-16 place of a line and column; the text's or the line's end where it has no such.
#[must_use]
pub fn place_of(text: &str, line: u32, column: u32) -> u32 {
    let mut start = 0;
    for _ in 1..line.max(1) {
        match text[start..].find('\n') {
            Some(newline) => start += newline + 1,
            None => return units(text),
        }
    }
    let line = text[start..].split('\n').next().unwrap_or_default();
    let inside: usize = line
        .chars()
        .take(usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX))
        .map(char::len_utf16)
        .sum();
    units(&text[..start]) + number(inside)
}

/// How many lines an editor shows for `text`.
#[must_use]
pub fn line_count(text: &str) -> u32 {
    number(text.matches('\n').count()) + 1
}

/// Tab (or Shift+Tab) on a selection: one caret gets two spaces, several lines are moved.
#[must_use]
pub fn indent(text: &str, from: u32, to: u32, outdent: bool) -> Edit {
    let (start, end) = (byte_at(text, from), byte_at(text, to));
    let selected = &text[start..end];
    if !outdent && !selected.contains('\n') {
        return Edit {
            from,
            to,
            insert: STEP.to_owned(),
            select_from: from + units(STEP),
            select_to: from + units(STEP),
        };
    }
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    // a selection that ends at a line's very start does not mean that line
    let last = if end > start && text[..end].ends_with('\n') {
        end - 1
    } else {
        end
    };
    let line_end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    let mut first_moved = None;
    let moved: Vec<String> = text[line_start..line_end]
        .split('\n')
        .map(|line| {
            let line_after = if outdent {
                let strip = line
                    .bytes()
                    .take(STEP.len())
                    .take_while(|byte| *byte == b' ')
                    .count();
                let strip = if line.starts_with('\t') { 1 } else { strip };
                line[strip..].to_owned()
            } else if line.is_empty() {
                String::new()
            } else {
                format!("{STEP}{line}")
            };
            first_moved.get_or_insert((line.len(), line_after.len()));
            line_after
        })
        .collect();
    let insert = moved.join("\n");
    let begin = units(&text[..line_start]);
    let (before, after) = first_moved.unwrap_or_default();
    let select_from = if after >= before {
        from + number(after - before)
    } else {
        from.saturating_sub(number(before - after)).max(begin)
    };
    let old_end = units(&text[..line_end]);
    let tail = old_end.saturating_sub(to.min(old_end));
    let select_to = (begin + units(&insert))
        .saturating_sub(tail)
        .max(select_from);
    Edit {
        from: begin,
        to: old_end,
        insert,
        select_from,
        select_to,
    }
}

/// Enter: a new line that begins as far in as the one it leaves.
#[must_use]
pub fn new_line(text: &str, from: u32, to: u32) -> Edit {
    let start = byte_at(text, from);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let blank: String = text[line_start..start]
        .chars()
        .take_while(|letter| matches!(letter, ' ' | '\t'))
        .collect();
    let insert = format!("\n{blank}");
    let after = from + units(&insert);
    Edit {
        from,
        to,
        insert,
        select_from: after,
        select_to: after,
    }
}

/// The byte that the UTF-16 place `at` is; inside a pair, the character's start.
fn byte_at(text: &str, at: u32) -> usize {
    let mut left = at;
    for (byte, letter) in text.char_indices() {
        let width = number(letter.len_utf16());
        if left < width {
            return byte;
        }
        left -= width;
    }
    text.len()
}

fn units(text: &str) -> u32 {
    number(text.chars().map(char::len_utf16).sum())
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an edit makes of a text, the selection marked with `[` and `]`.
    fn after(text: &str, edit: &Edit) -> String {
        let mut made = String::from(&text[..byte_at(text, edit.from)]);
        made.push_str(&edit.insert);
        made.push_str(&text[byte_at(text, edit.to)..]);
        let (from, to) = (
            byte_at(&made, edit.select_from),
            byte_at(&made, edit.select_to),
        );
        format!("{}[{}]{}", &made[..from], &made[from..to], &made[to..])
    }

    #[test]
    fn places_count_characters_not_units() {
        let text = "a\n🐝中c\n";
        assert_eq!(line_and_column(text, 0), (1, 1));
        assert_eq!(line_and_column(text, 4), (2, 2));
        assert_eq!(line_and_column(text, 99), (3, 1));
        assert_eq!(place_of(text, 2, 2), 4);
        assert_eq!(place_of(text, 2, 3), 5);
        assert_eq!(place_of(text, 2, 99), 6);
        assert_eq!(place_of(text, 9, 1), 7);
        assert_eq!(line_count(text), 3);
        assert_eq!(line_count(""), 1);
    }

    #[test]
    fn tab_indents() {
        for (text, from, to, outdent, made) in [
            ("ab", 1, 1, false, "a  []b"),
            ("🐝b", 2, 3, false, "🐝  []"),
            ("a\nb\nc", 0, 3, false, "  [a\n  b]\nc"),
            ("a\nb\nc", 0, 4, false, "  [a\n  b]\nc"),
            ("a\n\nb", 0, 4, false, "  [a\n\n  b]"),
            ("  a\n   b", 3, 3, true, "a[]\n   b"),
            ("  a\n b\nc", 2, 7, true, "[a\nb]\nc"),
            ("\ta", 1, 1, true, "[]a"),
            ("a", 0, 1, true, "[a]"),
            ("  ", 0, 0, true, "[]"),
        ] {
            let edit = indent(text, from, to, outdent);
            assert_eq!(after(text, &edit), made, "{text:?} {edit:?}");
        }
    }

    #[test]
    fn a_new_line_keeps_the_indentation() {
        assert_eq!(after("  a", &new_line("  a", 3, 3)), "  a\n  []");
        assert_eq!(after("  ab", &new_line("  ab", 1, 3)), " \n []b");
        assert_eq!(after("a", &new_line("a", 1, 1)), "a\n[]");
    }
}

//! The lines of a text in which something was found.

use wire::search_hits::{LineHit, Range};

use super::pattern::{Pattern, narrow};

/// How many lines of one key are told.
const LINES_MAX: usize = 10;

/// How many places of one key are counted.
const PLACES_MAX: usize = 10_000;

/// How much of a line is told, in bytes.
const LINE_BYTES: usize = 240;

/// How much of that stands before the first place.
const LEAD_BYTES: usize = 60;

/// How many places are marked in one line.
const RANGES_MAX: usize = 50;

/// The first lines in which something was found, and how many more there are.
pub(super) fn find(pattern: &Pattern, text: &str) -> (Vec<LineHit>, u32) {
    let mut found = Vec::new();
    let mut more = 0;
    // the line that the last place stood in: its number, where it begins and ends
    let mut line = (1, 0, end_of_line(text, 0));
    let mut last: Option<usize> = None;
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for (begin, end) in pattern.places(text).take(PLACES_MAX) {
        while begin > line.2 {
            let next = line.2 + 1;
            line = (line.0 + 1, next, end_of_line(text, next));
        }
        if last != Some(line.0) {
            more += u32::from(last.is_some_and(|_| found.len() >= LINES_MAX));
            if found.len() < LINES_MAX {
                found.push((line, std::mem::take(&mut ranges)));
            }
            last = Some(line.0);
        }
        if let Some((known, ranges)) = found.last_mut()
            && known.0 == line.0
            && ranges.len() < RANGES_MAX
        {
            // a place that goes on in the next line is marked as far as this one goes
            ranges.push((begin, end.min(line.2)));
        }
    }
    let lines = found
        .into_iter()
        .map(|((number, begin, end), ranges)| tell(text, number, begin..end, &ranges))
        .collect();
    (lines, more)
}

fn end_of_line(text: &str, from: usize) -> usize {
    text.as_bytes()[from..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(text.len(), |at| from + at)
}

fn tell(
    text: &str,
    number: usize,
    line: std::ops::Range<usize>,
    ranges: &[(usize, usize)],
) -> LineHit {
    let end = trimmed_end(text, line.start, line.end);
    let first = ranges.first().map_or(line.start, |range| range.0);
    let mut from = line.start;
    if end - line.start > LINE_BYTES && first - line.start > LEAD_BYTES {
        from = boundary(text, first - LEAD_BYTES);
    }
    let to = boundary(text, (from + LINE_BYTES).min(end)).max(from);
    let shown: Vec<Range> = ranges
        .iter()
        .filter_map(|(begin, stop)| {
            let stop = (*stop).min(to);
            (*begin < stop).then(|| (narrow(begin - from), narrow(stop - from)))
        })
        .collect();
    let before = line.start.checked_sub(1).map(|stop| {
        let begin = text[..stop].rfind('\n').map_or(0, |at| at + 1);
        beginning(text, begin, stop)
    });
    let after = (line.end < text.len() && line.end + 1 < text.len())
        .then(|| beginning(text, line.end + 1, end_of_line(text, line.end + 1)));
    LineHit {
        line: narrow(number),
        column: narrow(text[line.start..first].chars().count() + 1),
        text: text[from..to].to_owned(),
        cut_before: from > line.start,
        cut_after: to < end,
        ranges: shown,
        before,
        after,
    }
}

/// The beginning of a line beside the one that matches.
fn beginning(text: &str, begin: usize, end: usize) -> String {
    let end = trimmed_end(text, begin, end);
    text[begin..boundary(text, (begin + LINE_BYTES).min(end)).max(begin)].to_owned()
}

/// Without the CR of a CRLF.
fn trimmed_end(text: &str, begin: usize, end: usize) -> usize {
    if end > begin && text.as_bytes()[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

/// The nearest place at or before `at` that cuts no letter.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use wire::search_hits::PatternKind;

    use super::*;

    fn lines(pattern: &str, text: &str) -> (Vec<LineHit>, u32) {
        let pattern = Pattern::new(pattern, PatternKind::Regex, false).unwrap();
        find(&pattern, text)
    }

    #[test]
    fn a_line_has_its_number_and_its_neighbours() {
        let (found, more) = lines("level", "logger:\r\n  level: 3 # Level\r\nend: 1\n");
        assert_eq!(more, 0);
        assert_eq!(
            found,
            [LineHit {
                line: 2,
                column: 3,
                text: "  level: 3 # Level".to_owned(),
                ranges: vec![(2, 7), (13, 18)],
                before: Some("logger:".to_owned()),
                after: Some("end: 1".to_owned()),
                ..LineHit::default()
            }]
        );
        let (found, _) = lines("a$", "a\n");
        assert_eq!(
            (found[0].before.as_deref(), found[0].after.as_deref()),
            (None, None)
        );
    }

    #[test]
    fn columns_are_letters_and_cuts_are_between_them() {
        let text = format!("{}x{}", "é".repeat(300), "ü".repeat(300));
        let (found, _) = lines("x", &text);
        let hit = &found[0];
        assert_eq!((hit.line, hit.column), (1, 301));
        assert!(hit.cut_before && hit.cut_after);
        assert!(hit.text.len() <= LINE_BYTES);
        let (begin, end) = hit.ranges[0];
        assert_eq!(&hit.text[begin as usize..end as usize], "x");
    }

    #[test]
    fn only_the_first_lines_are_told_and_the_others_counted() {
        let text = "x x\n".repeat(25);
        let (found, more) = lines("x", &text);
        assert_eq!(found.len(), LINES_MAX);
        assert_eq!(more as usize, 25 - LINES_MAX);
        assert_eq!(found[9].line, 10);
        assert_eq!(found[9].ranges.len(), 2);
    }

    #[test]
    fn a_place_over_several_lines_is_marked_in_its_first() {
        let (found, _) = lines(r"a\s+b", "xa\n\n b\n");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].line, found[0].ranges.as_slice()),
            (1, &[(1, 2)][..])
        );
    }
}

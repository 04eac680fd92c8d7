//! Texts in which something was found, the places marked. Never markup, and what cannot be seen
//! is named.

use leptos::prelude::*;
use wire::search_hits::Range;

use crate::components::key_text::{Piece, code_point, pieces};

/// The parts of `text`: those in `ranges` (in bytes) are marked. What does not fit is not.
fn parts<'a>(text: &'a str, ranges: &[Range]) -> Vec<(&'a str, bool)> {
    let mut parts = Vec::new();
    let mut at = 0;
    for (begin, end) in ranges {
        let (begin, end) = (*begin as usize, *end as usize);
        if begin < at || end <= begin {
            continue;
        }
        let (Some(before), Some(marked)) = (text.get(at..begin), text.get(begin..end)) else {
            continue;
        };
        if !before.is_empty() {
            parts.push((before, false));
        }
        parts.push((marked, true));
        at = end;
    }
    if let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        parts.push((rest, false));
    }
    parts
}

/// `text` with the places in `ranges` marked.
#[must_use]
pub fn marked(text: &str, ranges: &[Range]) -> AnyView {
    let parts: Vec<AnyView> = parts(text, ranges)
        .into_iter()
        .map(|(part, is_marked)| {
            let shown: Vec<AnyView> = pieces(&part.replace('\t', "    "))
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.into_any(),
                    // a blank at a part's edge is no blank at the text's edge
                    Piece::Hidden(' ') => " ".into_any(),
                    Piece::Hidden(letter) => {
                        view! { <span class="hidden-character">{code_point(letter)}</span> }
                            .into_any()
                    }
                })
                .collect();
            if is_marked {
                view! { <mark>{shown}</mark> }.into_any()
            } else {
                shown.into_any()
            }
        })
        .collect();
    view! { <bdi>{parts}</bdi> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_cut_out() {
        assert_eq!(
            parts("a level b", &[(2, 7)]),
            [("a ", false), ("level", true), (" b", false)]
        );
        assert_eq!(parts("éx", &[(0, 2), (2, 3)]), [("é", true), ("x", true)]);
        // in the middle of a letter, behind the end, backwards
        assert_eq!(parts("éx", &[(1, 2), (2, 9), (2, 1)]), [("éx", false)]);
        assert!(parts("", &[(0, 1)]).is_empty());
    }
}

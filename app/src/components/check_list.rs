//! The checks of one thing, as they follow it: each stays the same part of the page while others
//! change, come, go or pass it, with its focus, its selection and how far it was opened and scrolled.

use leptos::{html, prelude::*};
use web_sys::Element;
use wire::checks::Check;

use super::check_output::CheckOutput;
use crate::{effect::effect, live::Marks};

/// Checks with their outputs.
#[component]
pub fn CheckList(
    /// The checks, in the order in which they are to stand.
    checks: Memo<Vec<Check>>,
    /// The places of those that changed just now.
    marks: Marks,
    /// The classes of the list.
    class: &'static str,
    /// Each says whether it is the node's or the service's.
    #[prop(optional)]
    has_place: bool,
) -> impl IntoView {
    let names = Memo::new(move |_| checks.with(|checks| names(checks)));
    // a part that is moved loses the focus: those that are there stay, and `settle` moves others
    let drawn = Memo::new(move |before: Option<&Vec<String>>| {
        names.with(|names| match before {
            Some(before) => with_news(before, names),
            None => names.clone(),
        })
    });
    let list: NodeRef<html::Div> = NodeRef::new();
    effect(move || {
        let names = names.get();
        // after this drawing, before it is painted
        queue_microtask(move || {
            if let Some(Some(list)) = list.try_get_untracked() {
                settle(&list, &names);
            }
        });
    });
    let part = move |name: String| {
        let id = name.clone();
        let place =
            Memo::new(move |_| names.with(|names| names.iter().position(|one| *one == name)));
        // one that goes is drawn once more before it is gone
        let check = Memo::new(move |before: Option<&Check>| {
            let now = checks.with(|checks| checks.get(place.get()?).cloned());
            now.or_else(|| before.cloned()).unwrap_or_default()
        });
        let is_new = Signal::derive(move || place.get().is_some_and(|place| marks.has(place)));
        view! { <CheckOutput id check is_new has_place/> }.into_any()
    };
    view! {
        <div class=class node_ref=list>
            <For each=move || drawn.get() key=|name| name.clone() children=part/>
        </div>
    }
    .into_any()
}

/// What each is told from the others by: its ID, unique on its node; should one come twice, its
/// number, too.
fn names(checks: &[Check]) -> Vec<String> {
    let name = |(place, check): (usize, &Check)| {
        let same = |other: &&Check| other.check_id == check.check_id;
        match checks[..place].iter().filter(same).count() {
            0 => check.check_id.clone(),
            before => format!("{} {before}", check.check_id),
        }
    };
    checks.iter().enumerate().map(name).collect()
}

/// Those of `before` that are still there, as they stood; then what came.
fn with_news(before: &[String], names: &[String]) -> Vec<String> {
    let stayed = before.iter().filter(|name| names.contains(name));
    let came = names.iter().filter(|name| !before.contains(name));
    stayed.chain(came).cloned().collect()
}

/// Brings the parts into the order of `names`, round the one that is held: the one with the focus,
/// else the first that is seen. What is read stays where it is on the screen, unless the page stands
/// at its beginning: what comes there is to be seen.
fn settle(list: &Element, names: &[String]) {
    let mut parts: Vec<(usize, Element)> = Vec::new();
    let mut next = list.first_element_child();
    while let Some(part) = next {
        next = part.next_element_sibling();
        let name = part.get_attribute("data-check");
        let place = name.and_then(|name| names.iter().position(|one| *one == name));
        parts.extend(place.map(|place| (place, part)));
    }
    if parts.is_sorted_by_key(|(place, _)| *place) {
        return;
    }
    let active = document().active_element();
    let has_focus = |part: &Element| part.contains(active.as_deref());
    let is_seen = |part: &Element| part.get_bounding_client_rect().bottom() > COVERED_PIXELS;
    let held = parts
        .iter()
        .position(|(_, part)| has_focus(part))
        .or_else(|| parts.iter().position(|(_, part)| is_seen(part)))
        .unwrap_or_default();
    let held = parts[held].clone();
    let top = held.1.get_bounding_client_rect().top();
    parts.sort_by_key(|(place, _)| *place);
    let (before, after) = parts.split_at(parts.partition_point(|(place, _)| *place < held.0));
    let mut last = held.1.clone();
    for (_, part) in &after[1..] {
        let next = last.next_element_sibling();
        if next.as_ref() != Some(part) {
            put(list, part, next.as_ref());
        }
        last = part.clone();
    }
    let mut first = held.1.clone();
    for (_, part) in before.iter().rev() {
        if first.previous_element_sibling().as_ref() != Some(part) {
            put(list, part, Some(&first));
        }
        first = part.clone();
    }
    let moved = held.1.get_bounding_client_rect().top() - top;
    if moved.abs() >= 1.0 && window().scroll_y().is_ok_and(|scrolled| scrolled > 0.0) {
        window().scroll_by_with_x_and_y(0.0, moved);
    }
}

/// So much of the screen the bar above covers.
const COVERED_PIXELS: f64 = 60.0;

/// Moves a part; its output stays as far scrolled as it was.
fn put(list: &Element, part: &Element, before: Option<&Element>) {
    let output = part.query_selector("pre").ok().flatten();
    let scrolled = output.as_ref().map(Element::scroll_top);
    let _ = list.insert_before(part, before.map(AsRef::as_ref));
    if let (Some(output), Some(scrolled)) = (output, scrolled) {
        output.set_scroll_top(scrolled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str) -> Check {
        Check {
            check_id: id.to_owned(),
            ..Check::default()
        }
    }

    #[test]
    fn each_check_has_a_name_of_its_own() {
        let checks = ["a", "b", "a", "a"].map(check);
        assert_eq!(names(&checks), ["a", "b", "a 1", "a 2"]);
    }

    #[test]
    fn what_is_there_stays_in_its_order_and_what_comes_is_added() {
        let texts = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let now = with_news(&texts(&["a", "b", "c"]), &texts(&["d", "c", "a"]));
        assert_eq!(now, ["a", "c", "d"]);
    }
}

//! XML 1: well formed, one root; no DTD is read and no entity of one's own is known.

use quick_xml::{Reader, events::Event};
use wire::format::Diagnostic;

use super::{one, place};

pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    let mut reader = Reader::from_str(text);
    let mut roots = 0_u32;
    let mut depth = 0_u32;
    loop {
        let start = offset(reader.buffer_position());
        let problem = match reader.read_event() {
            Err(error) => {
                let place = place::at_byte(text, offset(reader.error_position()));
                return one(place, &error.to_string());
            }
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) => {
                roots += u32::from(depth == 0);
                depth += 1;
                bad_attribute(&tag)
            }
            Ok(Event::Empty(tag)) => {
                roots += u32::from(depth == 0);
                bad_attribute(&tag)
            }
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                None
            }
            Ok(Event::Text(words)) if depth == 0 && !words.trim_ascii().is_empty() => {
                Some("text outside of the root element".to_owned())
            }
            Ok(Event::CData(_)) if depth == 0 => {
                Some("text outside of the root element".to_owned())
            }
            Ok(Event::GeneralRef(reference)) => bad_reference(&reference, depth),
            Ok(_) => None,
        };
        let problem = problem
            .or_else(|| (roots > 1).then(|| "there is more than one root element".to_owned()));
        if let Some(message) = problem {
            return one(place::at_byte(text, start), &message);
        }
    }
    if depth > 0 {
        return one(place::end_of(text), "an element is not closed");
    }
    if roots == 0 {
        return one(place::end_of(text), "there is no root element");
    }
    Vec::new()
}

fn bad_attribute(tag: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    tag.attributes()
        .find_map(|attribute| attribute.err().map(|error| error.to_string()))
}

fn bad_reference(reference: &quick_xml::events::BytesRef<'_>, depth: u32) -> Option<String> {
    let name: &str = reference;
    let known = match name.strip_prefix('#') {
        Some(_) => reference.resolve_char_ref().is_ok(),
        None => ["amp", "lt", "gt", "quot", "apos"].contains(&name),
    };
    (!known || depth == 0).then(|| format!("&{name}; is not known here"))
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

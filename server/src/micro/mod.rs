//! go-micro's registry plugin writes a service's version, metadata and endpoints into Consul
//! *tags*; this reads them back. Pure: imports wire only, and may be imported by `api`.
//!
//! A tag is `v-`, `t-` or `e-` with the lower-case hex of a zlib stream, or an older plain form
//! `v=`, `t=`, `e=`. Whatever fails to decode stays an ordinary tag.

mod endpoint;

use std::io::Read;

use wire::instances::{DecodedTag, Micro};

/// No honest tag inflates to more: a guard against zlib bombs.
const INFLATED_MAX_BYTES: u64 = 64 * 1024;

/// What the tags of one instance say, where any of them is go-micro's.
#[must_use]
pub fn decode(tags: &[String]) -> Option<Micro> {
    let mut tags: Vec<&String> = tags.iter().collect();
    // go-micro writes them in random order
    tags.sort_unstable();
    tags.dedup();
    let mut micro = Micro::default();
    for raw in tags {
        let Some((kind, text)) = decode_tag(raw) else {
            continue;
        };
        if take(&mut micro, kind, &text).is_none() {
            continue;
        }
        micro.tags.push(DecodedTag {
            raw: raw.clone(),
            text,
        });
    }
    micro.endpoints.sort_by(|a, b| a.name.cmp(&b.name));
    (!micro.tags.is_empty()).then_some(micro)
}

/// The tags that go-micro did not write, and the versions in those that it did; both sorted.
#[must_use]
pub fn split(tags: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut plain, mut versions) = (Vec::new(), Vec::new());
    for tag in tags {
        let decoded = decode_tag(tag)
            .filter(|(kind, text)| take(&mut Micro::default(), *kind, text).is_some());
        match decoded {
            Some((Kind::Version, version)) => versions.push(version),
            Some(_) => {}
            None => {
                if let Some(version) = tag.strip_prefix("version=") {
                    versions.push(version.to_owned());
                }
                plain.push(tag.clone());
            }
        }
    }
    for list in [&mut plain, &mut versions] {
        list.sort_unstable();
        list.dedup();
    }
    (plain, versions)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Version,
    Metadata,
    Endpoint,
}

/// Adds what one tag says; None where its text is not what its kind promises.
fn take(micro: &mut Micro, kind: Kind, text: &str) -> Option<()> {
    match kind {
        Kind::Version => micro.version = Some(text.to_owned()),
        Kind::Metadata => {
            let pairs: std::collections::BTreeMap<String, String> =
                serde_json::from_str(text).ok()?;
            micro.metadata.extend(pairs);
        }
        Kind::Endpoint => micro.endpoints.push(endpoint::parse(text)?),
    }
    Some(())
}

fn decode_tag(tag: &str) -> Option<(Kind, String)> {
    let (head, rest) = tag.split_at_checked(2)?;
    let kind = match head.as_bytes()[0] {
        b'v' => Kind::Version,
        b't' => Kind::Metadata,
        b'e' => Kind::Endpoint,
        _ => return None,
    };
    match head.as_bytes()[1] {
        b'-' => Some((kind, inflate(&unhex(rest)?)?)),
        b'=' if rest.len() as u64 <= INFLATED_MAX_BYTES => Some((kind, rest.to_owned())),
        _ => None,
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

/// The decoder compares the stream's adler32 when it reaches the end.
fn inflate(bytes: &[u8]) -> Option<String> {
    let mut inflated = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(bytes).take(INFLATED_MAX_BYTES + 1);
    decoder.read_to_end(&mut inflated).ok()?;
    if inflated.len() as u64 > INFLATED_MAX_BYTES {
        return None;
    }
    String::from_utf8(inflated).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn tags(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    fn encode(kind: char, text: &str) -> String {
        let mut encoder =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        let hex: String = encoder
            .finish()
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{kind}-{hex}")
    }

    #[test]
    fn tags_that_real_services_wrote() {
        for (tag, text) in [
            ("v-789cca492c492d2e01040000ffff08cc028e", "latest"),
            ("v-789c32d433d03300040000ffff02ce00ee", "1.0.0"),
            (
                "t-789caa562a28ca2fc94fcecf51b252ca2d4d2e50aa05040000ffff46a906e2",
                r#"{"protocol":"mucp"}"#,
            ),
            (
                "t-789cab562a28ca2fc94fcecf51b252ca2d4d2e50aa050046a906e2",
                r#"{"protocol":"mucp"}"#,
            ),
            (
                "t-789caa564a2acacf4e2d52b252ca28292950aa05040000ffff364d0600",
                r#"{"broker":"http"}"#,
            ),
            (
                "t-789caa562a4a4dcf2c2e29aa54b2524acecf2b2ecd51aa05040000ffff560f07c8",
                r#"{"registry":"consul"}"#,
            ),
            (
                "t-789caa562a4e2d2a4b2d52b2524a2f2a4856aa05040000ffff36fa05fe",
                r#"{"server":"grpc"}"#,
            ),
        ] {
            let micro = decode(&tags(&[tag])).expect(tag);
            assert_eq!(micro.tags[0].text, text);
            assert_eq!(micro.tags[0].raw, tag);
        }
    }

    #[test]
    fn one_service_as_a_whole() {
        let endpoint = r#"{"name":"Startkit.Call","request":{"name":"Request","type":"Request","values":[{"name":"name","type":"string","values":null}]},"response":{"name":"Response","type":"Response","values":null},"metadata":{"stream":"false"}}"#;
        let input = [
            encode('e', endpoint),
            "t-789caa562a4e2d2a4b2d52b2524a2f2a4856aa05040000ffff36fa05fe".to_owned(),
            "v-789cca492c492d2e01040000ffff08cc028e".to_owned(),
            "primary".to_owned(),
            r#"t={"old":"form"}"#.to_owned(),
        ];
        let micro = decode(&input).unwrap();
        assert_eq!(micro.version.as_deref(), Some("latest"));
        assert_eq!(micro.metadata["server"], "grpc");
        assert_eq!(micro.metadata["old"], "form");
        let endpoint = &micro.endpoints[0];
        assert_eq!(endpoint.name, "Startkit.Call");
        assert_eq!(endpoint.metadata["stream"], "false");
        let request = endpoint.request.as_ref().unwrap();
        assert_eq!(request.values[0].name, "name");
        assert!(request.values[0].values.is_empty());
        assert_eq!(micro.tags.len(), 4);
        assert_eq!(split(&input), (tags(&["primary"]), tags(&["latest"])));
    }

    #[test]
    fn what_does_not_decode_stays_a_tag() {
        let bomb = encode('t', &format!("{{\"a\":\"{}\"}}", "x".repeat(70_000)));
        for tag in [
            "v-",
            "v-789",
            "v-789C32D4",
            "v-zz",
            "v-00",
            // the last byte of the adler32 is wrong
            "v-789cca492c492d2e01040000ffff08cc028f",
            // cut short
            "v-789cca492c492d2e0104",
            "t=not json",
            "e={}x",
            "e=[]",
            "x-789c32d433d03300040000ffff02ce00ee",
            "",
            "v",
            "é-",
            bomb.as_str(),
        ] {
            assert_eq!(decode(&tags(&[tag])), None, "{tag}");
            assert_eq!(split(&tags(&[tag])).0, tags(&[tag]));
        }
    }

    #[test]
    fn deep_endpoints_are_refused_and_not_a_crash() {
        let deep = format!(
            r#"{{"name":"a","request":{}null{}}}"#,
            r#"{"values":["#.repeat(2_000),
            "]}".repeat(2_000)
        );
        assert_eq!(decode(&[format!("e={deep}")]), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(tag in "([etv][-=])?(789c)?[0-9a-f{}\":]{0,80}", other in "\\PC{0,40}") {
            let input = [tag, other];
            let _ = decode(&input);
            let _ = split(&input);
        }

        #[test]
        fn what_was_encoded_comes_back(text in "\\PC{0,200}") {
            let micro = decode(&[encode('v', &text)]).unwrap();
            prop_assert_eq!(micro.version, Some(text));
        }
    }
}

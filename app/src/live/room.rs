//! What one stream has room for.

use wire::live::TOPICS_MAX;

use crate::routes;

/// The topics of a stream take at most so much of its address: proxies (nginx) take a line of
/// 8 KiB, and a stream that is refused for its length would be refused for ever.
const TOPICS_MAX_BYTES: usize = 7 * 1024;

/// Who is told first where a stream cannot tell of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// What the page is about.
    Page,
    /// What stands beside it.
    Aside,
}

/// The topics that one stream tells of. Who comes first is taken first.
#[derive(Default)]
pub(super) struct Room {
    topics: Vec<String>,
    bytes: usize,
}

impl Room {
    /// Whether the stream tells of `topic`: there is room for it, or it is in already.
    pub(super) fn takes(&mut self, topic: &str) -> bool {
        if self.topics.iter().any(|known| known == topic) {
            return true;
        }
        let bytes = self.bytes + "topic=&".len() + routes::part(topic).len();
        let has_room = self.topics.len() < TOPICS_MAX && bytes <= TOPICS_MAX_BYTES;
        if has_room {
            self.bytes = bytes;
            self.topics.push(topic.to_owned());
        }
        has_room
    }

    /// What was taken, in the order of an address.
    pub(super) fn topics(&self) -> Vec<&str> {
        let mut topics: Vec<&str> = self.topics.iter().map(String::as_str).collect();
        topics.sort_unstable();
        topics
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;

    #[test]
    fn a_stream_has_room_for_so_many_topics() {
        let mut room = Room::default();
        for number in 0..TOPICS_MAX {
            assert!(room.takes(&format!("kv:{number}/@dc1")), "{number}");
        }
        assert!(!room.takes("nodes@dc1"));
        assert!(room.takes("kv:7/@dc1"), "it is in");
        let topics = room.topics();
        assert_eq!(topics.len(), TOPICS_MAX);
        assert_eq!(topics[..2], ["kv:0/@dc1", "kv:1/@dc1"]);
    }

    #[test]
    fn an_address_does_not_grow_too_long_for_those_on_its_way() {
        let mut room = Room::default();
        let taken = (0..TOPICS_MAX)
            .filter(|number| room.takes(&format!("kv:{}{number}/@dc1", "a/".repeat(60))))
            .count();
        assert!((20..TOPICS_MAX).contains(&taken), "{taken}");
        assert!(room.takes("nodes@dc1"), "a short one still fits");
        let length = api::live(&room.topics()).len();
        assert!(length < 7_200, "{length}");
    }
}

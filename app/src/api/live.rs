//! The address of the live stream.

use crate::routes::part;

/// A stream of `versions` of these topics.
#[must_use]
pub fn live(topics: &[&str]) -> String {
    let topics: Vec<String> = topics
        .iter()
        .map(|topic| format!("topic={}", part(topic)))
        .collect();
    format!("api/live?{}", topics.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_escaped_whole() {
        assert_eq!(
            live(&["services@@all", "kv:a/&b/@dc1"]),
            "api/live?topic=services%40%40all&topic=kv%3Aa%2F%26b%2F%40dc1"
        );
    }
}

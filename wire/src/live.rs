//! The live stream: which data changed, never the data themselves.

use std::fmt::Write as _;

/// How many topics one stream tells of at most.
pub const TOPICS_MAX: usize = 64;

/// Something that a page watches, as it stands in the stream and in its address:
/// `services@dc1`, `service:web@dc1`, `kv:omo/msa/@dc1`. The datacenter can be [`ALL`].
///
/// [`ALL`]: crate::datacenters::ALL
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic {
    /// What.
    pub subject: Subject,
    /// Where; empty for what is of no datacenter.
    pub datacenter: String,
}

/// What a topic is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// The datacenters and the agent.
    Datacenters,
    /// How a datacenter fares.
    Overview,
    /// The list of services.
    Services,
    /// One service with its instances.
    Service(String),
    /// The list of all instances.
    Instances,
    /// The list of nodes.
    Nodes,
    /// One node with its checks and what runs on it.
    Node(String),
    /// One level of keys; empty for the top, else with its ending `/`.
    Kv(String),
    /// One key with its value.
    Key(String),
    /// What became of all keys.
    History,
    /// What became of the keys that begin so.
    HistoryBelow(String),
    /// The list of sessions.
    Sessions,
}

impl Topic {
    /// What is of no datacenter.
    #[must_use]
    pub fn datacenters() -> Self {
        Self {
            subject: Subject::Datacenters,
            datacenter: String::new(),
        }
    }

    /// A subject in a datacenter.
    pub fn new(subject: Subject, datacenter: impl Into<String>) -> Self {
        Self {
            subject,
            datacenter: datacenter.into(),
        }
    }

    /// The topic that `text` names; none where it names none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (what, datacenter) = match text.split_once('@') {
            Some((what, datacenter)) if !datacenter.is_empty() => (what, datacenter),
            None => (text, ""),
            Some(_) => return None,
        };
        let (kind, name) = match what.split_once(':') {
            Some((kind, name)) => (kind, Some(unescape(name)?)),
            None => (what, None),
        };
        let subject = match (kind, name) {
            ("datacenters", None) if datacenter.is_empty() => return Some(Self::datacenters()),
            ("overview", None) => Subject::Overview,
            ("services", None) => Subject::Services,
            ("instances", None) => Subject::Instances,
            ("nodes", None) => Subject::Nodes,
            ("sessions", None) => Subject::Sessions,
            ("service", Some(name)) => Subject::Service(name),
            ("node", Some(name)) => Subject::Node(name),
            ("history", None) => Subject::History,
            ("history", Some(prefix)) => Subject::HistoryBelow(prefix),
            ("kv", Some(prefix)) => Subject::Kv(prefix),
            ("key", Some(key)) => Subject::Key(key),
            _ => return None,
        };
        (!datacenter.is_empty()).then(|| Self::new(subject, datacenter))
    }
}

impl std::fmt::Display for Topic {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, name) = match &self.subject {
            Subject::Datacenters => return formatter.write_str("datacenters"),
            Subject::Overview => ("overview", None),
            Subject::Services => ("services", None),
            Subject::Instances => ("instances", None),
            Subject::Nodes => ("nodes", None),
            Subject::Sessions => ("sessions", None),
            Subject::Service(name) => ("service", Some(name)),
            Subject::Node(name) => ("node", Some(name)),
            Subject::Kv(prefix) => ("kv", Some(prefix)),
            Subject::Key(key) => ("key", Some(key)),
            Subject::History => ("history", None),
            Subject::HistoryBelow(prefix) => ("history", Some(prefix)),
        };
        formatter.write_str(kind)?;
        if let Some(name) = name {
            formatter.write_char(':')?;
            formatter.write_str(&escape(name))?;
        }
        formatter.write_char('@')?;
        formatter.write_str(&self.datacenter)
    }
}

/// A name may hold what separates: `%` and `@`.
fn escape(name: &str) -> String {
    name.replace('%', "%25").replace('@', "%40")
}

fn unescape(name: &str) -> Option<String> {
    let mut parts = name.split('%');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (letter, rest) = part.split_at_checked(2)?;
        text.push(match letter {
            "25" => '%',
            "40" => '@',
            _ => return None,
        });
        text.push_str(rest);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_as_they_are_written() {
        for (text, subject, datacenter) in [
            ("services@dc1", Subject::Services, "dc1"),
            ("nodes@@all", Subject::Nodes, "@all"),
            ("instances@dc1", Subject::Instances, "dc1"),
            (
                "service:omo.msa.startkit@dc1",
                Subject::Service("omo.msa.startkit".into()),
                "dc1",
            ),
            ("history@dc1", Subject::History, "dc1"),
            (
                "history:a/b@dc1",
                Subject::HistoryBelow("a/b".into()),
                "dc1",
            ),
            ("kv:@dc1@east", Subject::Kv(String::new()), "dc1@east"),
            ("kv:omo/msa/@dc1", Subject::Kv("omo/msa/".into()), "dc1"),
            (
                "key:a%40b%2525:c@dc1",
                Subject::Key("a@b%25:c".into()),
                "dc1",
            ),
        ] {
            let topic = Topic::new(subject, datacenter);
            assert_eq!(topic.to_string(), text);
            assert_eq!(Topic::parse(text), Some(topic), "{text}");
        }
        assert_eq!(Topic::parse("datacenters"), Some(Topic::datacenters()));
    }

    #[test]
    fn what_names_no_topic_is_refused() {
        for text in [
            "",
            "services",
            "services@",
            "service@dc1",
            "services:a@dc1",
            "x@dc1",
            "key:%2@dc1",
            "key:%41@dc1",
            "datacenters@dc1",
            "@dc1",
        ] {
            assert_eq!(Topic::parse(text), None, "{text}");
        }
    }
}

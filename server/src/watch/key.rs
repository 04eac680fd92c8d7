//! What tells one watch from another.

use wire::live::Topic;

/// One task runs for each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// What and where.
    pub(crate) topic: Topic,
    /// Who looks: Consul leaves out what a token may not see.
    pub(crate) token: Token,
}

/// Whose token an agent is asked with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Token {
    /// The one that the settings give the agent, or none.
    #[default]
    Settings,
}

impl From<Topic> for Key {
    fn from(topic: Topic) -> Self {
        Self {
            topic,
            token: Token::default(),
        }
    }
}

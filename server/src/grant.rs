//! The right to change something. May be imported from anywhere.

/// Whoever holds one may write. Read-only mode makes none, so a write that forgot to ask for it
/// does not compile.
#[derive(Clone, Copy, Debug)]
pub struct WriteGrant(());

impl WriteGrant {
    /// A grant, unless waggle runs read-only.
    #[must_use]
    pub fn unless(read_only: bool) -> Option<Self> {
        (!read_only).then_some(Self(()))
    }
}

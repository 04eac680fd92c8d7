//! Sessions.

use wire::{
    rows::Rows,
    sessions::{Behavior, SessionRow},
};

use super::Seen;
use crate::consul::{Client, Contact, Error, Query, SessionEntry};

/// Every session; waits where `query` says so.
pub(crate) async fn read(client: &Client, query: &Query) -> Result<Seen<Rows<SessionRow>>, Error> {
    let answer = client.session().list(query).await?;
    let mut items: Vec<SessionRow> = answer.value.into_iter().map(row).collect();
    items.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let mut rows = Rows::whole(items);
    rows.filtered_by_acl = answer.meta.filtered_by_acl;
    Ok(Seen {
        value: rows,
        indexes: vec![answer.meta.index],
        contact: Contact::of([&answer.meta]),
    })
}

/// A session as the page shows it.
pub(crate) fn row(entry: SessionEntry) -> SessionRow {
    let of_services = entry.service_checks.into_iter().map(|check| check.id);
    SessionRow {
        id: entry.id,
        name: entry.name,
        node: entry.node,
        ttl: entry.ttl,
        behavior: if entry.behavior == Behavior::Delete.word() {
            Behavior::Delete
        } else {
            Behavior::Release
        },
        checks: entry.node_checks.into_iter().chain(of_services).collect(),
        lock_delay_milliseconds: entry.lock_delay / 1_000_000,
        create_index: entry.create_index,
    }
}

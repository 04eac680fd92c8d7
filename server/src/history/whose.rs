//! Whose token waggle writes with.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use wire::history::Who;

use crate::{consul::Query, datacenter::Place};

/// How long it is taken for true.
const KEPT: Duration = Duration::from_secs(300);

/// The owners, by datacenter.
#[derive(Debug, Default)]
pub(super) struct Whose(Mutex<HashMap<String, (Instant, Who)>>);

/// Through waggle, without a token or with one that cannot be asked about.
pub(super) fn nameless() -> Who {
    Who {
        through_waggle: true,
        ..Who::default()
    }
}

impl Whose {
    /// Who writes there, where that was asked before.
    pub(super) fn known(&self, place: &Place) -> Option<Who> {
        let known = self.all();
        let (asked, who) = known.get(&place.shown)?;
        (asked.elapsed() < KEPT).then(|| who.clone())
    }

    /// Who writes there.
    pub(super) async fn ask(&self, place: &Place) -> Who {
        if let Some(who) = self.known(place) {
            return who;
        }
        let query = &Query::in_datacenter(&place.dc);
        let asked = place
            .datacenters
            .read(|client| async move { client.acl().own_token(query).await });
        let who = match asked.await {
            Ok(token) => Who {
                accessor_id: token.accessor_id,
                name: token.description,
                ..nameless()
            },
            // the next one is asked for anew
            Err(error) if error.allows_next_agent() => return nameless(),
            // ACLs are off, mostly
            Err(_) => nameless(),
        };
        let known = (Instant::now(), who.clone());
        self.all().insert(place.shown.clone(), known);
        who
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, (Instant, Who)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

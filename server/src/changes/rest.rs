//! What remains of changes that a waggle which ended in the middle left behind.

use std::collections::HashMap;

use wire::changes::{Change, ChangeKind, Interrupted};

use super::{Changes, PLAN_MAX_BYTES, PlannedStep, Then, journal::Left, plan::About, read};
use crate::{error::Error, grant::WriteGrant};

impl Changes {
    /// The changes that a waggle which ended in the middle left behind, oldest first.
    #[must_use]
    pub fn interrupted(&self) -> Vec<Interrupted> {
        self.inner.journals.interrupted()
    }

    /// A plan of what remains of one of them, from what is there now.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, or where nothing remains; [`Error::BadRequest`]
    /// where the values that it wrote are not known any more.
    pub async fn plan_rest(&self, id: &str) -> Result<Change, Error> {
        let left = self.left(id)?;
        let steps = match left.kind() {
            ChangeKind::Delete => left
                .open()
                .map(|step| PlannedStep::delete(&step.place.datacenter, &step.place.key))
                .collect(),
            ChangeKind::Copy | ChangeKind::Move => self.rest_of_copy(&left).await?,
            _ => {
                return Err(Error::BadRequest(
                    "the values are not kept: make this change again where it came from, and its \
                     preview tells what remains"
                        .to_owned(),
                ));
            }
        };
        let about = About {
            goes_on_with: Some(id.to_owned()),
            ..About::default()
        };
        self.plan_of(left.kind(), steps, about).await
    }

    /// Forgets one of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn forget_interrupted(&self, _: WriteGrant, id: &str) -> Result<(), Error> {
        self.left(id)?;
        self.inner.journals.forget(id);
        Ok(())
    }

    fn left(&self, id: &str) -> Result<Left, Error> {
        self.inner
            .journals
            .find(id)
            .ok_or_else(|| Error::NotFound("no such change was left unfinished".to_owned()))
    }

    /// The steps whose sources are still there, with what those hold now: of a move the others are
    /// done, since a source goes last.
    async fn rest_of_copy(&self, left: &Left) -> Result<Vec<PlannedStep>, Error> {
        let mut wanted: HashMap<&str, Vec<String>> = HashMap::new();
        let open = || {
            left.open()
                .filter_map(|step| Some((step, step.from.as_ref()?)))
        };
        for (_, from) in open() {
            wanted
                .entry(&from.datacenter)
                .or_default()
                .push(from.key.clone());
        }
        let mut found = HashMap::new();
        for (datacenter, keys) in wanted {
            let place = self.place(datacenter).await?;
            for (key, seen) in read::keys(&place, keys, PLAN_MAX_BYTES).await? {
                found.insert((datacenter, key), seen);
            }
        }
        let steps = open().filter_map(|(step, from)| {
            let seen = found.get(&(from.datacenter.as_str(), from.key.clone()))?;
            let put = PlannedStep::put(
                &step.place.datacenter,
                &step.place.key,
                seen.bytes.clone(),
                seen.flags,
            );
            Some(if step.moves {
                put.moved_from(from.clone(), seen.modify_index, Then::Delete)
            } else {
                put.copied_from(from.clone(), seen.modify_index)
            })
        });
        Ok(steps.collect())
    }
}

//! Which changes are kept, and for how long: bounded in number, bytes and time.

use std::{cmp::Reverse, sync::Arc, time::Duration};

use wire::changes::Change;

use super::{Changes, Inner, LIFETIME, PLAN_MAX_BYTES, plan::Plan, read};
use crate::error::Error;

/// What all changes may have together.
const ALL_MAX_BYTES: usize = 256_000_000;

/// How many changes are kept at most.
const PLANS_MAX: usize = 100;

impl Inner {
    fn forget(&self) {
        self.plans().retain(|_, plan| !plan.has_expired());
    }
}

impl Changes {
    /// The changes that run or can still be taken back, the last one first.
    #[must_use]
    pub fn recent(&self) -> Vec<Change> {
        self.inner.forget();
        let plans: Vec<Arc<Plan>> = self.inner.plans().values().cloned().collect();
        let recent = plans.iter().filter(|plan| plan.is_recent());
        let mut changes: Vec<Change> = recent.map(|plan| plan.shown()).collect();
        // what runs has no end yet
        changes.sort_by_key(|change| Reverse(change.ended_at.unwrap_or(u64::MAX)));
        changes
    }

    /// Where the oldest previews stand in the way, they go, as does what was undone: who comes back
    /// to a preview makes it again.
    pub(super) fn keep(&self, plan: &Arc<Plan>) -> Result<(), Error> {
        self.inner.forget();
        let bytes = plan.held_bytes();
        if bytes > PLAN_MAX_BYTES {
            return Err(read::too_many_bytes(PLAN_MAX_BYTES));
        }
        let mut plans = self.inner.plans();
        loop {
            let held: usize = plans.values().map(|plan| plan.held_bytes()).sum();
            if plans.len() < PLANS_MAX && held + bytes <= ALL_MAX_BYTES {
                break;
            }
            let oldest = plans
                .values()
                .filter(|plan| !plan.is_recent())
                .min_by_key(|plan| plan.made)
                .map(|plan| plan.id.clone());
            match oldest {
                Some(id) => plans.remove(&id),
                None => {
                    return Err(Error::TooLarge(
                        "waggle keeps as many changes as it can, so that they can be undone; \
                         try again in ten minutes"
                            .to_owned(),
                    ));
                }
            };
        }
        plans.insert(plan.id.clone(), Arc::clone(plan));
        drop(plans);
        self.forget_later();
        Ok(())
    }

    pub(super) fn found(&self, id: &str) -> Result<Arc<Plan>, Error> {
        self.inner.forget();
        self.inner.plans().get(id).cloned().ok_or_else(|| {
            Error::NotFound(
                "there is no such change any more: changes are kept for ten minutes".to_owned(),
            )
        })
    }

    /// Values do not stay in memory because nobody asks again.
    pub(super) fn forget_later(&self) {
        let inner = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            tokio::time::sleep(LIFETIME + Duration::from_secs(1)).await;
            if let Some(inner) = inner.upgrade() {
                inner.forget();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use wire::changes::{ChangeKind, Outcome};

    use super::{
        super::{
            About, PlannedStep,
            derive::{Found, derive},
            plan::{Undoes, Wrote},
        },
        *,
    };
    use crate::{
        consul::{AgentAddress, AgentSettings, Client},
        datacenter::{Clusters, Datacenters},
        watch::Watches,
    };

    /// Of an agent that nobody asks.
    fn changes() -> Changes {
        let address: AgentAddress = "127.0.0.1:1".parse().unwrap();
        let client = Client::new(&AgentSettings::new(address)).unwrap();
        let clusters = Clusters::from(Datacenters::new(vec![client]));
        Changes::new(clusters.clone(), Watches::new(clusters), None)
    }

    /// A change of two keys of which the first is written, the second is not.
    fn half_done(changes: &Changes, about: About) -> Arc<Plan> {
        let step = |key: &str| PlannedStep::put("dc1", key, "new", 0);
        let records = derive(vec![step("a/x"), step("a/y")], &Found::new());
        let plan = Arc::new(Plan::new(ChangeKind::Import, records, about));
        changes.keep(&plan).unwrap();
        assert!(plan.begin(&wire::changes::Apply::default()));
        let wrote = Wrote {
            index: 7,
            source_index: 0,
        };
        plan.note(0, Outcome::Done, None, wrote);
        plan.note(1, Outcome::Failed, None, Wrote::default());
        plan
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_written_is_told_for_ten_minutes_and_then_forgotten() {
        let changes = changes();
        let plan = half_done(&changes, About::default());
        let running = changes.recent();
        assert_eq!((running.len(), running[0].undo_until), (1, None));
        tokio::time::advance(Duration::from_secs(60)).await;
        plan.end(None);
        let recent = changes.recent();
        assert_eq!((recent.len(), recent[0].undoable), (1, 1));
        assert_eq!(recent[0].folder, "a/");
        let left = recent[0].undo_until.unwrap() - recent[0].ended_at.unwrap();
        assert!((599_000..=601_000).contains(&left), "{left}");
        tokio::time::advance(Duration::from_secs(599)).await;
        assert_eq!(changes.recent().len(), 1);
        assert!(changes.found(&plan.id).unwrap().undo_steps().is_ok());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(changes.recent().is_empty());
        assert!(changes.found(&plan.id).is_err());
        assert!(changes.inner.plans().is_empty(), "no value stays in memory");
    }

    #[tokio::test(start_paused = true)]
    async fn values_go_though_nobody_asks() {
        let changes = changes();
        half_done(&changes, About::default()).end(None);
        changes.forget_later();
        tokio::time::sleep(LIFETIME + Duration::from_secs(2)).await;
        assert!(changes.inner.plans().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_one_is_the_first_and_a_preview_is_none() {
        let changes = changes();
        let first = half_done(&changes, About::default());
        first.end(None);
        // the clock of the world does not stand still
        std::thread::sleep(Duration::from_millis(3));
        let second = half_done(&changes, About::default());
        second.end(None);
        let running = half_done(&changes, About::default());
        let records = derive(vec![PlannedStep::delete("dc1", "a")], &Found::new());
        let preview = Plan::new(ChangeKind::Delete, records, About::default());
        changes.keep(&Arc::new(preview)).unwrap();
        let recent: Vec<String> = changes.recent().into_iter().map(|one| one.id).collect();
        let expected = [&running, &second, &first].map(|plan| plan.id.clone());
        assert_eq!(recent, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_undone_as_far_as_it_was() {
        let changes = changes();
        let plan = half_done(&changes, About::default());
        plan.end(None);
        let (steps, _) = plan.undo_steps().unwrap();
        assert_eq!(steps, [0], "the other was not written");
        let undoes = Undoes {
            id: plan.id.clone(),
            // the order of the undo is its own
            steps: vec![1, 0],
        };
        let about = About {
            undoes: Some(undoes),
            ..About::default()
        };
        let undo = half_done(&changes, about);
        assert_eq!(undo.taken_back(), [1]);
        plan.are_undone(&[]);
        assert_eq!(plan.shown().undoable, 1);
        plan.are_undone(&[0]);
        assert_eq!((plan.shown().undoable, plan.shown().undo_until), (0, None));
        assert!(plan.undo_steps().is_err() && !plan.is_recent());
    }
}

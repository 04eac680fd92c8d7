//! What tells that a topic changed.

use std::{cmp, time::Duration};

use futures::{StreamExt, stream};
use tokio::time::sleep;

use super::{AgentSource, Changes, Mark, Woken};
use crate::{
    consul::{Client, Contact, Meta},
    watch::trigger::Trigger,
};

/// How often it is looked whether a list has to be read whole.
const WORN_EVERY: Duration = Duration::from_secs(5);

impl AgentSource {
    /// Waits by the queries that tell of a change and nothing else.
    pub(super) fn follow_triggers(&self, triggers: Vec<Trigger>, mark: &Mark) -> Changes<'_> {
        let waits = triggers.into_iter().zip(&mark.indexes).enumerate();
        let waits = waits.map(|(place, (trigger, index))| {
            self.follow_trigger(place, trigger, *index, mark.agent.clone())
        });
        let mut waits: Vec<Changes<'_>> = waits.collect();
        waits.push(self.follow_leader(&mark.agent));
        waits.push(self.follow_wear());
        stream::select_all(waits).boxed()
    }

    fn follow_trigger(
        &self,
        place: usize,
        trigger: Trigger,
        first: u64,
        agent: String,
    ) -> Changes<'_> {
        stream::unfold(first, move |index| {
            let (trigger, agent) = (trigger.clone(), agent.clone());
            async move {
                let query = &self.query(Some(index));
                let asked = &trigger;
                let ask = |client: Client| async move { asked.ask(&client, query).await };
                let (woken, index) = match self.ask_same(&agent, ask).await {
                    Ok(Some(meta)) if meta.index == index => {
                        (Ok(Woken::Same(Contact::of([&meta]))), index)
                    }
                    // also backwards: either a table's own index, after one that covered more, or
                    // a store that was put back
                    Ok(Some(Meta { index: now, .. })) if now > 0 => {
                        if matches!(trigger, Trigger::Services | Trigger::Nodes) {
                            self.lists.catalog_changed();
                        }
                        self.heard(place, now);
                        (Ok(Woken::Moved), now)
                    }
                    Ok(_) => (Ok(Woken::Lost), index),
                    Err(error) => (Err(error), index),
                };
                Some((woken, index))
            }
        })
        .boxed()
    }

    fn follow_leader(&self, agent: &str) -> Changes<'_> {
        let heard = self.leaders.listen(&self.place, agent);
        stream::unfold(heard, |mut heard| async move {
            heard.changed().await;
            Some((Ok(Woken::Moved), heard))
        })
        .boxed()
    }

    /// What checks alone keep up to date is read whole now and then.
    fn follow_wear(&self) -> Changes<'_> {
        stream::unfold((), move |()| async move {
            loop {
                sleep(WORN_EVERY).await;
                if self.lists.is_worn() {
                    self.lists.catalog_changed();
                    return Some((Ok(Woken::Moved), ()));
                }
            }
        })
        .boxed()
    }

    /// Waits by the query that reads. Not every such wait says whether a leader stands behind it,
    /// and none says so before it ends.
    pub(super) fn follow_answer(&self, mark: &Mark) -> Changes<'_> {
        let first = mark.indexes.first().copied().unwrap_or_default();
        let agent = mark.agent.clone();
        let answers = stream::unfold(first, move |index| {
            let agent = agent.clone();
            async move {
                let query = &self.query(Some(index));
                let ask = |client: Client| async move { self.read_from(&client, query).await };
                let reading = match self.ask_same(&agent, ask).await {
                    Ok(Some(reading)) => reading,
                    Ok(None) => return Some((Ok(Woken::Lost), index)),
                    Err(error) => return Some((Err(error), index)),
                };
                let now = reading.mark.indexes.first().copied().unwrap_or_default();
                let woken = match now.cmp(&index) {
                    cmp::Ordering::Equal => Woken::Same(reading.contact),
                    cmp::Ordering::Greater => {
                        self.is_at(&reading.mark);
                        Woken::New(reading)
                    }
                    cmp::Ordering::Less => Woken::Lost,
                };
                Some((Ok(woken), now))
            }
        });
        stream::select(answers, self.follow_leader(&mark.agent)).boxed()
    }
}

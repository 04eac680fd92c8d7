//! Changes of many keys: a plan is made of what is there, shown, applied in transactions that
//! compare with what was shown, and can be taken back for a while.
//!
//! Plans live in memory, bounded in number and bytes. May be imported by `api` and `state`;
//! imports `watch`, `history`, `datacenter` and `consul`.

mod choice;
mod derive;
mod expand;
mod journal;
mod judge;
mod kept;
mod names;
mod plan;
mod planned;
mod read;
mod rest;
mod run;
mod send;
mod undo;
mod units;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use wire::changes::{
    Apply, Change, ChangeKind, ChangeState, CopyKeys, DeleteKeys, STEPS_MAX, Step, StepDetail,
    Steps,
};

pub(crate) use names::common_folder;
pub use planned::{Content, PlannedStep, Source, Then};
pub(crate) use read::{in_order, look_at, too_many_bytes};

use crate::{
    datacenter::{Clusters, Place},
    error::Error,
    grant::WriteGrant,
    history::History,
    watch::Watches,
};
use derive::{Found, derive};
use journal::Journals;
use plan::{About, Plan, Undoes};

/// How long a plan waits to be applied, and how long it can be taken back afterwards.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// What the values of one change may have together, before and after.
const PLAN_MAX_BYTES: usize = 128_000_000;

/// All changes of this waggle. A handle: clones share them.
#[derive(Clone)]
pub struct Changes {
    inner: Arc<Inner>,
    history: History,
}

struct Inner {
    clusters: Clusters,
    watches: Watches,
    plans: Mutex<HashMap<String, Arc<Plan>>>,
    journals: Journals,
}

impl Inner {
    fn plans(&self) -> MutexGuard<'_, HashMap<String, Arc<Plan>>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Changes {
    /// No change yet, of keys in these clusters; `watches` is told of what is written. What runs is
    /// noted in the data folder, where there is one.
    #[must_use]
    pub(crate) fn new(clusters: Clusters, watches: Watches, data_folder: Option<&Path>) -> Self {
        Self {
            inner: Arc::new(Inner {
                clusters,
                watches,
                plans: Mutex::default(),
                journals: Journals::open(data_folder),
            }),
            history: History::off(),
        }
    }

    /// The same changes; `history` is told what was written here.
    #[must_use]
    pub(crate) fn with_history(self, history: History) -> Self {
        Self { history, ..self }
    }

    /// A plan of these steps, each with what it would do to what is there now. Nothing is written.
    ///
    /// # Errors
    /// [`Error::BadRequest`] without any step, [`Error::TooLarge`] for too many or too large ones,
    /// [`Error::UnknownDatacenter`], or why the keys cannot be read.
    pub async fn plan(&self, kind: ChangeKind, steps: Vec<PlannedStep>) -> Result<Change, Error> {
        self.plan_of(kind, steps, About::default()).await
    }

    /// A plan that writes what a file holds; `repeats` is the folder that all its names begin with
    /// although it is put before them.
    ///
    /// # Errors
    /// As [`Self::plan`].
    pub async fn plan_import(
        &self,
        steps: Vec<PlannedStep>,
        repeats: Option<String>,
    ) -> Result<Change, Error> {
        let about = About {
            repeats,
            ..About::default()
        };
        self.plan_of(ChangeKind::Import, steps, about).await
    }

    /// A plan that deletes keys and folders.
    ///
    /// # Errors
    /// As [`Self::plan`]; [`Error::NotFound`] where nothing is there.
    pub async fn plan_delete(&self, request: DeleteKeys) -> Result<Change, Error> {
        let place = self.place(&request.datacenter).await?;
        let keys = expand::named(&place, request.keys, request.matching.as_ref()).await?;
        if request
            .matching
            .is_some_and(|matching| expand::is_everything(&matching))
        {
            return Err(Error::BadRequest(
                "all of the top folder would be the whole store".to_owned(),
            ));
        }
        let steps = expand::delete(&place, &keys).await?;
        let emptied = expand::folders(&place, &keys);
        self.plan_of(ChangeKind::Delete, steps, About::emptied(emptied))
            .await
    }

    /// A plan that copies or moves keys and folders.
    ///
    /// # Errors
    /// As [`Self::plan`]; [`Error::NotFound`] where nothing is there.
    pub async fn plan_copy(
        &self,
        kind: ChangeKind,
        mut request: CopyKeys,
    ) -> Result<Change, Error> {
        let from = self.place(&request.datacenter).await?;
        let matching = request.matching.take();
        request.keys = expand::named(&from, request.keys, matching.as_ref()).await?;
        let to = match &request.to_datacenter {
            Some(datacenter) => self.place(datacenter).await?,
            None => from.clone(),
        };
        let targets = expand::targets(&request, from.shown == to.shown)?;
        let is_move = kind == ChangeKind::Move;
        let steps = expand::copy(&from, &to, &targets, is_move).await?;
        let emptied = if is_move {
            expand::folders(&from, &request.keys)
        } else {
            Vec::new()
        };
        self.plan_of(kind, steps, About::emptied(emptied)).await
    }

    /// A plan that takes back what this change did.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is forgotten, [`Error::BadRequest`] where there is nothing to
    /// take back.
    pub async fn plan_undo(&self, id: &str) -> Result<Change, Error> {
        let (numbers, steps) = self.found(id)?.undo_steps()?;
        let undoes = Undoes {
            id: id.to_owned(),
            steps: numbers,
        };
        let about = About {
            undoes: Some(undoes),
            ..About::default()
        };
        self.plan_of(ChangeKind::Undo, steps, about).await
    }

    /// The change of this name.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none any more.
    pub fn get(&self, id: &str) -> Result<Change, Error> {
        Ok(self.found(id)?.shown())
    }

    /// Some steps of a change: those with this action or outcome, or all.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such change any more.
    pub fn steps(
        &self,
        id: &str,
        offset: usize,
        limit: usize,
        only: impl Fn(&Step) -> bool,
    ) -> Result<Steps, Error> {
        Ok(self.found(id)?.steps(offset, limit, only))
    }

    /// One step with its values.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn step(&self, id: &str, number: usize) -> Result<StepDetail, Error> {
        self.found(id)?
            .detail(number)
            .ok_or_else(|| Error::NotFound(format!("the change has no step {number}")))
    }

    /// Carries out a planned change, beside the caller. One that runs or is over stays as it is:
    /// nothing is sent twice.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such change any more.
    pub fn apply(&self, grant: WriteGrant, id: &str, how: &Apply) -> Result<Change, Error> {
        let plan = self.found(id)?;
        if plan.begin(how) {
            if let Some(left) = &plan.about.goes_on_with {
                self.inner.journals.forget(left);
            }
            let changes = self.clone();
            let running = Arc::clone(&plan);
            tokio::spawn(async move {
                run::run(&changes, &running, grant).await;
                changes.forget_later();
            });
        }
        Ok(plan.shown())
    }

    /// Ends a change: a planned one is forgotten, a running one stops after what is under way.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such change any more.
    pub fn cancel(&self, id: &str) -> Result<Change, Error> {
        let plan = self.found(id)?;
        plan.cancel();
        let shown = plan.shown();
        if shown.state == ChangeState::Planned {
            self.inner.plans().remove(id);
        }
        Ok(shown)
    }

    async fn plan_of(
        &self,
        kind: ChangeKind,
        steps: Vec<PlannedStep>,
        about: About,
    ) -> Result<Change, Error> {
        check_size(&steps)?;
        let found = self.read(&steps).await?;
        let records = derive(steps, &found);
        let plan = Arc::new(Plan::new(kind, records, about));
        self.keep(&plan)?;
        Ok(plan.shown())
    }

    /// What is at the keys that the steps write.
    async fn read(&self, steps: &[PlannedStep]) -> Result<Found, Error> {
        let mut wanted: HashMap<&str, Vec<String>> = HashMap::new();
        for (datacenter, key) in steps.iter().flat_map(PlannedStep::writes) {
            wanted.entry(datacenter).or_default().push(key.to_owned());
        }
        let mut found = Found::new();
        for (datacenter, mut keys) in wanted {
            let place = self.place(datacenter).await?;
            keys.sort_unstable();
            keys.dedup();
            for (key, seen) in read::keys(&place, keys, PLAN_MAX_BYTES).await? {
                found.insert((datacenter.to_owned(), key), seen);
            }
        }
        Ok(found)
    }

    async fn place(&self, datacenter: &str) -> Result<Place, Error> {
        let unknown = || Error::UnknownDatacenter(datacenter.to_owned());
        let place = self.inner.clusters.of(datacenter).ok_or_else(unknown)?;
        match place.datacenters.knows(&place.dc).await {
            Ok(false) => Err(unknown()),
            // where the names cannot be had, the question itself says why
            Ok(true) | Err(_) => Ok(place),
        }
    }
}

fn check_size(steps: &[PlannedStep]) -> Result<(), Error> {
    if steps.is_empty() {
        return Err(Error::BadRequest("there is nothing to change".to_owned()));
    }
    if steps.iter().any(|step| step.key.is_empty()) {
        return Err(Error::BadRequest(
            "a key has at least one letter".to_owned(),
        ));
    }
    if steps.len() > STEPS_MAX {
        return Err(Error::TooLarge(format!(
            "{} keys are more than the {STEPS_MAX} that one change may have",
            steps.len()
        )));
    }
    let bytes: usize = steps.iter().map(PlannedStep::held_bytes).sum();
    if bytes > PLAN_MAX_BYTES {
        return Err(read::too_many_bytes(PLAN_MAX_BYTES));
    }
    Ok(())
}

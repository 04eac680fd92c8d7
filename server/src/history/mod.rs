//! What became of keys: seen by the `recorder`, kept by the `store`. `api` reads it and says what
//! waggle itself changed; it imports `datacenter` and `consul`, and never stops waggle: where it
//! cannot record it says why.

mod attribution;
mod news;
mod recorder;
mod rules;
mod store;
#[cfg(test)]
mod tests;
mod whose;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{sync::watch, task::JoinSet, time::MissedTickBehavior};
use wire::{
    history::{Off, PlaceState, RecordedPlace, Recording},
    kv::is_secret,
};

use crate::{
    config::{Config, HistoryConfig},
    datacenter::{Clusters, Place},
};
use attribution::Attributions;
use news::News;
use recorder::{Recorder, Status};
use whose::Whose;

pub(crate) use news::Following;
pub(crate) use recorder::LIMITS;
pub(crate) use rules::Rules;
pub(crate) use store::{KnownKey, Range, Store, Wanted, Written};

/// How often it is looked whether there are more datacenters.
const DATACENTERS_EVERY: Duration = Duration::from_secs(30);

/// How often what is too old goes, and the size is looked at.
const ROOM_EVERY: Duration = Duration::from_secs(10 * 60);

/// The same where much comes in.
const ROOM_LOOK_EVERY: Duration = Duration::from_secs(5);

/// What became of keys. A handle: clones share it.
#[derive(Clone, Debug)]
pub struct History(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: HistoryConfig,
    store: Option<Store>,
    /// Why nothing is recorded, from the start.
    off: Option<(Off, String)>,
    /// Why nothing could be written lately.
    trouble: Mutex<Option<String>>,
    attributions: Attributions,
    news: News,
    places: Mutex<BTreeMap<String, Recorded>>,
    whose: Whose,
}

/// A datacenter that is recorded.
#[derive(Debug)]
struct Recorded {
    status: Arc<Status>,
    rules: watch::Sender<Rules>,
}

/// Why what is recorded cannot be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotChosen {
    /// Nothing is recorded there.
    Off,
    /// The settings' file says it.
    Fixed,
    /// What is wrong with it.
    Wrong(String),
    /// It could not be kept, in the database's words.
    Store(String),
}

/// What waggle did to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It wrote it: the `ModifyIndex` is this then.
    Wrote(u64),
    /// It deleted it.
    Deleted,
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

/// What is watched in a datacenter.
pub(crate) struct Watched(Option<RecordedPlace>);

impl Watched {
    /// Whether what was recorded of this key is as it is now, but for a moment.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.as_ref().is_some_and(|place| {
            matches!(place.state, PlaceState::Watching | PlaceState::Polling)
                && place
                    .prefixes
                    .iter()
                    .any(|prefix| key.starts_with(prefix.as_str()))
                && !is_secret(&place.exclude, key)
        })
    }
}

impl History {
    /// None.
    #[must_use]
    pub fn off() -> Self {
        Self::new(
            HistoryConfig::default(),
            None,
            Some((Off::AskedFor, String::new())),
        )
    }

    /// As the settings say. Where its file cannot be used, it is off and says why.
    pub async fn open(config: &Config) -> Self {
        let settings = config.history.clone();
        if !settings.on {
            return Self::new(settings, None, Some((Off::AskedFor, String::new())));
        }
        match Store::open(&settings, &config.secret_keys).await {
            Ok(store) if store.writes() => Self::new(settings, Some(store), None),
            Ok(store) => {
                tracing::warn!("history is not recorded: another waggle records into its folder");
                Self::new(settings, Some(store), Some((Off::InUse, String::new())))
            }
            Err(not_open) => {
                tracing::warn!(reason = not_open.detail, "history is off");
                Self::new(settings, None, Some((not_open.off, not_open.detail)))
            }
        }
    }

    fn new(config: HistoryConfig, store: Option<Store>, off: Option<(Off, String)>) -> Self {
        Self(Arc::new(Inner {
            config,
            store,
            off,
            trouble: Mutex::default(),
            attributions: Attributions::default(),
            news: News::default(),
            places: Mutex::default(),
            whose: Whose::default(),
        }))
    }

    /// Records every datacenter, for as long as it is polled.
    pub async fn record(&self, clusters: &Clusters) {
        let Some(store) = self.recording() else {
            return std::future::pending().await;
        };
        let mut recorders = JoinSet::new();
        let mut places = tokio::time::interval(DATACENTERS_EVERY);
        let mut room = tokio::time::interval(ROOM_LOOK_EVERY);
        places.set_missed_tick_behavior(MissedTickBehavior::Delay);
        room.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut made_room = None::<tokio::time::Instant>;
        loop {
            tokio::select! {
                _ = places.tick() => {
                    for known in clusters.known().await {
                        for place in known.places.into_iter().flatten() {
                            self.begin(&mut recorders, store, place).await;
                        }
                    }
                }
                _ = room.tick() => {
                    let due = made_room.is_none_or(|made| made.elapsed() >= ROOM_EVERY);
                    if due || store.may_be_full().await {
                        made_room = Some(tokio::time::Instant::now());
                        if let Err(error) = store.make_room(now()).await {
                            self.cannot_write(&error);
                        }
                    }
                }
            }
        }
    }

    async fn begin(&self, recorders: &mut JoinSet<()>, store: &Store, place: Place) {
        if self.places().contains_key(&place.shown) {
            return;
        }
        let rules = match self.rules(store, &place.shown).await {
            Ok(rules) => watch::Sender::new(rules),
            Err(error) => return self.cannot_write(&error),
        };
        let status = Arc::new(Status::default());
        let recorded = Recorded {
            status: Arc::clone(&status),
            rules: rules.clone(),
        };
        self.places().insert(place.shown.clone(), recorded);
        recorders.spawn(Recorder::new(self, store, place, status, rules.subscribe()).run());
    }

    /// What is recorded of a datacenter.
    async fn rules(&self, store: &Store, datacenter: &str) -> Result<Rules, sqlx::Error> {
        match self.fixed() {
            Some(rules) => Ok(rules),
            None => store.chosen(datacenter).await,
        }
    }

    /// What the settings' file says is recorded; none where it says nothing of it.
    pub(crate) fn fixed(&self) -> Option<Rules> {
        let HistoryConfig {
            prefixes, exclude, ..
        } = &self.0.config;
        (!prefixes.is_empty() || !exclude.is_empty()).then(|| Rules {
            prefixes: prefixes.clone(),
            exclude: exclude.clone(),
        })
    }

    /// Whether something of a datacenter is recorded.
    pub(crate) fn records(&self, datacenter: &str) -> bool {
        self.recording().is_some() && self.chosen(datacenter).is_some()
    }

    /// What is recorded of a datacenter; none where nothing is.
    pub(crate) fn chosen(&self, datacenter: &str) -> Option<Rules> {
        let places = self.places();
        let recorded = places.get(datacenter)?;
        Some(recorded.rules.borrow().clone())
    }

    /// Records this of a datacenter from now on, also after a restart.
    ///
    /// # Errors
    /// Why not; what was recorded before still is.
    pub(crate) async fn choose(&self, datacenter: &str, rules: Rules) -> Result<(), NotChosen> {
        let store = self.recording().ok_or(NotChosen::Off)?;
        if self.fixed().is_some() {
            return Err(NotChosen::Fixed);
        }
        if let Some(wrong) = rules.wrong() {
            return Err(NotChosen::Wrong(wrong));
        }
        if self.chosen(datacenter).is_none() {
            return Err(NotChosen::Off);
        }
        let kept = store.choose(datacenter, &rules).await;
        kept.map_err(|error| NotChosen::Store(error.to_string()))?;
        if let Some(recorded) = self.places().get(datacenter) {
            recorded.rules.send_replace(rules);
        }
        Ok(())
    }

    /// waggle itself changed a key: that is told to whoever looks at the change.
    pub fn attribute(&self, place: &Place, key: &str, change: Change) {
        self.attribute_each(place, vec![(key.to_owned(), change)]);
    }

    /// The same for many keys at once.
    pub fn attribute_each(&self, place: &Place, changes: Vec<(String, Change)>) {
        let Some(store) = self.recording().filter(|_| !changes.is_empty()) else {
            return;
        };
        let changes: Vec<(String, Option<u64>)> = changes
            .into_iter()
            .map(|(key, change)| match change {
                Change::Wrote(index) => (key, Some(index)),
                Change::Deleted => (key, None),
            })
            .collect();
        let known = self.0.whose.known(place);
        let attributions = &self.0.attributions;
        let so_far = known.clone().unwrap_or_else(whose::nameless);
        for (key, index) in &changes {
            attributions.note(&place.shown, key, *index, &so_far);
        }
        // nobody who saved waits for this
        let (history, store, place) = (self.clone(), store.clone(), place.clone());
        let since = now().saturating_sub(10_000);
        tokio::spawn(async move {
            let who = history.0.whose.ask(&place).await;
            if known.as_ref() != Some(&who) {
                for (key, index) in &changes {
                    let attributions = &history.0.attributions;
                    attributions.rename(&place.shown, key, *index, &who);
                }
            }
            // it may have been seen before it was said
            match store.attribute(&place.shown, &changes, since, &who).await {
                Ok(said) => history.tell(&place.shown, &said),
                Err(error) => tracing::debug!(%error, "who changed keys is not kept"),
            }
        });
    }

    /// What was recorded; none where there is nothing to read.
    pub(crate) fn store(&self) -> Option<&Store> {
        self.0.store.as_ref()
    }

    /// Follows what becomes of keys.
    pub(crate) fn follow(&self, datacenter: &str, range: Range) -> Following {
        self.0.news.follow(datacenter, range)
    }

    /// What is watched in a datacenter.
    pub(crate) fn watched(&self, datacenter: &str) -> Watched {
        let places = self.places();
        Watched(places.get(datacenter).map(|recorded| recorded.status.now()))
    }

    /// How it fares.
    pub(crate) async fn state(&self) -> Recording {
        let trouble = self.trouble().clone();
        let (off, off_detail) = match (&self.0.off, trouble) {
            (Some((off, detail)), _) => (Some(*off), detail.clone()),
            (None, Some(detail)) => (Some(Off::Store), detail),
            (None, None) => (None, String::new()),
        };
        let places: Vec<RecordedPlace> = self
            .places()
            .values()
            .map(|recorded| recorded.status.now())
            .collect();
        let mut recording = Recording {
            off,
            off_detail,
            keep_days: self.0.config.keep_days,
            places,
            ..Recording::default()
        };
        if let Some(store) = self.store() {
            recording.readable = true;
            recording.keep_days = store.keep_days();
            recording.store_max_bytes = store.max_bytes();
            recording.file = store
                .file()
                .map(|file| file.display().to_string())
                .unwrap_or_default();
            recording.store_bytes = store.bytes().await.unwrap_or_default();
            recording.oldest = store.oldest().await.unwrap_or_default();
        }
        recording
    }

    /// The store, where it is written.
    fn recording(&self) -> Option<&Store> {
        self.0.store.as_ref().filter(|store| store.writes())
    }

    fn attributions(&self) -> &Attributions {
        &self.0.attributions
    }

    fn tell(&self, datacenter: &str, written: &Written) {
        self.0.news.tell(datacenter, written);
    }

    fn cannot_write(&self, error: &sqlx::Error) {
        *self.trouble() = Some(error.to_string());
    }

    fn wrote_well(&self) {
        self.trouble().take();
    }

    fn trouble(&self) -> MutexGuard<'_, Option<String>> {
        self.0
            .trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn places(&self) -> MutexGuard<'_, BTreeMap<String, Recorded>> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What is being written, on disk for as long as it is: a waggle that was killed in the middle of a
//! change tells after its next start which change it was, how far it came, and plans what remains.
//! Names and indexes of keys only, no value. It outlives the process, not the machine.

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use wire::changes::{ChangeKind, Interrupted, KeyPlace};

use super::{derive::Record, plan::Plan, planned::Then};
use crate::history::now;

/// The folder in that of `--data-dir`.
const FOLDER: &str = "changes";

/// Where journals are kept, and what was found there at the start.
#[derive(Clone, Debug, Default)]
pub(super) struct Journals {
    folder: Option<PathBuf>,
    left: Arc<Mutex<Vec<Left>>>,
}

/// A change that was not brought to its end.
#[derive(Clone, Debug)]
pub(super) struct Left {
    head: Head,
    noted: Noted,
    file: PathBuf,
}

/// How far a journal says that its change came.
#[derive(Clone, Debug, Default)]
struct Noted {
    done: HashSet<usize>,
    /// Steps of which it is not known, or that are at both ends of a move.
    unsure: HashSet<usize>,
    /// Steps that were sent, and of which nothing was noted after that.
    sent: Vec<usize>,
}

/// Every line of a journal but the first: steps by number.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// They are about to be sent.
    Sends(Vec<usize>),
    /// What became of those that were sent: nothing of what is not named.
    Became {
        done: Vec<usize>,
        unsure: Vec<usize>,
    },
}

/// The first line of a journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Head {
    id: String,
    kind: ChangeKind,
    /// Milliseconds since 1970.
    began: u64,
    steps: Vec<Written>,
}

/// A step that is to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    number: usize,
    pub(super) place: KeyPlace,
    /// The key that its value comes from.
    pub(super) from: Option<KeyPlace>,
    /// That key goes then.
    pub(super) moves: bool,
    /// The key goes.
    pub(super) deletes: bool,
}

/// The journal of a change that runs.
pub(super) struct Journal {
    /// Locked for as long as it is open: another process does not take it for one that was left.
    file: Mutex<File>,
    path: PathBuf,
}

impl Journals {
    /// Those in this data folder; none are kept without one.
    pub(super) fn open(data_folder: Option<&Path>) -> Self {
        let folder = data_folder.map(|folder| folder.join(FOLDER));
        let left = folder.as_deref().map(find).unwrap_or_default();
        Self {
            folder,
            left: Arc::new(Mutex::new(left)),
        }
    }

    /// Notes what is about to be written.
    pub(super) fn begin(&self, plan: &Plan, open: &[(usize, Record)]) -> Option<Journal> {
        let folder = self.folder.as_deref()?;
        let head = Head {
            id: plan.id.clone(),
            kind: plan.kind,
            began: now(),
            steps: open
                .iter()
                .map(|(n, record)| Written::of(*n, record))
                .collect(),
        };
        match Journal::write(folder, &head) {
            Ok(journal) => Some(journal),
            Err(error) => {
                // the change itself does not depend on it
                tracing::warn!(%error, "a change is not noted in the data folder");
                None
            }
        }
    }

    /// What was left by a waggle that ended in the middle.
    pub(super) fn interrupted(&self) -> Vec<Interrupted> {
        self.left().iter().map(Left::shown).collect()
    }

    /// One of them.
    pub(super) fn find(&self, id: &str) -> Option<Left> {
        self.left().iter().find(|left| left.head.id == id).cloned()
    }

    /// Nobody needs to know of it any more.
    pub(super) fn forget(&self, id: &str) {
        self.left().retain(|left| {
            let stays = left.head.id != id;
            if !stays {
                remove(&left.file);
            }
            stays
        });
    }

    fn left(&self) -> MutexGuard<'_, Vec<Left>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Left {
    pub(super) fn kind(&self) -> ChangeKind {
        self.head.kind
    }

    /// The steps that are not known to be done.
    pub(super) fn open(&self) -> impl Iterator<Item = &Written> {
        let steps = self.head.steps.iter();
        steps.filter(|step| !self.noted.done.contains(&step.number))
    }

    fn shown(&self) -> Interrupted {
        let mut datacenters: Vec<String> = Vec::new();
        for step in &self.head.steps {
            if !datacenters.contains(&step.place.datacenter) {
                datacenters.push(step.place.datacenter.clone());
            }
        }
        Interrupted {
            id: self.head.id.clone(),
            kind: self.head.kind,
            began: self.head.began,
            total: self.head.steps.len(),
            done: self.noted.done.len(),
            unsure: self.noted.unsure.len() + self.noted.sent.len(),
            datacenters,
        }
    }
}

impl Written {
    fn of(number: usize, record: &Record) -> Self {
        let planned = &record.planned;
        let source = planned.source.as_ref();
        Self {
            number,
            place: KeyPlace {
                datacenter: planned.datacenter.clone(),
                key: planned.key.clone(),
            },
            from: source.map(|source| source.place.clone()),
            moves: source.is_some_and(|source| source.then == Then::Delete),
            deletes: planned.put.is_none(),
        }
    }
}

impl Journal {
    fn write(folder: &Path, head: &Head) -> io::Result<Self> {
        make_folder(folder)?;
        let path = folder.join(format!("{}.jsonl", head.id));
        let mut file = OpenOptions::new()
            .create_new(true)
            .append(true)
            .open(&path)?;
        file.try_lock().map_err(io::Error::other)?;
        let mut line = serde_json::to_vec(head)?;
        line.push(b'\n');
        file.write_all(&line)?;
        Ok(Self {
            file: Mutex::new(file),
            path,
        })
    }

    /// These steps are about to be sent.
    pub(super) fn sends(&self, numbers: &[usize]) {
        self.add(&Line::Sends(numbers.to_vec()));
    }

    /// Of the steps that were sent these are done, and of these it is not known how far.
    pub(super) fn note(&self, done: Vec<usize>, unsure: Vec<usize>) {
        self.add(&Line::Became { done, unsure });
    }

    fn add(&self, line: &Line) {
        let Ok(mut line) = serde_json::to_vec(line) else {
            return;
        };
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(&line) {
            tracing::warn!(%error, "how far a change is is not noted in the data folder");
        }
    }

    /// It came to an end that was told.
    pub(super) fn end(self) {
        remove(&self.path);
    }
}

fn find(folder: &Path) -> Vec<Left> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut left: Vec<Left> = files.filter_map(|entry| read(&entry.path())).collect();
    left.sort_by_key(|left| left.head.began);
    left
}

/// What a journal tells; none where it is another process' or cannot be read.
fn read(path: &Path) -> Option<Left> {
    path.extension().filter(|ending| *ending == "jsonl")?;
    let file = File::open(path).ok()?;
    // held by who writes it; free again as soon as it is read
    file.try_lock_shared().ok()?;
    let mut lines = BufReader::new(&file).lines().map_while(Result::ok);
    let head: Head = serde_json::from_str(&lines.next()?).ok()?;
    let mut noted = Noted::default();
    // the last line may be cut off
    for line in lines.filter_map(|line| serde_json::from_str(&line).ok()) {
        match line {
            Line::Sends(numbers) => noted.sent = numbers,
            Line::Became { done, unsure } => {
                noted.sent.clear();
                noted.done.extend(done);
                noted.unsure.extend(unsure);
            }
        }
    }
    Some(Left {
        head,
        noted,
        file: path.to_owned(),
    })
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(%error, "a note of a change stays in the data folder");
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        let place = |key: &str| KeyPlace {
            datacenter: "dc1".into(),
            key: key.into(),
        };
        let steps = (0..5).map(|number| Written {
            number,
            place: place(&format!("to/{number}")),
            from: Some(place(&format!("from/{number}"))),
            moves: true,
            deletes: false,
        });
        Head {
            id: "1".into(),
            kind: ChangeKind::Move,
            began: 7,
            steps: steps.collect(),
        }
    }

    #[test]
    fn what_was_left_is_found_and_what_runs_is_not() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join(FOLDER);
        let journal = Journal::write(&folder, &head()).unwrap();
        journal.sends(&[0, 1, 2]);
        journal.note(vec![0], vec![2]);
        journal.sends(&[3, 4]);
        assert!(Journals::open(Some(data.path())).interrupted().is_empty());
        let path = journal.path.clone();
        drop(journal);
        // killed in the middle of a line
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"became\":{\"done\":[3").unwrap();
        drop(file);
        fs::write(folder.join("other.jsonl"), "no journal").unwrap();
        let journals = Journals::open(Some(data.path()));
        let found = journals.interrupted();
        let [found] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!((found.total, found.done, found.unsure), (5, 1, 3));
        let left = journals.find("1").unwrap();
        assert_eq!(left.open().cloned().collect::<Vec<_>>(), head().steps[1..]);
        journals.forget("1");
        assert!(journals.interrupted().is_empty() && !path.exists());
    }

    #[test]
    fn what_ended_leaves_nothing() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join(FOLDER);
        Journal::write(&folder, &head()).unwrap().end();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        assert!(Journals::open(None).interrupted().is_empty());
    }
}

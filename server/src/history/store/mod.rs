//! The embedded database of what became of keys: one SQLite file that is read by anybody who has
//! `sqlite3`. Its queries and migrations are plain SQL; what only SQLite knows is in this file and
//! in `space`. Knows wire and settings, no agent.

mod chosen;
mod contents;
mod covered;
mod everywhere;
mod known;
mod lock;
#[cfg(test)]
mod million;
mod notes;
mod people;
mod queries;
mod read;
mod row;
mod rows;
mod secret;
mod space;
mod write;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Pool, Row, Sqlite, Transaction,
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions,
        SqliteSynchronous,
    },
};
use tokio::sync::Mutex;
use wire::history::Off;

pub(crate) use known::KnownKey;
pub(crate) use read::Wanted;
pub(crate) use write::{Range, Seen, Written};

use crate::config::HistoryConfig;
use lock::Lock;
use secret::HashKey;

/// The file in the folder.
const FILE: &str = "history.db";

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

/// The database that queries are written for.
type Db = Sqlite;

/// Why there is no store.
#[derive(Debug)]
pub(crate) struct NotOpen {
    pub(crate) off: Off,
    /// In the words of what refused.
    pub(crate) detail: String,
}

/// An open store. A handle: clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Reads do not wait for writes.
    reader: Pool<Db>,
    /// One connection.
    writer: Pool<Db>,
    numbers: Mutex<Numbers>,
    /// None in memory.
    file: Option<PathBuf>,
    key: HashKey,
    settings: StoreSettings,
    /// Held for as long as the store is open; none where another waggle has it, which writes.
    lock: Option<Lock>,
}

/// What the store needs to know of the settings.
#[derive(Clone, Debug)]
struct StoreSettings {
    secret_keys: Vec<String>,
    max_value_bytes: usize,
    max_bytes: u64,
    keep_days: u32,
}

/// What the next rows are numbered with: we are the only one who writes.
#[derive(Debug)]
struct Numbers {
    record: i64,
    content: i64,
    /// The time of the last record, in milliseconds since 1970.
    seen: i64,
    /// Bytes that came in since the size was looked at.
    grown: u64,
    /// Only what is new pushes out: no more values are kept until there is room.
    full: bool,
}

impl Store {
    /// Opens or makes the store that the settings name.
    ///
    /// # Errors
    /// Why it cannot be used; the file stays as it is.
    pub(crate) async fn open(
        config: &HistoryConfig,
        secret_keys: &[String],
    ) -> Result<Self, NotOpen> {
        let settings = StoreSettings {
            secret_keys: secret_keys.to_vec(),
            max_value_bytes: config.max_value_bytes,
            max_bytes: u64::from(config.max_megabytes) * 1024 * 1024,
            keep_days: config.keep_days,
        };
        match &config.folder {
            Some(folder) => Self::in_folder(folder, settings).await,
            None => Self::in_memory(settings).await.map_err(broken),
        }
    }

    async fn in_folder(folder: &Path, settings: StoreSettings) -> Result<Self, NotOpen> {
        let refused = |error: std::io::Error| NotOpen {
            off: Off::Folder,
            detail: format!("{}: {error}", folder.display()),
        };
        make_folder(folder).map_err(refused)?;
        let lock = Lock::take(folder).map_err(refused)?;
        let key = HashKey::in_folder(folder).map_err(refused)?;
        let file = folder.join(FILE);
        let options = options().filename(&file).create_if_missing(true);
        let opened = async {
            let writer = pool(options.clone(), 1).await?;
            if lock.is_some() {
                migrate(&writer).await?;
            }
            only_ours(&file);
            let reader = pool(options, 3).await?;
            Self::over(reader, writer, Some(file.clone()), key, settings, lock).await
        };
        opened.await.map_err(broken)
    }

    async fn in_memory(settings: StoreSettings) -> Result<Self, sqlx::Error> {
        // each connection would be a database of its own
        let only = pool(options().in_memory(true), 1).await?;
        migrate(&only).await?;
        let key = HashKey::random();
        Self::over(only.clone(), only, None, key, settings, Some(Lock::none())).await
    }

    async fn over(
        reader: Pool<Db>,
        writer: Pool<Db>,
        file: Option<PathBuf>,
        key: HashKey,
        settings: StoreSettings,
        lock: Option<Lock>,
    ) -> Result<Self, sqlx::Error> {
        let highest = "SELECT COALESCE(MAX(id), 0) AS id, COALESCE(MAX(seen), 0) AS seen \
                       FROM records";
        let records = sqlx::query(highest).fetch_one(&reader).await?;
        let contents = sqlx::query("SELECT COALESCE(MAX(id), 0) AS id FROM contents")
            .fetch_one(&reader)
            .await?;
        let numbers = Numbers {
            record: records.try_get("id")?,
            content: contents.try_get("id")?,
            seen: records.try_get("seen")?,
            grown: u64::MAX,
            full: false,
        };
        let store = Self(Arc::new(Inner {
            reader,
            writer,
            numbers: Mutex::new(numbers),
            file,
            key,
            settings,
            lock,
        }));
        if store.writes() {
            store.hide_secrets().await?;
        }
        Ok(store)
    }

    /// Begins to write. Nothing that was read in it is outdated before it is written.
    async fn begin(&self) -> Result<Transaction<'static, Db>, sqlx::Error> {
        self.0.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// Another waggle does not hold it.
    pub(crate) fn writes(&self) -> bool {
        self.0.lock.is_some()
    }

    /// The file; none in memory.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.0.file.as_deref()
    }

    /// How large it may become.
    pub(crate) fn max_bytes(&self) -> u64 {
        self.0.settings.max_bytes
    }

    /// How long a record is kept.
    pub(crate) fn keep_days(&self) -> u32 {
        self.0.settings.keep_days
    }
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .journal_mode(SqliteJournalMode::Wal)
        // what was committed survives a kill at any moment; after a power cut the last moments may
        // be missing, the file is whole
        .synchronous(SqliteSynchronous::Normal)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .busy_timeout(BUSY)
        // what is deleted is not left in the file
        .pragma("secure_delete", "ON")
}

async fn pool(options: SqliteConnectOptions, connections: u32) -> Result<Pool<Db>, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
}

async fn migrate(pool: &Pool<Db>) -> Result<(), sqlx::Error> {
    sqlx::migrate!("migrations/history").run(pool).await?;
    Ok(())
}

fn broken(error: sqlx::Error) -> NotOpen {
    NotOpen {
        off: Off::Store,
        detail: error.to_string(),
    }
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Values are for nobody else on this machine.
fn only_ours(file: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if let Err(error) = fs::set_permissions(file, fs::Permissions::from_mode(0o600)) {
            tracing::warn!(%error, "the history's file may be read by others");
        }
    }
    #[cfg(not(unix))]
    let _ = file;
}

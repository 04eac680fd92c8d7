//! What is kept of secret values: a hash that says whether two are equal, and whose key never
//! leaves the folder.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use sha2::{Digest, Sha256};
use sqlx::Row;
use wire::kv::is_secret;

use super::{Store, contents, write::NOTE_SECRET};

/// The file in the folder.
const FILE: &str = "history.key";

const KEY_BYTES: usize = 32;

/// SHA-256 takes its input in blocks of this many bytes.
const BLOCK_BYTES: usize = 64;

/// The key of the hashes.
pub(super) struct HashKey([u8; KEY_BYTES]);

impl std::fmt::Debug for HashKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HashKey")
    }
}

impl HashKey {
    /// A new one.
    pub(super) fn random() -> Self {
        let mut key = [0; KEY_BYTES];
        let random = rustls::crypto::ring::default_provider().secure_random;
        random
            .fill(&mut key)
            .expect("the system gives random numbers");
        Self(key)
    }

    /// The folder's, made where it has none.
    pub(super) fn in_folder(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => match bytes.try_into() {
                Ok(key) => Ok(Self(key)),
                Err(_) => Err(io::Error::other(format!("{FILE} is not {KEY_BYTES} bytes"))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::random();
                // whole or not at all, also where we are killed
                let fresh = folder.join(format!("{FILE}.{}", std::process::id()));
                let mut options = OpenOptions::new();
                options.create(true).truncate(true).write(true);
                #[cfg(unix)]
                {
                    use std::os::unix::fs::OpenOptionsExt as _;
                    options.mode(0o600);
                }
                let mut file = options.open(&fresh)?;
                file.write_all(&key.0)?;
                file.sync_all()?;
                fs::rename(&fresh, &path)?;
                Ok(key)
            }
            Err(error) => Err(error),
        }
    }

    /// HMAC-SHA-256 in hex.
    pub(super) fn hash(&self, bytes: &[u8]) -> String {
        let padded = |with: u8| {
            let mut block = [with; BLOCK_BYTES];
            for (byte, key) in block.iter_mut().zip(&self.0) {
                *byte ^= key;
            }
            block
        };
        let inner = Sha256::new()
            .chain_update(padded(0x36))
            .chain_update(bytes)
            .finalize();
        let outer = Sha256::new()
            .chain_update(padded(0x5c))
            .chain_update(inner)
            .finalize();
        contents::hex(&outer)
    }
}

impl Store {
    /// Values of keys that are secret by now, but were not when they were seen, go out of the
    /// file.
    pub(super) async fn hide_secrets(&self) -> Result<(), sqlx::Error> {
        let patterns = &self.0.settings.secret_keys;
        let keys = sqlx::query("SELECT datacenter, name, secret FROM keys")
            .fetch_all(&self.0.writer)
            .await?;
        let mut hidden = 0_u32;
        for row in keys {
            let (dc, name): (String, String) = (row.try_get("datacenter")?, row.try_get("name")?);
            let was_secret = row.try_get::<i64, _>("secret")? != 0;
            let secret = is_secret(patterns, &name);
            if secret == was_secret {
                continue;
            }
            if secret {
                self.hide(&dc, &name).await?;
                hidden += 1;
            }
            sqlx::query("UPDATE keys SET secret = $1 WHERE datacenter = $2 AND name = $3")
                .bind(i64::from(secret))
                .bind(&dc)
                .bind(&name)
                .execute(&self.0.writer)
                .await?;
        }
        if hidden > 0 {
            tracing::info!(keys = hidden, "values that are secret now left the history");
            self.flush().await?;
        }
        Ok(())
    }

    async fn hide(&self, dc: &str, name: &str) -> Result<(), sqlx::Error> {
        let mut numbers = self.0.numbers.lock().await;
        let mut tx = self.begin().await?;
        let named = sqlx::query(
            "SELECT c.id AS id, c.bytes AS bytes, c.size AS size FROM contents c \
             WHERE c.bytes IS NOT NULL AND c.id IN ( \
             SELECT content_before FROM records WHERE datacenter = $1 AND name = $2 \
             UNION SELECT content_after FROM records WHERE datacenter = $1 AND name = $2 \
             UNION SELECT content FROM keys WHERE datacenter = $1 AND name = $2)",
        )
        .bind(dc)
        .bind(name)
        .fetch_all(&mut *tx)
        .await?;
        for row in named {
            let (old, size): (i64, i64) = (row.try_get("id")?, row.try_get("size")?);
            let bytes: Vec<u8> = row.try_get("bytes")?;
            let hash = format!("hmac:{}", self.0.key.hash(&bytes));
            let new = contents::find_or_add(&mut tx, &mut numbers, &hash, size, None).await?;
            let mut moved = 0;
            for statement in [
                "UPDATE records SET content_before = $1 \
                 WHERE datacenter = $2 AND name = $3 AND content_before = $4",
                "UPDATE records SET content_after = $1 \
                 WHERE datacenter = $2 AND name = $3 AND content_after = $4",
                "UPDATE keys SET content = $1 \
                 WHERE datacenter = $2 AND name = $3 AND content = $4",
            ] {
                let done = sqlx::query(statement)
                    .bind(new)
                    .bind(dc)
                    .bind(name)
                    .bind(old)
                    .execute(&mut *tx)
                    .await?;
                moved += i64::try_from(done.rows_affected()).unwrap_or(i64::MAX);
            }
            contents::refer(&mut tx, new, moved).await?;
            contents::refer(&mut tx, old, -moved).await?;
            contents::drop_unused(&mut tx, old).await?;
        }
        // a bit that is not there yet is added: not every database has an operator for bits
        sqlx::query(
            "UPDATE records SET notes = notes + $1 \
             WHERE datacenter = $2 AND name = $3 AND notes < $1",
        )
        .bind(NOTE_SECRET)
        .bind(dc)
        .bind(name)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        // RFC 4231, test case 2 has a shorter key, which is padded with zeros
        let mut key = [0; KEY_BYTES];
        key[..4].copy_from_slice(b"Jefe");
        assert_eq!(
            HashKey(key).hash(b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_folder_keeps_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let first = HashKey::in_folder(folder.path()).unwrap();
        assert_eq!(first.0, HashKey::in_folder(folder.path()).unwrap().0);
        assert_ne!(first.0, HashKey::random().0);
        fs::write(folder.path().join(FILE), b"short").unwrap();
        assert!(HashKey::in_folder(folder.path()).is_err());
    }
}

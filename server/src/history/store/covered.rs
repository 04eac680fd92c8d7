//! What was read whole before, and of which cluster.

use sqlx::Row;

use super::Store;

impl Store {
    /// The prefixes that were read whole before.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn covered(&self, datacenter: &str) -> Result<Vec<String>, sqlx::Error> {
        let rows = sqlx::query("SELECT prefix FROM covered WHERE datacenter = $1")
            .bind(datacenter)
            .fetch_all(&self.0.reader)
            .await?;
        rows.iter().map(|row| row.try_get("prefix")).collect()
    }

    /// Whether a datacenter with these servers is the one that was recorded under its name: one of
    /// them was there before, or none is known. They are known from then on.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn is_same(
        &self,
        datacenter: &str,
        servers: &[String],
    ) -> Result<bool, sqlx::Error> {
        let rows = sqlx::query("SELECT node_id FROM servers WHERE datacenter = $1")
            .bind(datacenter)
            .fetch_all(&self.0.reader)
            .await?;
        let known: Vec<String> = rows
            .iter()
            .map(|row| row.try_get("node_id"))
            .collect::<Result<_, _>>()?;
        let is_same = known.is_empty()
            || servers.is_empty()
            || servers.iter().any(|server| known.contains(server));
        if is_same {
            for server in servers {
                sqlx::query(
                    "INSERT INTO servers (datacenter, node_id) VALUES ($1, $2) \
                     ON CONFLICT DO NOTHING",
                )
                .bind(datacenter)
                .bind(server)
                .execute(&self.0.writer)
                .await?;
            }
        }
        Ok(is_same)
    }

    /// A prefix was read whole.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn cover(&self, datacenter: &str, prefix: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO covered (datacenter, prefix) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(datacenter)
        .bind(prefix)
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }
}

//! What is recorded of a datacenter, where somebody chose it in the page.

use sqlx::Row;

use super::Store;
use crate::history::rules::Rules;

impl Store {
    /// What was chosen; none of it where nothing was.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn chosen(&self, datacenter: &str) -> Result<Rules, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT without, pattern FROM chosen WHERE datacenter = $1 ORDER BY pattern",
        )
        .bind(datacenter)
        .fetch_all(&self.0.reader)
        .await?;
        let mut rules = Rules::default();
        for row in rows {
            let list = match row.try_get::<i64, _>("without")? {
                0 => &mut rules.prefixes,
                _ => &mut rules.exclude,
            };
            list.push(row.try_get("pattern")?);
        }
        Ok(rules)
    }

    /// Keeps what was chosen in place of what was before.
    ///
    /// # Errors
    /// The database's; what was chosen before stands then.
    pub(crate) async fn choose(&self, datacenter: &str, rules: &Rules) -> Result<(), sqlx::Error> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM chosen WHERE datacenter = $1")
            .bind(datacenter)
            .execute(&mut *tx)
            .await?;
        let prefixes = rules.prefixes.iter().map(|prefix| (0_i64, prefix));
        let exclude = rules.exclude.iter().map(|pattern| (1_i64, pattern));
        for (without, pattern) in prefixes.chain(exclude) {
            sqlx::query(
                "INSERT INTO chosen (datacenter, without, pattern) VALUES ($1, $2, $3) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(datacenter)
            .bind(without)
            .bind(pattern)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await
    }

    /// These keys are left out from now on. Where others were before, nothing counts as read
    /// whole any more: a key that was left out is no new one.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn leaves_out(
        &self,
        datacenter: &str,
        exclude: &[String],
    ) -> Result<(), sqlx::Error> {
        let mut tx = self.begin().await?;
        let rows = sqlx::query("SELECT pattern FROM left_out WHERE datacenter = $1")
            .bind(datacenter)
            .fetch_all(&mut *tx)
            .await?;
        let mut before: Vec<String> = rows
            .iter()
            .map(|row| row.try_get("pattern"))
            .collect::<Result<_, _>>()?;
        let mut now = exclude.to_vec();
        now.sort();
        now.dedup();
        before.sort();
        if before != now {
            for statement in [
                "DELETE FROM covered WHERE datacenter = $1",
                "DELETE FROM left_out WHERE datacenter = $1",
            ] {
                sqlx::query(statement)
                    .bind(datacenter)
                    .execute(&mut *tx)
                    .await?;
            }
            for pattern in &now {
                sqlx::query("INSERT INTO left_out (datacenter, pattern) VALUES ($1, $2)")
                    .bind(datacenter)
                    .bind(pattern)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await
    }
}

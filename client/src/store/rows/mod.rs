//! Rows as the cache keeps them: the body as the server sent it, with the columns that queries search by.

pub mod chosen;
mod kinds;
pub mod meta;
pub mod money;
pub mod notices;
pub(crate) mod people;
pub mod read_marks;
pub mod response_cache;
pub mod scheduled;
pub mod shown_alerts;
pub mod tips;

pub(crate) use kinds::{fill_columns, put, table};

use crate::error::Error;
use crate::store::Store;
use crate::store::files::changed;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

/// A body as its type.
pub(crate) fn read<T: DeserializeOwned>(body: &str) -> Result<T, Error> {
    Ok(serde_json::from_str(body)?)
}

/// A row as it is: revision and body.
pub(crate) fn read_row(db: &Connection, entity: Entity, id: &str) -> Result<Option<(i64, String)>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT rev, body FROM {} WHERE id = ?1", table(entity)))?;
    Ok(query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Deletes a row.
pub(crate) fn delete_row(db: &Connection, entity: Entity, id: &str) -> Result<(), Error> {
    db.prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", table(entity)))?.execute([id])?;
    Ok(())
}

/// Whether some bucket holds a row.
pub(crate) fn is_held(db: &Connection, entity: u8, id: &str) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM holding WHERE entity = ?1 AND id = ?2)")?;
    Ok(query.query_row(params![entity, id], |row| row.get(0))?)
}

/// What the cache holds of a user beside the rows.
const BESIDE_ROWS: [&str; 10] = [
    "bucket",
    "holding",
    "base_row",
    "cached_response",
    "main.picture",
    "effects_received",
    "read_mark",
    "shown_alert",
    "shown_tip",
    "import_mapping",
];

impl Store {
    /// Deletes everything of the user from the cache, as at a sign-out; the device's own preferences stay.
    ///
    /// # Errors
    /// The cache cannot be written.
    pub async fn clear(&self) -> Result<(), Error> {
        self.write(|db| {
            changed::unwatch(db)?;
            for table in BESIDE_ROWS.into_iter().chain(Entity::ALL.into_iter().map(table)) {
                db.execute(&format!("DELETE FROM {table}"), [])?;
            }
            changed::watch(db)?;
            meta::forget_user(db)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn clearing_leaves_only_what_is_the_devices_own() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let fill = |db: &Connection| {
            meta::set(db, "preferences", "{}")?;
            meta::set(db, "user:profile", "{}")?;
            response_cache::keep(db, "tariffs", domain::UtcMillis(1), "[]")
        };
        store.write(fill).await.unwrap();
        store.clear().await.unwrap();
        store
            .read(|db| {
                assert_eq!(meta::get(db, "preferences")?.as_deref(), Some("{}"));
                assert_eq!(meta::get(db, "user:profile")?, None);
                assert!(response_cache::last::<Vec<u8>>(db, "tariffs")?.is_none());
                Ok(())
            })
            .await
            .unwrap();
    }
}

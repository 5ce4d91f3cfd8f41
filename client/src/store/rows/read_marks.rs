//! Notifications that were read on this device, before their rows say so: kept until they are sent and the rows have come back.

use crate::error::Error;
use domain::NotificationId;
use protocol::alerts::AT_ONCE;
use rusqlite::Connection;

/// Marks some of the notifications as read; those that are read, or that this device does not hold, are passed over.
///
/// # Errors
/// The cache cannot be written.
pub fn mark(db: &Connection, notifications: &[NotificationId]) -> Result<(), Error> {
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO read_mark (id) SELECT id FROM notification WHERE id = ?1 AND read = 0")?;
    for id in notifications {
        insert.execute([id.to_string()])?;
    }
    Ok(())
}

/// Marks all of them as read.
///
/// # Errors
/// The cache cannot be written.
pub fn mark_all(db: &Connection) -> Result<(), Error> {
    db.prepare_cached("INSERT OR IGNORE INTO read_mark (id) SELECT id FROM notification WHERE read = 0")?.execute([])?;
    Ok(())
}

/// Those that are yet to be sent; as many as one request may name.
///
/// # Errors
/// The cache cannot be read.
pub fn unsent(db: &Connection) -> Result<Vec<NotificationId>, Error> {
    let mut query = db.prepare_cached("SELECT id FROM read_mark WHERE sent = 0 ORDER BY id LIMIT +?1")?;
    let ids = query.query_map([AT_ONCE as i64], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(ids.iter().filter_map(|id| id.parse().ok().map(NotificationId)).collect())
}

/// Some were sent. What is not needed any more goes: the rows say it themselves, or are not held.
///
/// # Errors
/// The cache cannot be written.
pub fn keep_sent(db: &Connection, notifications: &[NotificationId]) -> Result<(), Error> {
    let mut update = db.prepare_cached("UPDATE read_mark SET sent = 1 WHERE id = ?1")?;
    for id in notifications {
        update.execute([id.to_string()])?;
    }
    db.prepare_cached("DELETE FROM read_mark WHERE sent = 1 AND id NOT IN (SELECT id FROM notification WHERE read = 0)")?
        .execute([])?;
    Ok(())
}

/// The server was restored from a backup: what was sent is sent again.
///
/// # Errors
/// The cache cannot be written.
pub(crate) fn send_again(db: &Connection) -> Result<(), Error> {
    db.execute("UPDATE read_mark SET sent = 0", [])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_mark_waits_for_the_server_and_then_for_its_row() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let [one, two] = [NotificationId(Uuid::from_u128(1)), NotificationId(Uuid::from_u128(2))];
        store
            .write(move |db| {
                for (id, read) in [(one, 0), (two, 1)] {
                    let row = rusqlite::params![id.to_string(), read];
                    db.execute("INSERT INTO notification (id, rev, at, read, body) VALUES (?1, 1, 0, ?2, '{}')", row)?;
                }
                mark(db, &[one, two, NotificationId(Uuid::from_u128(3))])?;
                mark_all(db)?;
                assert_eq!(unsent(db)?, [one], "the others are read, or not here");
                keep_sent(db, &[one])?;
                let marks = |db: &Connection| db.query_row("SELECT COUNT(*) FROM read_mark", [], |row| row.get::<_, i64>(0));
                assert_eq!((unsent(db)?, marks(db)?), (vec![], 1), "its row still says that it is unread");
                send_again(db)?;
                assert_eq!(unsent(db)?, [one]);
                db.execute("UPDATE notification SET read = 1", [])?;
                keep_sent(db, &[one])?;
                assert_eq!(marks(db)?, 0);
                Ok(())
            })
            .await
            .unwrap();
    }
}

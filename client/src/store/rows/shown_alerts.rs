//! Notifications that the system was asked to show on this device: each once, whatever ends in between.

use crate::error::Error;
use crate::queries;
use domain::alerts::kinds::AlertKind;
use domain::core::local_time::DAY_MS;
use domain::{NotificationId, UtcMillis};
use protocol::ui::AlertRow;
use rusqlite::Connection;

/// What is older than this is in the list, and not shown as if it were new: a device that was off for a week.
const FRESH_MS: i64 = DAY_MS;

/// Shown at once at most, the newest: the others are in the list.
const TOGETHER: usize = 5;

/// What is new at ?1: fresh, read nowhere, not shown here. Of ?2, a low balance, the device notifies by itself, also without a network.
const NEW: &str =
    "SELECT n.id FROM notification n WHERE n.read = 0 AND n.at > ?1 AND json_extract(n.body, '$.cleared_at') IS NULL
    AND json_extract(n.body, '$.kind') <> ?2 AND json_extract(n.body, '$.severity') <> 'info'
    AND NOT EXISTS (SELECT 1 FROM read_mark m WHERE m.id = n.id) AND NOT EXISTS (SELECT 1 FROM shown_alert s WHERE s.id = n.id)";

/// What was shown and is over: read since, here or elsewhere, or passed.
const IS_OVER: &str = "over = 0 AND NOT EXISTS (
    SELECT 1 FROM notification n WHERE n.id = shown_alert.id AND n.read = 0 AND json_extract(n.body, '$.cleared_at') IS NULL
      AND NOT EXISTS (SELECT 1 FROM read_mark m WHERE m.id = n.id))";

/// Whether there is anything to show or to take away. It is read after every change of the cache, and mostly there is nothing.
///
/// # Errors
/// The cache cannot be read.
pub fn is_due(db: &Connection, now: UtcMillis) -> Result<bool, Error> {
    let sql = format!("SELECT EXISTS ({NEW}) OR EXISTS (SELECT 1 FROM shown_alert WHERE {IS_OVER})");
    let values = rusqlite::params![now.0 - FRESH_MS, AlertKind::LowBalance.as_str()];
    Ok(db.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?)
}

/// Notifications that are new, the oldest first; they count as shown from now on.
///
/// # Errors
/// The cache cannot be read or written.
pub fn take_new(db: &Connection, now: UtcMillis) -> Result<Vec<AlertRow>, Error> {
    let mut query = db.prepare_cached(&format!("{NEW} ORDER BY n.at"))?;
    let values = rusqlite::params![now.0 - FRESH_MS, AlertKind::LowBalance.as_str()];
    let ids = query.query_map(values, |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut insert = db.prepare_cached("INSERT INTO shown_alert (id) VALUES (?1)")?;
    let mut rows = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        insert.execute([id])?;
        if place + TOGETHER >= ids.len() {
            rows.extend(queries::notification(db, id)?);
        }
    }
    Ok(rows)
}

/// Notifications that were shown and are over; they count as taken away from now on.
///
/// # Errors
/// The cache cannot be read or written.
pub fn take_over(db: &Connection) -> Result<Vec<NotificationId>, Error> {
    let mut update = db.prepare_cached(&format!("UPDATE shown_alert SET over = 1 WHERE {IS_OVER} RETURNING id"))?;
    let ids = update.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    db.prepare_cached("DELETE FROM shown_alert WHERE over = 1 AND id NOT IN (SELECT id FROM notification)")?.execute([])?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}

/// Notifications that were shown and are not over.
///
/// # Errors
/// The cache cannot be read.
pub fn on_screen(db: &Connection) -> Result<Vec<NotificationId>, Error> {
    let mut query = db.prepare_cached("SELECT id FROM shown_alert WHERE over = 0")?;
    let ids = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_notification_is_shown_once_and_taken_away_when_it_was_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache.db");
        let put = |db: &Connection, id: u128, kind: &str, at: i64, read: i64| {
            let id = uuid::Uuid::from_u128(id);
            let content = r#"{"what":"case","no":1,"cause":"burst","severity":"severe","start":0}"#;
            let body = format!(r#"{{"id":"{id}","kind":"{kind}","severity":"critical","content":{content},"at":{at}}}"#);
            let sql = "INSERT OR REPLACE INTO notification (id, rev, at, read, body) VALUES (?1, 1, ?2, ?3, ?4)";
            db.execute(sql, rusqlite::params![id.to_string(), at, read, body]).map(|_| ())
        };
        let now = UtcMillis(10 * DAY_MS);
        for start in [true, false] {
            let store = Store::open(&file, &"00".repeat(32)).unwrap();
            store
                .write(move |db| {
                    if start {
                        put(db, 1, "leak", now.0 - 1, 0)?;
                        put(db, 2, "low_balance", now.0 - 1, 0)?;
                        put(db, 3, "tamper", now.0 - 2 * DAY_MS, 0)?;
                        put(db, 4, "tamper", now.0 - 1, 1)?;
                    }
                    assert_eq!(is_due(db, now)?, start);
                    let shown: Vec<_> = take_new(db, now)?.into_iter().map(|row| row.notification.id.0.as_u128()).collect();
                    assert_eq!(shown, if start { vec![1] } else { vec![] }, "once, whatever ends in between");
                    assert_eq!(take_over(db)?, []);
                    assert!(!is_due(db, now)?);
                    if !start {
                        put(db, 1, "leak", now.0 - 1, 1)?;
                        assert!(is_due(db, now)?);
                        assert_eq!(take_over(db)?, [NotificationId(uuid::Uuid::from_u128(1))]);
                        assert_eq!(take_over(db)?, []);
                    }
                    Ok(())
                })
                .await
                .unwrap();
        }
    }
}

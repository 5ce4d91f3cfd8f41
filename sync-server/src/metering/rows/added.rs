//! What was added for a customer, and taking it away again.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::UtcMillis;
use rusqlite::{ErrorCode, OptionalExtension, params};

/// A customer that people added.
pub struct Added {
    /// Its identifier.
    pub id: [u8; 16],
    /// Key of its utility.
    pub utility: i64,
    /// When it was added.
    pub at: UtcMillis,
}

/// A connection of the customer, with its meter.
pub struct Part {
    /// The connection's key.
    pub num: i64,
    /// Its identifier.
    pub id: [u8; 16],
    /// The key of the meter there.
    pub meter: Option<i64>,
    /// The identifier of that meter.
    pub meter_id: Option<[u8; 16]>,
    /// Manual readings of that meter, by identifier.
    pub readings: Vec<[u8; 16]>,
    /// Work at that meter, by identifier. Where a person has announced or touched some of it, it stands in the way.
    pub orders: Vec<[u8; 16]>,
    /// What users said of advice at the connection: its identifier, and the user's.
    pub tips: Vec<([u8; 16], [u8; 16])>,
}

/// Operations that add, rather than change, a row.
const ADDING: &str = "('add_customer', 'add_connection', 'add_meter')";

/// What the server itself keeps of a connection and of a meter from its first moment on, what schedules have announced there that nobody has
/// touched, marks of advice, and the rows that were added, each before what it names. Whatever else names one of them stands in the way of its
/// deletion.
const OF_METER: [&str; 11] = [
    "DELETE FROM work_order WHERE meter = ?1 AND schedule IS NOT NULL AND moved = 0 AND begun_at IS NULL AND completed_at IS NULL
       AND (cancelled_at IS NULL OR withdrawn = 1)",
    "DELETE FROM schedule_meter WHERE meter = ?1",
    "DELETE FROM event_to_judge WHERE meter = ?1",
    "DELETE FROM meter_health WHERE meter = ?1",
    "DELETE FROM leak_due WHERE meter = ?1",
    "DELETE FROM leak_checkpoint WHERE meter = ?1",
    "DELETE FROM leak_state WHERE meter = ?1 AND cases = 0",
    "DELETE FROM meter_to_judge WHERE meter = ?1",
    "DELETE FROM meter_state WHERE meter = ?1",
    "DELETE FROM installation WHERE meter = ?1",
    "DELETE FROM meter WHERE num = ?1",
];
const OF_CONNECTION: [&str; 9] = [
    "DELETE FROM tip_state WHERE connection = ?1",
    "DELETE FROM neighbour_month WHERE connection = ?1",
    "DELETE FROM notified_level WHERE connection = ?1",
    "DELETE FROM pending_level WHERE connection = ?1",
    "DELETE FROM pending_billing_changes WHERE kind = 'credit' AND num = ?1",
    "DELETE FROM credit WHERE connection = ?1",
    "DELETE FROM connection_class WHERE connection = ?1",
    "DELETE FROM supply_state WHERE connection = ?1",
    "DELETE FROM connection WHERE num = ?1",
];

/// A customer that people added; none if it was there before that was recorded.
///
/// # Errors
/// The database.
pub fn added(db: &Db, customer: i64) -> Result<Option<Added>, Error> {
    let mut query = db.prepare_cached("SELECT id, utility, added_at FROM customer WHERE num = ?1 AND added_at IS NOT NULL")?;
    let found =
        query.query_row([customer], |row| Ok(Added { id: row.get(0)?, utility: row.get(1)?, at: UtcMillis(row.get(2)?) }));
    Ok(found.optional()?)
}

/// A customer's connections, with their meters.
///
/// # Errors
/// The database.
pub fn parts(db: &Db, customer: i64) -> Result<Vec<Part>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.num, c.id, m.num, m.id FROM connection c LEFT JOIN installation i ON i.connection = c.num AND i.until IS NULL
         LEFT JOIN meter m ON m.num = i.meter WHERE c.customer = ?1",
    )?;
    let part = |row: &rusqlite::Row<'_>| {
        let (readings, orders, tips) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Part { num: row.get(0)?, id: row.get(1)?, meter: row.get(2)?, meter_id: row.get(3)?, readings, orders, tips })
    };
    let mut parts = query.query_map([customer], part)?.collect::<Result<Vec<_>, _>>()?;
    let mut readings = db.prepare_cached("SELECT id FROM manual_reading WHERE meter = ?1")?;
    let mut orders = db.prepare_cached("SELECT id FROM work_order WHERE meter = ?1")?;
    let mut tips =
        db.prepare_cached("SELECT t.id, u.id FROM tip_state t JOIN user u ON u.num = t.user WHERE t.connection = ?1")?;
    for part in &mut parts {
        part.readings = readings.query_map([part.meter], |row| row.get(0))?.collect::<Result<_, _>>()?;
        part.orders = orders.query_map([part.meter], |row| row.get(0))?.collect::<Result<_, _>>()?;
        part.tips = tips.query_map([part.num], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    }
    Ok(parts)
}

/// The query of [`is_changed`]. The audit log is searched by the utility and the row: by the row alone all of it is walked over.
pub fn changed() -> String {
    format!("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND row_id = ?2 AND kind NOT IN {ADDING})")
}

/// Whether somebody has changed a row of a utility since it was added.
///
/// # Errors
/// The database.
pub fn is_changed(db: &Db, utility: i64, id: [u8; 16]) -> Result<bool, Error> {
    Ok(db.prepare_cached(&changed())?.query_row(params![utility, id], |row| row.get(0))?)
}

/// Deletes a customer with its parts; false, and nothing is deleted, if something else names one of them.
///
/// # Errors
/// The database.
pub fn delete(tx: &mut Tx<'_>, customer: i64, parts: &[Part], author: i64) -> Result<bool, Error> {
    tx.db.prepare_cached("SAVEPOINT take_back")?.execute([])?;
    let deleted = delete_all(tx, customer, parts, author);
    let is_named = |error: &Error| matches!(error, Error::Sqlite(rusqlite::Error::SqliteFailure(cause, _)) if cause.code == ErrorCode::ConstraintViolation);
    let outcome = match deleted {
        Err(error) if is_named(&error) => Ok(false),
        other => other,
    };
    if !matches!(outcome, Ok(true)) {
        tx.db.prepare_cached("ROLLBACK TO take_back")?.execute([])?;
    }
    tx.db.prepare_cached("RELEASE take_back")?.execute([])?;
    outcome
}

fn delete_all(tx: &mut Tx<'_>, customer: i64, parts: &[Part], author: i64) -> Result<bool, Error> {
    for part in parts {
        if let Some(meter) = part.meter {
            if !delete_first_register(tx, meter, author)? {
                return Ok(false);
            }
            OF_METER.iter().try_for_each(|sql| execute(tx, sql, meter))?;
        }
        OF_CONNECTION.iter().try_for_each(|sql| execute(tx, sql, part.num))?;
    }
    execute(tx, "DELETE FROM customer WHERE num = ?1", customer)?;
    Ok(true)
}

/// Deletes the register that the author read when the meter was added; false if the meter has any other reading.
fn delete_first_register(tx: &mut Tx<'_>, meter: i64, author: i64) -> Result<bool, Error> {
    let has_others: bool = tx
        .db
        .prepare_cached(
            "SELECT (SELECT COUNT(*) FROM reading WHERE meter = ?1) > 1 OR EXISTS (
               SELECT 1 FROM reading r WHERE r.meter = ?1 AND NOT EXISTS (
                 SELECT 1 FROM manual_reading w WHERE w.meter = ?1 AND w.author = ?2 AND w.at = r.t))
             OR EXISTS (SELECT 1 FROM meter_event WHERE meter = ?1) OR EXISTS (SELECT 1 FROM reading_conflict WHERE meter = ?1)",
        )?
        .query_row(params![meter, author], |row| row.get(0))?;
    if !has_others {
        execute(tx, "DELETE FROM manual_reading WHERE meter = ?1", meter)?;
        execute(tx, "DELETE FROM reading WHERE meter = ?1", meter)?;
        tx.touch_meter(meter);
    }
    Ok(!has_others)
}

fn execute(tx: &mut Tx<'_>, sql: &str, key: i64) -> Result<(), Error> {
    tx.db.prepare_cached(sql)?.execute([key])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::empty;
    use std::collections::BTreeSet;

    /// Tables whose rows stand in the way: what a person, a device or a transfer has done.
    const IN_THE_WAY: &[&str] = &[
        "account",
        "connection_zone_past",
        "connection_zone_stay",
        "gateway_meter",
        "leak_normal",
        "manual_reading",
        "meter_case",
        "meter_order",
        "meter_swap",
        "note",
        "notification",
        "opening_balance",
        "order_batch_meter",
        "pending_event",
        "purchase",
        "refusal",
        "transfer",
        "user_customer",
        "voucher_use",
        "work_record",
        "zone_inflow",
    ];

    #[test]
    fn whatever_names_what_was_added_goes_with_it_or_is_known_to_stand_in_the_way() {
        let db = empty();
        let deleted: BTreeSet<String> = OF_METER
            .iter()
            .chain(&OF_CONNECTION)
            .filter_map(|sql| sql.strip_prefix("DELETE FROM ")?.split_whitespace().next().map(str::to_owned))
            .collect();
        let sql = "SELECT DISTINCT t.name FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
            WHERE t.type = 'table' AND f.\"table\" IN ('customer', 'connection', 'meter') ORDER BY t.name";
        let naming: Vec<String> =
            db.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(naming.len() > 20, "{naming:?}");
        let is_known = |table: &&String| deleted.contains(*table) || IN_THE_WAY.contains(&table.as_str());
        let unknown: Vec<&String> = naming.iter().filter(|table| !is_known(table)).collect();
        assert!(unknown.is_empty(), "does taking a customer back delete these, or do they stand in the way? {unknown:?}");
    }
}

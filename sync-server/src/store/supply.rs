//! Where connections stand: whose balance has reached another level, and whose day or month is over and not posted.

use super::charging;
use crate::error::Error;
use domain::balance::{Level, Standing, Thresholds, level};
use domain::{Rupiah, TimeZone, UtcMillis};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// A connection whose charge is to be posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its key.
    pub connection: i64,
}

/// The connections whose charge is to be posted now.
///
/// # Errors
/// The database.
pub fn turns(db: &Connection, now: UtcMillis) -> Result<Vec<Turn>, Error> {
    let mut query = db.prepare_cached(
        "SELECT k.connection, z.time_zone, COALESCE(s.level, 'ok'), COALESCE(s.posted_day, 0), COALESCE(s.fee_month, 0),
           COALESCE(a.balance, 0), COALESCE(m.running, 0), COALESCE(m.open, 0)
         FROM (SELECT DISTINCT connection FROM connection_class) k
         JOIN connection c ON c.num = k.connection JOIN zone z ON z.num = c.zone
         LEFT JOIN supply_state s ON s.connection = k.connection
         LEFT JOIN account a ON a.connection = k.connection AND a.kind = 'credit'
         LEFT JOIN (SELECT connection, SUM(due_water - posted_water + due_tax - posted_tax) AS running, 1 AS open FROM month_charge
           WHERE due_water <> posted_water OR due_tax <> posted_tax GROUP BY connection) m ON m.connection = k.connection",
    )?;
    let mut rows = query.query([])?;
    let mut turns = Vec::new();
    while let Some(row) = rows.next()? {
        let (zone, before): (String, String) = (row.get(1)?, row.get(2)?);
        let today = TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta).day_of(now);
        let (posted_day, fee_month, open): (i32, i32, bool) = (row.get(3)?, row.get(4)?, row.get(7)?);
        let before = Level::from_word(&before).unwrap_or_default();
        let balance = Rupiah(row.get::<_, i64>(5)? - row.get::<_, i64>(6)?);
        let is_over = (open && posted_day < today.0) || fee_month < today.month().0;
        if is_over || level_of(before, balance) != before {
            turns.push(Turn { connection: row.get(0)? });
        }
    }
    Ok(turns)
}

/// By rupiah alone: how many days a balance lasts is not known here.
fn level_of(before: Level, balance: Rupiah) -> Level {
    level(before, Standing { balance, tenths_of_days_left: None }, Thresholds::default())
}

/// When a connection's customer wants to hear of a low balance.
///
/// # Errors
/// The database.
pub fn thresholds(_db: &Connection, _connection: i64) -> Result<Thresholds, Error> {
    Ok(Thresholds::default())
}

/// Keeps the level that a connection's balance has now.
///
/// # Errors
/// The database.
pub fn keep_level(tx: &Transaction<'_>, connection: i64) -> Result<(), Error> {
    let now = level_of(level_before(tx, connection)?, charging::shown_balance(tx, connection)?);
    tx.prepare_cached(
        "INSERT INTO supply_state (connection, level) VALUES (?1, ?2) ON CONFLICT (connection) DO UPDATE SET level = excluded.level",
    )?
    .execute(params![connection, now.as_str()])?;
    Ok(())
}

/// The level that was kept last.
///
/// # Errors
/// The database.
pub fn level_before(db: &Connection, connection: i64) -> Result<Level, Error> {
    let mut query = db.prepare_cached("SELECT level FROM supply_state WHERE connection = ?1")?;
    let word: Option<String> = query.query_row([connection], |row| row.get(0)).optional()?;
    Ok(word.and_then(|word| Level::from_word(&word)).unwrap_or_default())
}

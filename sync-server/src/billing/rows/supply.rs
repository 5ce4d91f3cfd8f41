//! What billing keeps of a connection in `supply_state`: up to when it was posted, its level, and whether emergency credit was lent.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::balance::Level;
use domain::{LocalDay, LocalMonth, Rupiah, TimeZone};
use rusqlite::{OptionalExtension, params};

/// A connection's time zone; and the day, and the month of the last fee, up to which it was posted.
pub fn posted_until(db: &Db, connection: i64) -> Result<(TimeZone, Option<(LocalDay, LocalMonth)>), Error> {
    let mut query = db.prepare_cached(
        "SELECT z.time_zone, s.posted_day, s.fee_month FROM connection c JOIN zone z ON z.num = c.zone
         LEFT JOIN supply_state s ON s.connection = c.num WHERE c.num = ?1",
    )?;
    Ok(query.query_row([connection], |row| {
        let day = row.get::<_, Option<i32>>(1)?.map(LocalDay);
        let zone = TimeZone::from_iana(&row.get::<_, String>(0)?).unwrap_or(TimeZone::Jakarta);
        Ok((zone, day.zip(row.get::<_, Option<i32>>(2)?.map(LocalMonth))))
    })?)
}

/// Keeps the day up to which a connection was posted.
pub fn keep_posted_day(tx: &mut Tx<'_>, connection: i64, day: LocalDay) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO supply_state (connection, posted_day) VALUES (?1, ?2)
             ON CONFLICT (connection) DO UPDATE SET posted_day = excluded.posted_day",
        )?
        .execute(params![connection, day.0])?;
    Ok(())
}

/// The local month of the last fee that was posted.
pub fn fee_month(db: &Db, connection: i64) -> Result<Option<LocalMonth>, Error> {
    let mut query = db.prepare_cached("SELECT fee_month FROM supply_state WHERE connection = ?1")?;
    let month: Option<i32> = query.query_row([connection], |row| row.get(0)).optional()?;
    Ok(month.filter(|month| *month > 0).map(LocalMonth))
}

/// Keeps the local month of the last fee that was posted.
pub fn keep_fee_month(tx: &mut Tx<'_>, connection: i64, month: LocalMonth) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO supply_state (connection, fee_month) VALUES (?1, ?2)
             ON CONFLICT (connection) DO UPDATE SET fee_month = excluded.fee_month",
        )?
        .execute(params![connection, month.0])?;
    Ok(())
}

/// The level that was kept last.
pub fn level(db: &Db, connection: i64) -> Result<Level, Error> {
    let mut query = db.prepare_cached("SELECT level FROM supply_state WHERE connection = ?1")?;
    let word: Option<String> = query.query_row([connection], |row| row.get(0)).optional()?;
    Ok(word.and_then(|word| Level::from_word(&word)).unwrap_or_default())
}

/// What a connection's utility lends, and whether something was lent since the last purchase.
pub fn emergency_terms(db: &Db, connection: i64) -> Result<(Rupiah, bool), Error> {
    let mut query = db.prepare_cached(
        "SELECT u.emergency_credit, COALESCE(s.lent_since_top_up, 0) FROM connection c JOIN utility u ON u.num = c.utility
         LEFT JOIN supply_state s ON s.connection = c.num WHERE c.num = ?1",
    )?;
    Ok(query.query_row([connection], |row| Ok((Rupiah(row.get(0)?), row.get(1)?)))?)
}

/// Keeps that emergency credit was lent since the last purchase.
pub fn mark_lent(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE supply_state SET lent_since_top_up = 1 WHERE connection = ?1")?.execute([connection])?;
    Ok(())
}

/// Keeps that there was a purchase since emergency credit was lent.
pub fn clear_lent(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE supply_state SET lent_since_top_up = 0 WHERE connection = ?1 AND lent_since_top_up <> 0")?
        .execute([connection])?;
    Ok(())
}

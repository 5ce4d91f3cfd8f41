//! The state of charged connections (`supply_state`), and what else an evaluation reads of a connection.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::valve::rows::policy::policy;
use domain::billing::balance::{Level, Thresholds};
use domain::metering::meter::Valve;
use domain::valve::decision::Policy;
use domain::{LocalDay, LocalMonth, Rupiah, TimeZone, UtcMillis};
use rusqlite::{OptionalExtension, params};

/// The query of [`due`].
pub const DUE: &str = "SELECT connection FROM supply_state WHERE due_at <= ?1 ORDER BY due_at LIMIT +?2";

/// Connections whose evaluation is due, the longest waiting first. It costs as much as it finds.
///
/// # Errors
/// The database.
pub fn due(db: &Db, at: UtcMillis, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(DUE)?;
    Ok(query.query_map([at.0, limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Connections that are due because their money has moved: those whose credit is yet to be published.
///
/// # Errors
/// The database.
pub fn due_by_money(db: &Db, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT n.num FROM pending_billing_changes n JOIN supply_state s ON s.connection = n.num WHERE n.kind = 'credit' AND s.due_at = 0 LIMIT +?1",
    )?;
    Ok(query.query_map([limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// What is kept of a connection that is charged, and what its customer and its utility have set.
pub struct SupplyState {
    /// The connection's key.
    pub connection: i64,
    /// Its utility's key.
    pub utility: i64,
    /// Its time zone.
    pub zone: TimeZone,
    /// Whether its utility closes valves at all.
    pub policy: Policy,
    /// Local hours from which on, and until before which, the night is protected.
    pub protected: (usize, usize),
    /// The meter that is installed there, by key.
    pub meter: Option<i64>,
    /// Whether its valve may be closed for want of credit.
    pub is_held: bool,
    /// Its limits of a low balance: its own, or its customer's.
    pub thresholds: Thresholds,
    /// The level that was kept last.
    pub level: Level,
    /// The local day up to which its use was posted.
    pub posted_day: LocalDay,
    /// The local month of the last fee.
    pub fee_month: LocalMonth,
}

/// The state of a connection; none while nothing is charged there.
///
/// # Errors
/// The database.
pub fn charged(db: &Db, connection: i64) -> Result<Option<SupplyState>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.utility, z.time_zone, u.valve_policy, u.protected_from, u.protected_until, i.meter, s.closed_for_credit IS NOT NULL,
           COALESCE(c.low_rupiah, cu.low_rupiah), COALESCE(c.low_days, cu.low_days), s.level, s.posted_day, s.fee_month
         FROM supply_state s JOIN connection c ON c.num = s.connection JOIN customer cu ON cu.num = c.customer
         JOIN zone z ON z.num = c.zone JOIN utility u ON u.num = c.utility
         LEFT JOIN installation i ON i.connection = c.num AND i.until IS NULL
         WHERE s.connection = ?1 AND s.due_at IS NOT NULL",
    )?;
    let found = query.query_row([connection], |row| {
        let (zone, word, level): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(9)?);
        Ok(SupplyState {
            connection,
            utility: row.get(0)?,
            zone: TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta),
            policy: policy(&word),
            protected: (usize::from(row.get::<_, u8>(3)?), usize::from(row.get::<_, u8>(4)?)),
            meter: row.get(5)?,
            is_held: row.get(6)?,
            thresholds: Thresholds { rupiah: Rupiah(row.get(7)?), days: row.get(8)? },
            level: Level::from_word(&level).unwrap_or_default(),
            posted_day: LocalDay(row.get(10)?),
            fee_month: LocalMonth(row.get(11)?),
        })
    });
    Ok(found.optional()?)
}

/// Writes a connection's level, when its evaluation is due next, and the range of what is used and not posted within which the level stays.
///
/// # Errors
/// The database.
pub fn write_evaluated(
    tx: &mut Tx<'_>,
    connection: i64,
    level: Level,
    due: UtcMillis,
    (from, to): (Rupiah, Rupiah),
) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE supply_state SET level = ?2, due_at = ?3, stable_from = ?4, stable_to = ?5 WHERE connection = ?1",
        )?
        .execute(params![connection, level.as_str(), due.0, from.0, to.0])?;
    Ok(())
}

/// Makes a connection's evaluation due now, if it is charged.
///
/// # Errors
/// The database.
pub fn make_due(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE supply_state SET due_at = 0 WHERE connection = ?1 AND due_at > 0")?.execute([connection])?;
    Ok(())
}

/// Marks a connection's credit as to be published.
///
/// # Errors
/// The database.
pub fn mark_credit_changed(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('credit', ?1)")?
        .execute([connection])?;
    Ok(())
}

/// What is used and not posted, and whether anything is to be posted: differences may add up to nothing.
///
/// # Errors
/// The database.
pub fn unposted(db: &Db, connection: i64) -> Result<(Rupiah, bool), Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(due_water - posted_water + due_tax - posted_tax), 0), COUNT(*) > 0 FROM month_charge
         WHERE connection = ?1 AND (due_water <> posted_water OR due_tax <> posted_tax)",
    )?;
    Ok(query.query_row([connection], |row| Ok((Rupiah(row.get(0)?), row.get(1)?)))?)
}

/// The meter that is installed at a connection.
///
/// # Errors
/// The database.
pub fn meter_at(db: &Db, connection: i64) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT meter FROM installation WHERE connection = ?1 AND until IS NULL")?;
    Ok(query.query_row([connection], |row| row.get(0)).optional()?)
}

/// Writes since when a connection's valve may be closed for want of credit, if that begins or ends now.
///
/// # Errors
/// The database.
pub fn write_hold(tx: &mut Tx<'_>, connection: i64, is_held: bool) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE supply_state SET closed_for_credit = CASE WHEN ?2 THEN ?3 END
         WHERE connection = ?1 AND (closed_for_credit IS NOT NULL) <> ?2",
        )?
        .execute(params![connection, is_held, tx.now.0])?;
    Ok(())
}

/// The valve as its meter reported it last, and when the meter read it.
///
/// # Errors
/// The database.
pub fn reported_valve(db: &Db, meter: i64) -> Result<Option<(Valve, UtcMillis)>, Error> {
    let mut query = db.prepare_cached("SELECT valve, valve_t FROM meter_state WHERE meter = ?1 AND valve_t IS NOT NULL")?;
    let found =
        query.query_row([meter], |row| Ok((Valve::from_str_or_unknown(&row.get::<_, String>(0)?), UtcMillis(row.get(1)?))));
    Ok(found.optional()?)
}

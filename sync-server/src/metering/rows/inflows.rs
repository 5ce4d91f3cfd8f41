//! Bulk meters of zones as rows: which meter measured what went into which zone, from when to when.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::readings::SETTLES_BELOW;
use domain::{MeterId, Serial, TimeZone, UtcMillis, ZoneId};
use protocol::metering::zone_balance::InflowMeter;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// The key under which the days of an inflow are summed: no connection has it.
pub const fn usage_key(num: i64) -> i64 {
    -num
}

/// An inflow with its keys.
pub struct StoredInflow {
    /// Its key.
    pub num: i64,
    /// Key of its meter.
    pub meter: i64,
    /// As it is shown.
    pub shown: InflowMeter,
}

/// The query of [`of_zone`]: of each the last reading that settles, by the key of readings.
pub const OF_ZONE: &str = "SELECT f.num, f.meter, f.id, m.id, m.serial, f.since, f.until,
    (SELECT r.t FROM reading r WHERE r.meter = f.meter AND r.t >= f.since AND r.t < COALESCE(f.until, 9223372036854775807) AND r.verdict < ?2
      ORDER BY r.t DESC LIMIT 1)
    FROM zone_inflow f JOIN meter m ON m.num = f.meter WHERE f.zone = ?1 ORDER BY f.since DESC, f.num DESC";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredInflow> {
    Ok(StoredInflow {
        num: row.get(0)?,
        meter: row.get(1)?,
        shown: InflowMeter {
            id: Uuid::from_bytes(row.get(2)?),
            meter: MeterId(Uuid::from_bytes(row.get(3)?)),
            serial: row.get(4)?,
            since: UtcMillis(row.get(5)?),
            until: row.get::<_, Option<i64>>(6)?.map(UtcMillis),
            known_until: row.get::<_, Option<i64>>(7)?.map(UtcMillis),
        },
    })
}

/// The inflows of a zone by key, the newest first.
///
/// # Errors
/// The database.
pub fn of_zone(db: &Db, zone: i64) -> Result<Vec<StoredInflow>, Error> {
    let mut query = db.prepare_cached(OF_ZONE)?;
    Ok(query.query_map(params![zone, SETTLES_BELOW], read)?.collect::<Result<_, _>>()?)
}

/// The query of [`unknown`]: readings that follow none, by the index of unusual ones, each with the time of the one before it that settles.
pub const UNKNOWN: &str = "SELECT COALESCE((SELECT p.t FROM reading p
      WHERE p.meter = r.meter AND p.t >= ?2 AND p.t < r.t AND p.verdict < ?5 ORDER BY p.t DESC LIMIT 1), ?2), r.t
    FROM reading r INDEXED BY reading_unusual WHERE r.meter = ?1 AND r.t >= ?4 AND r.t < COALESCE(?3, 9223372036854775807)
      AND r.verdict IN (0, 4, 5) AND (r.verdict > 3 OR r.verdict = 0 OR r.declared IS NOT NULL)";

/// When nothing is known of what a bulk meter has measured, as far as that ends after an instant: before its first reading, and before those at
/// which its register began anew.
///
/// # Errors
/// The database.
pub fn unknown(db: &Db, of: &StoredInflow, from: UtcMillis) -> Result<Vec<(UtcMillis, UtcMillis)>, Error> {
    let InflowMeter { since, until, .. } = &of.shown;
    let mut query = db.prepare_cached(UNKNOWN)?;
    let times = params![of.meter, since.0, until.map(|until| until.0), from.max(*since).0, SETTLES_BELOW];
    let found = query.query_map(times, |row| Ok((UtcMillis(row.get(0)?), UtcMillis(row.get(1)?))))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Whether a meter is or was one, by key.
///
/// # Errors
/// The database.
pub fn is_one(db: &Db, meter: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM zone_inflow WHERE meter = ?1)")?;
    Ok(query.query_row([meter], |row| row.get(0))?)
}

/// Whether a meter is one now.
///
/// # Errors
/// The database.
pub fn is_one_now(db: &Db, meter: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM zone_inflow WHERE meter = ?1 AND until IS NULL)")?;
    Ok(query.query_row([meter], |row| row.get(0))?)
}

/// What a meter is a bulk meter of.
pub struct InflowOf {
    /// Key of its utility.
    pub utility: i64,
    /// The zone.
    pub zone: ZoneId,
    /// The zone's name.
    pub name: String,
    /// The meter's serial number.
    pub serial: String,
}

/// The zone of which a meter is a bulk meter now.
///
/// # Errors
/// The database.
pub fn of_meter(db: &Db, meter: i64) -> Result<Option<InflowOf>, Error> {
    let mut query = db.prepare_cached(
        "SELECT z.utility, z.id, z.name, m.serial FROM zone_inflow f JOIN zone z ON z.num = f.zone JOIN meter m ON m.num = f.meter
         WHERE f.meter = ?1 AND f.until IS NULL",
    )?;
    let found = query.query_row([meter], |row| {
        Ok(InflowOf { utility: row.get(0)?, zone: ZoneId(Uuid::from_bytes(row.get(1)?)), name: row.get(2)?, serial: row.get(3)? })
    });
    Ok(found.optional()?)
}

/// The latest instant at which a meter began or ended to be one.
///
/// # Errors
/// The database.
pub fn latest(db: &Db, meter: i64) -> Result<Option<UtcMillis>, Error> {
    let mut query = db.prepare_cached("SELECT MAX(MAX(since), COALESCE(MAX(until), 0)) FROM zone_inflow WHERE meter = ?1")?;
    Ok(query.query_row([meter], |row| row.get::<_, Option<i64>>(0))?.map(UtcMillis))
}

/// Whether an identifier is taken, in whichever utility.
///
/// # Errors
/// The database.
pub fn exists(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM zone_inflow WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// Writes a new inflow.
///
/// # Errors
/// The meter is or was at a connection, or the database.
pub fn insert(tx: &mut Tx<'_>, id: Uuid, (meter, zone): (i64, i64), since: UtcMillis) -> Result<(), Error> {
    tx.db.execute(
        "INSERT INTO zone_inflow (id, meter, zone, since) VALUES (?1, ?2, ?3, ?4)",
        params![id.as_bytes(), meter, zone, since.0],
    )?;
    Ok(())
}

/// Ends an inflow.
///
/// # Errors
/// The database.
pub fn end(tx: &mut Tx<'_>, num: i64, until: UtcMillis) -> Result<(), Error> {
    tx.db.execute("UPDATE zone_inflow SET until = ?2 WHERE num = ?1 AND until IS NULL", params![num, until.0])?;
    Ok(())
}

/// A meter of a utility by its serial number: its key, and whether it is or was at a connection.
///
/// # Errors
/// The database.
pub fn meter_of_serial(db: &Db, utility: i64, serial: &Serial) -> Result<Option<(i64, bool)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, EXISTS (SELECT 1 FROM installation i WHERE i.meter = meter.num) FROM meter WHERE serial = ?1 AND utility = ?2",
    )?;
    Ok(query.query_row(params![serial.as_str(), utility], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// A zone's limit, per mille.
///
/// # Errors
/// No such zone, or the database.
pub fn limit(db: &Db, zone: i64) -> Result<Option<u16>, Error> {
    Ok(db.prepare_cached("SELECT loss_limit FROM zone WHERE num = ?1")?.query_row([zone], |row| row.get(0))?)
}

/// Writes a zone's limit. What was notified of another one is forgotten.
///
/// # Errors
/// The database.
pub fn write_limit(tx: &mut Tx<'_>, zone: i64, limit: Option<u16>) -> Result<(), Error> {
    tx.db
        .prepare_cached("UPDATE zone SET loss_limit = ?2, loss_notified_at = NULL WHERE num = ?1")?
        .execute(params![zone, limit])?;
    Ok(())
}

/// A zone with a limit.
pub struct LimitedZone {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: ZoneId,
    /// Key of its utility.
    pub utility: i64,
    /// Its time zone.
    pub time_zone: TimeZone,
    /// Its limit, per mille.
    pub limit: u16,
}

/// The zones with a limit.
///
/// # Errors
/// The database.
pub fn limited(db: &Db) -> Result<Vec<LimitedZone>, Error> {
    let mut query =
        db.prepare_cached("SELECT num, id, utility, time_zone, loss_limit FROM zone WHERE loss_limit IS NOT NULL ORDER BY num")?;
    let found = query.query_map([], |row| {
        let zone: String = row.get(3)?;
        Ok(LimitedZone {
            num: row.get(0)?,
            id: ZoneId(Uuid::from_bytes(row.get(1)?)),
            utility: row.get(2)?,
            time_zone: TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta),
            limit: row.get(4)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keeps whether the admins were notified that a zone's limit is passed; returns whether that is new. It is not if the limit has changed since
/// it was read.
///
/// # Errors
/// The database.
pub fn mark_notified(tx: &mut Tx<'_>, zone: i64, limit: u16, is_notified: bool) -> Result<bool, Error> {
    let at = is_notified.then_some(tx.now.0);
    let changed = tx
        .db
        .prepare_cached(
            "UPDATE zone SET loss_notified_at = ?3 WHERE num = ?1 AND loss_limit = ?2 AND (loss_notified_at IS NULL) = (?3 IS NOT NULL)",
        )?
        .execute(params![zone, limit, at])?;
    Ok(changed > 0)
}

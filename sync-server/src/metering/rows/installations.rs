//! Installations as rows: which meter was at which connection, from when to when. Meters that measure what goes into zones are read with them.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::meter::{InstalledPeriod, Meter};
use domain::metering::meter::Capability;
use domain::{ConnectionId, Flow, MeterId, Millilitres, TimeZone, UtcMillis};
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The query of where a meter was, of [`load_meter`]: its installations and its inflows, each by an index that begins with the meter.
pub const PLACES: &str = "SELECT i.since, i.until, c.num, c.id, z.time_zone FROM installation i
      JOIN connection c ON c.num = i.connection JOIN zone z ON z.num = c.zone WHERE i.meter = ?1
    UNION ALL SELECT f.since, f.until, -f.num, f.id, z.time_zone FROM zone_inflow f JOIN zone z ON z.num = f.zone WHERE f.meter = ?1
    ORDER BY 1";

/// Reads a meter with where it was.
///
/// # Errors
/// No such meter, or the database.
pub fn load_meter(db: &Db, num: i64) -> Result<Meter, Error> {
    let mut periods = db.prepare_cached(PLACES)?;
    let mut periods = periods
        .query_map([num], |row| {
            let zone: String = row.get(4)?;
            let connection = ConnectionId(Uuid::from_bytes(row.get(3)?));
            Ok(InstalledPeriod {
                since: UtcMillis(row.get(0)?),
                until: row.get::<_, Option<i64>>(1)?.map(UtcMillis),
                num: row.get(2)?,
                connection,
                place: connection,
                zone: TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta),
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let mut seen = BTreeSet::new();
    for period in periods.iter_mut().filter(|period| !seen.insert(period.connection)) {
        period.place = ConnectionId(Uuid::new_v5(&period.connection.0, &period.since.0.to_be_bytes()));
    }
    let mut meter = db.prepare_cached("SELECT id, q3, register_modulus FROM meter WHERE num = ?1")?;
    Ok(meter.query_row([num], |row| {
        let capability = Capability { q3: Flow(row.get(1)?), register_modulus: Millilitres(row.get(2)?) };
        Ok(Meter { num, id: MeterId(Uuid::from_bytes(row.get(0)?)), capability, periods })
    })?)
}

/// The latest instant at which an installation of this meter, or at this connection, began or ended.
///
/// # Errors
/// The database.
pub fn latest(db: &Db, meter: i64, connection: i64) -> Result<Option<UtcMillis>, Error> {
    let mut query = db.prepare_cached(
        "SELECT MAX(MAX(since), COALESCE(MAX(until), 0)) FROM installation WHERE meter = ?1 OR connection = ?2",
    )?;
    Ok(query.query_row([meter, connection], |row| row.get::<_, Option<i64>>(0))?.map(UtcMillis))
}

/// The meter at a connection, by key.
///
/// # Errors
/// The database.
pub fn meter_at(db: &Db, connection: i64) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT meter FROM installation WHERE connection = ?1 AND until IS NULL")?;
    Ok(query.query_row([connection], |row| row.get(0)).optional()?)
}

/// The connection where a meter is, or was last, by key.
///
/// # Errors
/// The database.
pub fn last_connection(db: &Db, meter: i64) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT connection FROM installation WHERE meter = ?1 ORDER BY since DESC LIMIT 1")?;
    Ok(query.query_row([meter], |row| row.get(0)).optional()?)
}

/// The connection where a meter is, by key.
///
/// # Errors
/// The database.
pub fn connection_of(db: &Db, meter: i64) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT connection FROM installation WHERE meter = ?1 AND until IS NULL")?;
    Ok(query.query_row([meter], |row| row.get(0)).optional()?)
}

/// Whether a meter was installed at an instant. The meter that is put up at an instant is the one that is there then.
///
/// # Errors
/// The database.
pub fn was_installed(db: &Db, meter: i64, at: UtcMillis) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM installation WHERE meter = ?1 AND since <= ?2 AND (until IS NULL OR until > ?2))",
    )?;
    Ok(query.query_row([meter, at.0], |row| row.get(0))?)
}

/// The query of [`meters_of`]: both parts search an index.
pub const METERS_OF: &str =
    "SELECT DISTINCT meter FROM installation WHERE connection = ?1 UNION ALL SELECT meter FROM zone_inflow WHERE num = -?1";

/// The meters that are or were at a connection, or that of an inflow by the key under which it is summed.
///
/// # Errors
/// The database.
pub fn meters_of(db: &Db, connection: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(METERS_OF)?;
    Ok(query.query_map([connection], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Ends the installations of this meter and at this connection.
///
/// # Errors
/// The database.
pub fn end(tx: &mut Tx<'_>, meter: i64, connection: i64, until: UtcMillis) -> Result<(), Error> {
    tx.db.execute(
        "UPDATE installation SET until = ?2 WHERE (meter = ?1 OR connection = ?3) AND until IS NULL",
        params![meter, until.0, connection],
    )?;
    Ok(())
}

/// Writes a new installation.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, meter: i64, connection: i64, since: UtcMillis) -> Result<(), Error> {
    tx.db.execute(
        "INSERT INTO installation (meter, since, connection) VALUES (?1, ?2, ?3)",
        params![meter, since.0, connection],
    )?;
    Ok(())
}

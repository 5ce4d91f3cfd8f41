//! Usage days and months as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::metering::reading::DayUse;
use domain::metering::reading::rollup::HourUse;
use domain::metering::zone_balance::{Measured, NIGHT_FROM, NIGHT_UNTIL};
use domain::{LocalDay, Millilitres, TimeZone};
use rusqlite::{OptionalExtension, params};

/// Bytes of an hour: volume and covered time.
const HOUR: usize = 12;

fn encode_hours(used: &DayUse) -> Option<Vec<u8>> {
    used.hours.iter().any(|hour| hour.covered_ms != 0).then(|| {
        used.hours
            .iter()
            .flat_map(|hour| {
                let mut bytes = [0; HOUR];
                bytes[..8].copy_from_slice(&hour.volume.0.to_le_bytes());
                bytes[8..].copy_from_slice(&(hour.covered_ms as i32).to_le_bytes());
                bytes
            })
            .collect()
    })
}

/// A day from its columns. A blob of another length reads as a day without hours; `check` finds it.
pub fn decode_day(volume: i64, covered_ms: i64, hours: Option<&[u8]>) -> DayUse {
    let mut used = DayUse { volume: Millilitres(volume), covered_ms, ..DayUse::default() };
    for (hour, bytes) in used.hours.iter_mut().zip(hours.unwrap_or_default().chunks_exact(HOUR)) {
        let (volume, covered) = bytes.split_at(8);
        *hour = HourUse {
            volume: Millilitres(volume.try_into().map_or(0, i64::from_le_bytes)),
            covered_ms: covered.try_into().map_or(0, |bytes| i64::from(i32::from_le_bytes(bytes))),
        };
    }
    used
}

/// Reads a connection's day.
///
/// # Errors
/// The database.
pub fn load_day(db: &Db, connection: i64, day: LocalDay) -> Result<Option<DayUse>, Error> {
    let mut query = db.prepare_cached("SELECT volume, covered_ms, hours FROM usage_day WHERE connection = ?1 AND day = ?2")?;
    let found = query.query_row(params![connection, day.0], |row| {
        let hours: Option<Vec<u8>> = row.get(2)?;
        Ok(decode_day(row.get(0)?, row.get(1)?, hours.as_deref()))
    });
    Ok(found.optional()?)
}

/// The days of a connection that are summed.
///
/// # Errors
/// The database.
pub fn days_of(db: &Db, connection: i64) -> Result<Vec<LocalDay>, Error> {
    let mut query = db.prepare_cached("SELECT day FROM usage_day WHERE connection = ?1")?;
    Ok(query.query_map([connection], |row| row.get(0).map(LocalDay))?.collect::<Result<_, _>>()?)
}

/// The query of [`measured`]: a stretch of the table's own order.
pub const MEASURED: &str =
    "SELECT day, volume, covered_ms, hours FROM usage_day WHERE connection = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day";

/// The days from one to another under a key, in order, without their hours but for the night's.
///
/// # Errors
/// The database.
pub fn measured(db: &Db, key: i64, (from, to): (LocalDay, LocalDay)) -> Result<Vec<(LocalDay, Measured)>, Error> {
    let mut query = db.prepare_cached(MEASURED)?;
    let found = query.query_map(params![key, from.0, to.0], |row| {
        let hours: Option<Vec<u8>> = row.get(3)?;
        let used = decode_day(row.get(1)?, row.get(2)?, hours.as_deref());
        let mut night = HourUse::default();
        for hour in &used.hours[NIGHT_FROM..NIGHT_UNTIL] {
            night.volume += hour.volume;
            night.covered_ms += hour.covered_ms;
        }
        Ok((LocalDay(row.get(0)?), Measured { volume: used.volume, covered_ms: used.covered_ms, night }))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The query of [`each_day`]: zone by zone and connection by connection, the days of each by their key. It costs a search for each connection,
/// and reads no day outside of the wanted ones.
pub const EACH_DAY: &str =
    "SELECT u.day, u.volume, u.covered_ms, u.hours FROM zone z CROSS JOIN connection c CROSS JOIN usage_day u
    WHERE z.utility = ?1 AND z.time_zone = ?2 AND c.zone = z.num AND u.connection = c.num AND u.day BETWEEN ?3 AND ?4";

/// Shows each day of a utility's connections in a time zone, from one day to another, to `see`.
///
/// # Errors
/// The database.
pub fn each_day(
    db: &Db,
    utility: i64,
    (zone, from, to): (TimeZone, LocalDay, LocalDay),
    mut see: impl FnMut(LocalDay, &DayUse),
) -> Result<(), Error> {
    let mut query = db.prepare_cached(EACH_DAY)?;
    let mut rows = query.query(params![utility, zone.iana(), from.0, to.0])?;
    while let Some(row) = rows.next()? {
        let hours: Option<Vec<u8>> = row.get(3)?;
        see(LocalDay(row.get(0)?), &decode_day(row.get(1)?, row.get(2)?, hours.as_deref()));
    }
    Ok(())
}

/// The query of [`metered_by_time_zone`]: it reads indexes alone.
pub const METERED: &str = "SELECT z.time_zone, COUNT(i.meter) FROM zone z CROSS JOIN connection c CROSS JOIN installation i
    WHERE z.utility = ?1 AND c.zone = z.num AND i.connection = c.num AND i.until IS NULL GROUP BY z.time_zone";

/// How many connections with a meter a utility has, by time zone.
///
/// # Errors
/// The database.
pub fn metered_by_time_zone(db: &Db, utility: i64) -> Result<Vec<(TimeZone, i64)>, Error> {
    let mut query = db.prepare_cached(METERED)?;
    let found = query.query_map([utility], |row| {
        let zone: String = row.get(0)?;
        Ok((TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta), row.get(1)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Writes a connection's day and marks it as unpublished. What goes into a zone, under a key below zero, is published to nobody.
///
/// # Errors
/// The database.
pub fn write_day(tx: &mut Tx<'_>, connection: i64, day: LocalDay, used: &DayUse) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO usage_day (connection, day, volume, covered_ms, hours, dirty) VALUES (?1, ?2, ?3, ?4, ?5, ?1 > 0)
         ON CONFLICT (connection, day) DO UPDATE SET volume = excluded.volume, covered_ms = excluded.covered_ms,
           hours = excluded.hours, dirty = excluded.dirty",
        )?
        .execute(params![connection, day.0, used.volume.0, used.covered_ms, encode_hours(used)])?;
    Ok(())
}

/// Adds to a connection's month and marks it as unpublished, but for what goes into a zone.
///
/// # Errors
/// The database.
pub fn add_month(tx: &mut Tx<'_>, connection: i64, month: i32, volume: i64, covered_ms: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO usage_month (connection, month, volume, covered_ms, dirty) VALUES (?1, ?2, ?3, ?4, ?1 > 0)
         ON CONFLICT (connection, month) DO UPDATE SET volume = volume + excluded.volume,
           covered_ms = covered_ms + excluded.covered_ms, dirty = excluded.dirty",
        )?
        .execute(params![connection, month, volume, covered_ms])?;
    Ok(())
}

/// Days of a connection that are yet to be published, with the revision that each has from now on.
///
/// # Errors
/// The database.
pub fn revise_days(tx: &mut Tx<'_>, connection: i64) -> Result<Vec<(i32, i64)>, Error> {
    revise(tx, "UPDATE usage_day SET rev = rev + 1, dirty = 0 WHERE connection = ?1 AND dirty = 1 RETURNING day, rev", connection)
}

/// Months of a connection that are yet to be published, with the revision that each has from now on.
///
/// # Errors
/// The database.
pub fn revise_months(tx: &mut Tx<'_>, connection: i64) -> Result<Vec<(i32, i64)>, Error> {
    revise(
        tx,
        "UPDATE usage_month SET rev = rev + 1, dirty = 0 WHERE connection = ?1 AND dirty = 1 RETURNING month, rev",
        connection,
    )
}

fn revise(tx: &mut Tx<'_>, sql: &str, connection: i64) -> Result<Vec<(i32, i64)>, Error> {
    let mut query = tx.db.prepare_cached(sql)?;
    let rows = query.query_map([connection], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

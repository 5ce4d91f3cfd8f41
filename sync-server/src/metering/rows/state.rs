//! Meter states as rows: the newest values of each meter, and whether they are yet to be published.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::intake::MeterState;
use domain::metering::meter::{BATTERY_LEVELS, Valve};
use domain::{Flow, Millilitres, UtcMillis};
use rusqlite::{OptionalExtension, params};

/// Reads a meter's state.
///
/// # Errors
/// The database.
pub fn load(db: &Db, meter: i64) -> Result<Option<MeterState>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t, received_at, register, flow, valve, battery, rssi, kpa, celsius, said_offline, valve_t,
           COALESCE(reported_at, received_at) FROM meter_state WHERE meter = ?1",
    )?;
    let found = query.query_row([meter], |row| {
        let valve: String = row.get(4)?;
        Ok(MeterState {
            t: UtcMillis(row.get(0)?),
            received_at: UtcMillis(row.get(1)?),
            register: Millilitres(row.get(2)?),
            flow: row.get::<_, Option<i64>>(3)?.map(Flow),
            valve: Valve::from_str_or_unknown(&valve),
            // An older release has stored what is no percentage.
            battery: row.get::<_, Option<i16>>(5)?.filter(|level| BATTERY_LEVELS.contains(level)),
            rssi: row.get(6)?,
            kpa: row.get(7)?,
            celsius: row.get(8)?,
            said_offline: row.get(9)?,
            valve_t: row.get::<_, Option<i64>>(10)?.map(UtcMillis),
            reported_at: UtcMillis(row.get(11)?),
        })
    });
    Ok(found.optional()?)
}

/// Writes a meter's state and marks it as unpublished.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, meter: i64, state: &MeterState) -> Result<(), Error> {
    tx.db.prepare_cached(
        "INSERT INTO meter_state (meter, t, received_at, register, flow, valve, battery, rssi, kpa, celsius, said_offline, valve_t, reported_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (meter) DO UPDATE SET t = excluded.t, received_at = excluded.received_at, register = excluded.register,
           flow = excluded.flow, valve = excluded.valve, battery = excluded.battery, rssi = excluded.rssi, kpa = excluded.kpa,
           celsius = excluded.celsius, said_offline = excluded.said_offline, valve_t = excluded.valve_t, reported_at = excluded.reported_at,
           dirty = 1",
    )?
    .execute(params![
        meter,
        state.t.0,
        state.received_at.0,
        state.register.0,
        state.flow.map(|flow| flow.0),
        state.valve.as_str(),
        state.battery,
        state.rssi,
        state.kpa,
        state.celsius,
        state.said_offline,
        state.valve_t.map(|t| t.0),
        state.reported_at.0,
    ])?;
    Ok(())
}

/// Marks a meter's state as unpublished.
///
/// # Errors
/// The database.
pub fn mark_unpublished(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    tx.db.execute("UPDATE meter_state SET dirty = 1 WHERE meter = ?1", [meter])?;
    Ok(())
}

/// The revision that a meter's state has from now on, if it is yet to be published.
///
/// # Errors
/// The database.
pub fn revise(tx: &mut Tx<'_>, meter: i64) -> Result<Option<i64>, Error> {
    let mut query =
        tx.db.prepare_cached("UPDATE meter_state SET rev = rev + 1, dirty = 0 WHERE meter = ?1 AND dirty = 1 RETURNING rev")?;
    Ok(query.query_map([meter], |row| row.get(0))?.next().transpose()?)
}

/// The meters of which a state or the use at a connection is yet to be published. Somebody may have read a meter that has sent nothing itself:
/// then only its use is.
///
/// # Errors
/// The database.
pub fn unpublished(db: &Db) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare(
        "SELECT meter FROM meter_state WHERE dirty = 1
         UNION SELECT i.meter FROM usage_day u JOIN installation i ON i.connection = u.connection WHERE u.dirty = 1
         UNION SELECT i.meter FROM usage_month u JOIN installation i ON i.connection = u.connection WHERE u.dirty = 1",
    )?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

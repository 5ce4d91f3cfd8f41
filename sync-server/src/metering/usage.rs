//! Rollups and latest values as rows.

use crate::core::Tx;
use crate::error::Error;
use crate::metering::intake::State;
use domain::metering::meter::Valve;
use domain::metering::reading::DayUse;
use domain::metering::reading::rollup::HourUse;
use domain::{Flow, LocalDay, Millilitres, UtcMillis};
use rusqlite::{Connection, OptionalExtension, params};

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
pub fn load_day(db: &Connection, connection: i64, day: LocalDay) -> Result<Option<DayUse>, Error> {
    let mut query = db.prepare_cached("SELECT volume, covered_ms, hours FROM usage_day WHERE connection = ?1 AND day = ?2")?;
    let found = query.query_row(params![connection, day.0], |row| {
        let hours: Option<Vec<u8>> = row.get(2)?;
        Ok(decode_day(row.get(0)?, row.get(1)?, hours.as_deref()))
    });
    Ok(found.optional()?)
}

/// Writes a connection's day and marks it as unpublished.
///
/// # Errors
/// The database.
pub fn write_day(tx: &mut Tx<'_>, connection: i64, day: LocalDay, used: &DayUse) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO usage_day (connection, day, volume, covered_ms, hours) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (connection, day) DO UPDATE SET volume = excluded.volume, covered_ms = excluded.covered_ms,
           hours = excluded.hours, dirty = 1",
        )?
        .execute(params![connection, day.0, used.volume.0, used.covered_ms, encode_hours(used)])?;
    Ok(())
}

/// Adds to a connection's month and marks it as unpublished.
///
/// # Errors
/// The database.
pub fn add_month(tx: &mut Tx<'_>, connection: i64, month: i32, volume: i64, covered_ms: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO usage_month (connection, month, volume, covered_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (connection, month) DO UPDATE SET volume = volume + excluded.volume,
           covered_ms = covered_ms + excluded.covered_ms, dirty = 1",
        )?
        .execute(params![connection, month, volume, covered_ms])?;
    Ok(())
}

/// Reads the latest of a meter.
///
/// # Errors
/// The database.
pub fn load_state(db: &Connection, meter: i64) -> Result<Option<State>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t, received_at, register, flow, valve, battery, rssi, kpa, celsius, said_offline, valve_t FROM meter_state WHERE meter = ?1",
    )?;
    let found = query.query_row([meter], |row| {
        let valve: String = row.get(4)?;
        Ok(State {
            t: UtcMillis(row.get(0)?),
            received_at: UtcMillis(row.get(1)?),
            register: Millilitres(row.get(2)?),
            flow: row.get::<_, Option<i64>>(3)?.map(Flow),
            valve: Valve::from_str_or_unknown(&valve),
            battery: row.get(5)?,
            rssi: row.get(6)?,
            kpa: row.get(7)?,
            celsius: row.get(8)?,
            said_offline: row.get(9)?,
            valve_t: row.get::<_, Option<i64>>(10)?.map(UtcMillis),
        })
    });
    Ok(found.optional()?)
}

/// Writes the latest of a meter and marks it as unpublished.
///
/// # Errors
/// The database.
pub fn write_state(tx: &mut Tx<'_>, meter: i64, state: &State) -> Result<(), Error> {
    tx.db.prepare_cached(
        "INSERT INTO meter_state (meter, t, received_at, register, flow, valve, battery, rssi, kpa, celsius, said_offline, valve_t)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (meter) DO UPDATE SET t = excluded.t, received_at = excluded.received_at, register = excluded.register,
           flow = excluded.flow, valve = excluded.valve, battery = excluded.battery, rssi = excluded.rssi, kpa = excluded.kpa,
           celsius = excluded.celsius, said_offline = excluded.said_offline, valve_t = excluded.valve_t, dirty = 1",
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
    ])?;
    Ok(())
}

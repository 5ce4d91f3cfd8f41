//! The field records of a meter. Costs the newest rows of one meter.

use crate::error::Error;
use crate::queries::read;
use domain::{MeterId, TimeZone};
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use protocol::ui::{FieldRecord, FieldRecords};
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

/// Rows of a kind that are shown at most.
const SHOWN: u32 = 100;

/// Notes, manual readings and swaps of a meter, the newest first.
///
/// # Errors
/// The cache cannot be read.
pub fn field_records(db: &Connection, meter: MeterId) -> Result<Option<FieldRecords>, Error> {
    let key = meter.to_string();
    let mut query = db.prepare_cached(
        "SELECT m.body, s.body, z.body FROM meter m LEFT JOIN meter_state s ON s.id = m.id LEFT JOIN zone z ON z.id = m.zone
         WHERE m.id = ?1",
    )?;
    let found: Option<(String, Option<String>, Option<String>)> =
        query.query_row([&key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((body, state, zone)) = found else { return Ok(None) };
    let row: rows::Meter = read(&body)?;
    let state: Option<rows::MeterState> = state.as_deref().map(read).transpose()?;
    let zone: Option<rows::Zone> = zone.as_deref().map(read).transpose()?;
    let mut notes: Vec<FieldRecord<rows::Note>> = latest(db, "note", Entity::Note, &key)?;
    notes.retain(|record| !record.row.taken_back);
    let readings: Vec<FieldRecord<rows::ManualReading>> = latest(db, "manual_reading", Entity::ManualReading, &key)?;
    // The next reading is not compared with one that carries a review mark.
    let manual = readings.iter().filter(|record| record.row.review.is_empty()).map(|record| (record.row.at, record.row.register));
    let reported = state.map(|state| (state.t, state.register));
    Ok(Some(FieldRecords {
        last: manual.chain(reported).max_by_key(|(t, _)| *t),
        reported,
        notes,
        readings,
        swaps: swaps(db, &key)?,
        capability: row.capability,
        time_zone: zone.map_or(TimeZone::Jakarta, |zone| zone.time_zone),
    }))
}

/// The swaps by which a meter was put up or taken down, with those that wait and follow one of them: what hangs there now is known by them alone.
///
/// # Errors
/// The cache cannot be read.
pub(super) fn swaps(db: &Connection, meter: &str) -> Result<Vec<FieldRecord<rows::MeterSwap>>, Error> {
    let mut query = db.prepare_cached(
        "WITH RECURSIVE place (meter) AS (
           SELECT ?1 UNION SELECT r.id FROM place p JOIN meter_swap r ON r.old = p.meter JOIN base_row b ON b.entity = ?2 AND b.id = r.id
         )
         SELECT r.body, b.id IS NOT NULL FROM meter_swap r LEFT JOIN base_row b ON b.entity = ?2 AND b.id = r.id
         WHERE r.meter IN (SELECT meter FROM place) OR r.old IN (SELECT meter FROM place)
         ORDER BY r.at DESC, r.id DESC LIMIT +?3",
    )?;
    let rows = query
        .query_map(params![meter, Entity::MeterSwap as u8, SHOWN], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, bool)>, _>>()?;
    rows.into_iter().map(|(body, waiting)| Ok(FieldRecord { row: read(&body)?, waiting })).collect()
}

fn latest<T: DeserializeOwned>(db: &Connection, table: &str, entity: Entity, meter: &str) -> Result<Vec<FieldRecord<T>>, Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT r.body, b.id IS NOT NULL FROM {table} r LEFT JOIN base_row b ON b.entity = ?2 AND b.id = r.id
         WHERE r.meter = ?1 ORDER BY r.at DESC, r.id DESC LIMIT +?3"
    ))?;
    let rows = query
        .query_map(params![meter, entity as u8, SHOWN], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, bool)>, _>>()?;
    rows.into_iter().map(|(body, waiting)| Ok(FieldRecord { row: read(&body)?, waiting })).collect()
}

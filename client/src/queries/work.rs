//! Work orders: those that are to be done, and those of one meter. Costs the open orders that this device holds, or the newest of one meter.

use crate::error::Error;
use crate::queries::read;
use domain::core::position::Position;
use domain::{MeterId, TimeZone, WorkOrderId};
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use protocol::ui::WorkRow;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Orders of a list at most, and of one meter.
const TO_DO: u32 = 200;
const OF_METER: u32 = 20;

pub(super) const SELECT: &str =
    "SELECT w.body, m.serial, c.address, z.body, b.id IS NOT NULL, json_extract(c.body, '$.position[0]'), json_extract(c.body, '$.position[1]')
    FROM work_order w LEFT JOIN meter m ON m.id = w.meter LEFT JOIN connection c ON c.id = m.connection
    LEFT JOIN zone z ON z.id = m.zone LEFT JOIN base_row b ON b.entity = ?1 AND b.id = w.id";

/// The bodies of an order and its zone, serial and address in between; whether something waits; and where the meter is.
pub(super) type Parts = (String, Option<String>, Option<String>, Option<String>, bool, Option<Position>);

pub(super) fn parts(row: &Row<'_>) -> rusqlite::Result<Parts> {
    let (lat, lon): (Option<i32>, Option<i32>) = (row.get(5)?, row.get(6)?);
    let position = lat.zip(lon).and_then(|(lat, lon)| Position::new(lat, lon));
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, position))
}

pub(super) fn shown((order, serial, address, zone, waiting, position): Parts) -> Result<WorkRow, Error> {
    let zone: Option<rows::Zone> = zone.as_deref().map(read).transpose()?;
    Ok(WorkRow {
        order: read(&order)?,
        serial: serial.unwrap_or_default(),
        address: address.unwrap_or_default(),
        time_zone: zone.as_ref().map_or(TimeZone::Jakarta, |zone| zone.time_zone),
        zone: zone.map(|zone| zone.id),
        position,
        waiting,
    })
}

/// What is to be done, the earliest first.
///
/// # Errors
/// The cache cannot be read.
pub fn work(db: &Connection) -> Result<Vec<WorkRow>, Error> {
    let mut query = db.prepare_cached(&format!("{SELECT} WHERE w.open = 1 ORDER BY w.at, w.id LIMIT +?2"))?;
    let found = query.query_map(params![Entity::WorkOrder as u8, TO_DO], parts)?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(shown).collect()
}

/// The orders of a meter: what is to be done, the earliest first, and then what was, the newest first.
///
/// # Errors
/// The cache cannot be read.
pub(super) fn of_meter(db: &Connection, meter: MeterId) -> Result<Vec<WorkRow>, Error> {
    let order = "w.open DESC, CASE WHEN w.open = 1 THEN w.at END, w.at DESC, w.id";
    let sql = format!("{SELECT} WHERE w.meter = ?2 ORDER BY {order} LIMIT +?3");
    let mut query = db.prepare_cached(&sql)?;
    let values = params![Entity::WorkOrder as u8, meter.to_string(), OF_METER];
    let found = query.query_map(values, parts)?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(shown).collect()
}

/// One order; none if this device does not hold it.
///
/// # Errors
/// The cache cannot be read.
pub(super) fn order(db: &Connection, id: WorkOrderId) -> Result<Option<rows::WorkOrder>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM work_order WHERE id = ?1")?;
    let body: Option<String> = query.query_row([id.to_string()], |row| row.get(0)).optional()?;
    body.as_deref().map(read).transpose()
}

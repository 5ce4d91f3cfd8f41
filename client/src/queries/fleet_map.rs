//! Perangkat as a map. Costs what Perangkat costs, the whole fleet, and one look at the connection of each meter: a tenth of a second for ten
//! thousand meters, whose answer has about a megabyte.

use crate::error::Error;
use crate::queries::fleet::{Entry, found, passes};
use crate::queries::read;
use domain::core::position::Position;
use domain::metering::meter::Valve;
use domain::{ConnectionId, MeterId, UtcMillis};
use protocol::sync::rows;
use protocol::ui::{FleetMap, FleetQuery, MapPoint, UNPLACED, UnplacedMeter};
use rusqlite::Connection;
use std::collections::HashMap;

/// The meters that the search and the filter leave, by serial, with their places.
///
/// # Errors
/// The cache cannot be read.
pub fn fleet_map(db: &Connection, asked: &FleetQuery, now: UtcMillis) -> Result<FleetMap, Error> {
    let (_, found) = found(db, asked, now)?;
    let places = places(db)?;
    let (mut points, mut unplaced) = (Vec::new(), Vec::new());
    let (mut unplaced_count, mut not_installed) = (0, 0);
    for entry in found.into_iter().filter(|entry| passes(&entry.row, asked.only)) {
        match (entry.meter.connection, places.get(&entry.row.now.id)) {
            (_, Some(at)) => points.push(point(entry, *at)),
            (Some(connection), None) => {
                unplaced_count += 1;
                if unplaced.len() < UNPLACED {
                    unplaced.push(without_place(entry, connection));
                }
            }
            // A bulk meter is where its zone's main is, which nobody has entered.
            (None, None) if entry.meter.inflow.is_some() => {}
            (None, None) => not_installed += 1,
        }
    }
    Ok(FleetMap { points, unplaced, unplaced_count, not_installed, zones: zones(db)? })
}

fn point(entry: Entry, at: Position) -> MapPoint {
    let now = entry.row.now;
    MapPoint {
        id: now.id,
        serial: entry.row.serial,
        at,
        interval_s: now.interval_s,
        t: now.t,
        said_offline: now.said_offline,
        valve_closed: now.valve == Valve::Closed,
    }
}

fn without_place(entry: Entry, connection: ConnectionId) -> UnplacedMeter {
    UnplacedMeter {
        id: entry.row.now.id,
        serial: entry.row.serial,
        connection,
        address: entry.row.address,
        customer: entry.row.customer,
        zone: entry.meter.zone,
    }
}

/// Where each meter is whose connection has a place.
fn places(db: &Connection) -> Result<HashMap<MeterId, Position>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id, json_extract(c.body, '$.position[0]') AS lat, json_extract(c.body, '$.position[1]')
         FROM meter m JOIN connection c ON c.id = m.connection WHERE lat IS NOT NULL",
    )?;
    let mut places = HashMap::new();
    let mut found = query.query([])?;
    while let Some(row) = found.next()? {
        let id = row.get::<_, String>(0)?.parse::<MeterId>().ok();
        let at = Position::new(row.get(1)?, row.get(2)?);
        places.extend(id.zip(at));
    }
    Ok(places)
}

/// The zones that this device holds, by name.
fn zones(db: &Connection) -> Result<Vec<rows::Zone>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM zone")?;
    let bodies = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut zones: Vec<rows::Zone> = bodies.iter().map(|body| read(body)).collect::<Result<_, _>>()?;
    zones.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(zones)
}

//! Bodies of zones, connections, meters, usage and conflicts, each from its own table.

use crate::core::Db;
use crate::error::Error;
use crate::metering::rows::connections::position;
use crate::metering::rows::health::condition;
use crate::metering::rows::usage::decode_day;
use crate::metering::rows::zones::outline;
use domain::metering::meter::{Capability, LifeCycle, Valve};
use domain::{
    ConflictId, ConnectionId, CustomerId, Flow, LocalDay, LocalMonth, MeterId, Millilitres, TimeZone, UtcMillis, ZoneId,
};
use protocol::sync::rows::{Conflict, Connection, Entity, Meter, MeterState, UsageDay, UsageMonth, Zone};
use rusqlite::{OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A zone.
///
/// # Errors
/// The database.
pub fn zone(db: &Db, id: Uuid) -> Result<Option<Zone>, Error> {
    let mut query = db.prepare_cached("SELECT id, name, time_zone, outline FROM zone WHERE id = ?1")?;
    let found = query.query_row([id.as_bytes()], |row| {
        let zone: String = row.get(2)?;
        let time_zone = TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta);
        Ok(Zone { id: ZoneId(uuid(row, 0)?), name: row.get(1)?, time_zone, outline: outline(row, 3)? })
    });
    Ok(found.optional()?)
}

/// A connection, with the meter that is there now.
///
/// # Errors
/// The database.
pub fn connection(db: &Db, id: Uuid) -> Result<Option<Connection>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.id, cu.id, z.id, c.kind, c.label, c.address, c.tariff_class, m.id, c.lat, c.lon FROM connection c
         JOIN customer cu ON cu.num = c.customer JOIN zone z ON z.num = c.zone
         LEFT JOIN installation i ON i.connection = c.num AND i.until IS NULL LEFT JOIN meter m ON m.num = i.meter WHERE c.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        Ok(Connection {
            id: ConnectionId(uuid(row, 0)?),
            customer: CustomerId(uuid(row, 1)?),
            zone: ZoneId(uuid(row, 2)?),
            kind: word(row, 3)?,
            label: row.get(4)?,
            address: row.get(5)?,
            tariff_class: word(row, 6)?,
            position: position(row, 8)?,
            meter: row.get::<_, Option<[u8; 16]>>(7)?.map(|id| MeterId(Uuid::from_bytes(id))),
        })
    });
    Ok(found.optional()?)
}

/// A meter, with the connection where it is now.
///
/// # Errors
/// The database.
pub fn meter(db: &Db, id: Uuid) -> Result<Option<Meter>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id, m.serial, m.model, m.q3, m.register_modulus, m.life_cycle, m.interval_s, m.firmware, c.id, z.id,
           (SELECT w.id FROM zone_inflow f JOIN zone w ON w.num = f.zone WHERE f.meter = m.num AND f.until IS NULL) FROM meter m
         LEFT JOIN installation i ON i.meter = m.num AND i.until IS NULL LEFT JOIN connection c ON c.num = i.connection
         LEFT JOIN zone z ON z.num = c.zone WHERE m.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        let life_cycle: LifeCycle = word(row, 5)?;
        Ok(Meter {
            id: MeterId(uuid(row, 0)?),
            serial: word(row, 1)?,
            model: row.get(2)?,
            capability: Capability { q3: Flow(row.get(3)?), register_modulus: Millilitres(row.get(4)?) },
            life_cycle,
            interval_s: row.get(6)?,
            firmware: row.get(7)?,
            connection: row.get::<_, Option<[u8; 16]>>(8)?.map(|id| ConnectionId(Uuid::from_bytes(id))),
            zone: row.get::<_, Option<[u8; 16]>>(9)?.map(|id| ZoneId(Uuid::from_bytes(id))),
            inflow: row.get::<_, Option<[u8; 16]>>(10)?.map(|id| ZoneId(Uuid::from_bytes(id))),
        })
    });
    Ok(found.optional()?)
}

/// The newest values of a meter.
///
/// # Errors
/// The database.
pub fn meter_state(db: &Db, meter: Uuid) -> Result<Option<MeterState>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id, s.t, s.received_at, s.register, s.flow, s.valve, s.battery, s.rssi, s.said_offline,
           COALESCE(s.reported_at, s.received_at), h.condition
         FROM meter_state s JOIN meter m ON m.num = s.meter LEFT JOIN meter_health h ON h.meter = s.meter AND h.judged_at > 0
         WHERE m.id = ?1",
    )?;
    let found = query.query_row([meter.as_bytes()], |row| {
        let valve: String = row.get(5)?;
        Ok(MeterState {
            meter: MeterId(uuid(row, 0)?),
            t: UtcMillis(row.get(1)?),
            received_at: UtcMillis(row.get(2)?),
            register: Millilitres(row.get(3)?),
            flow: row.get::<_, Option<i64>>(4)?.map(Flow),
            valve: Valve::from_str_or_unknown(&valve),
            battery: row.get(6)?,
            rssi: row.get(7)?,
            said_offline: row.get(8)?,
            reported_at: Some(UtcMillis(row.get(9)?)),
            condition: condition(row, 10)?,
        })
    });
    Ok(found.optional()?)
}

/// A connection's local day.
///
/// # Errors
/// The database.
pub fn usage_day(db: &Db, connection: Uuid, day: Option<i32>) -> Result<Option<UsageDay>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.id, u.day, u.volume, u.covered_ms, u.hours, u.draws FROM usage_day u JOIN connection c ON c.num = u.connection
         WHERE c.id = ?1 AND u.day = ?2",
    )?;
    let found = query.query_row(params![connection.as_bytes(), day], |row| {
        let hours: Option<Vec<u8>> = row.get(4)?;
        let used = decode_day(row.get(2)?, row.get(3)?, hours.as_deref());
        // What an older release wrote and this one cannot read is as if it were not known.
        let draws = row.get::<_, Option<String>>(5)?.and_then(|text| serde_json::from_str(&text).ok());
        Ok(UsageDay { draws, ..UsageDay::new(ConnectionId(uuid(row, 0)?), LocalDay(row.get(1)?), &used) })
    });
    Ok(found.optional()?)
}

/// A connection's local month.
///
/// # Errors
/// The database.
pub fn usage_month(db: &Db, connection: Uuid, month: Option<i32>) -> Result<Option<UsageMonth>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.id, u.month, u.volume, u.covered_ms FROM usage_month u JOIN connection c ON c.num = u.connection
         WHERE c.id = ?1 AND u.month = ?2",
    )?;
    let found = query.query_row(params![connection.as_bytes(), month], |row| {
        Ok(UsageMonth {
            connection: ConnectionId(uuid(row, 0)?),
            month: LocalMonth(row.get(1)?),
            volume: Millilitres(row.get(2)?),
            covered_ms: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}

/// A conflict, with its author's name.
///
/// # Errors
/// The database.
pub fn conflict(db: &Db, id: Uuid) -> Result<Option<Conflict>, Error> {
    let mut query = db.prepare_cached(
        "SELECT f.id, f.entity, f.row_id, f.field, f.base, f.mine, f.theirs, u.name, f.at FROM conflict f
         JOIN user u ON u.num = f.author WHERE f.id = ?1",
    )?;
    let found = query.query_row([id.as_bytes()], |row| {
        let code: u8 = row.get(1)?;
        Ok(Conflict {
            id: ConflictId(uuid(row, 0)?),
            entity: Entity::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(1, i64::from(code)))?,
            row: uuid(row, 2)?,
            field: row.get(3)?,
            base: row.get(4)?,
            mine: row.get(5)?,
            theirs: row.get(6)?,
            author: row.get(7)?,
            at: UtcMillis(row.get(8)?),
            // The device holds the row and fills in what it is called, so that another name is no other revision of the conflict.
            title: String::new(),
            decided: None,
        })
    });
    Ok(found.optional()?)
}

fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

/// A stored word as the enum whose serde name it is.
fn word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(text))
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error)))
}

//! The bodies of rows as sync carries them, read from each entity's own table.

use crate::billing::credit;
use crate::error::Error;
use crate::field::records;
use crate::metering::rows::usage::decode_day;
use crate::people::profiles;
use crate::people::records::{CUSTOMER, read_customer};
use crate::sales::purchases;
use domain::metering::meter::{Capability, LifeCycle, Valve};
use domain::{
    ConflictId, ConnectionId, CustomerId, Flow, LocalDay, LocalMonth, MeterId, Millilitres, TimeZone, UtcMillis, ZoneId,
};
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use uuid::Uuid;

/// For whom a body is: it may hold less for some.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A zone's technicians.
    Zone,
    /// Everybody else who may have the row at all.
    Whole,
}

impl Audience {
    /// Who holds a bucket.
    pub fn of(bucket: &str) -> Self {
        if bucket.starts_with("zone:") { Self::Zone } else { Self::Whole }
    }
}

/// A customer as technicians need it: to find the house and to ring there.
fn for_technicians(customer: rows::Customer) -> rows::Customer {
    rows::Customer { nik: String::new(), email: String::new(), household_size: None, ..customer }
}

/// A row's body; none if the row is not there.
///
/// # Errors
/// The database.
pub fn body(
    db: &Connection,
    audience: Audience,
    entity: Entity,
    id: Uuid,
    at: Option<i32>,
) -> Result<Option<Box<RawValue>>, Error> {
    let id = id.into_bytes();
    match entity {
        Entity::Zone => one(db, "SELECT id, name, time_zone FROM zone WHERE id = ?1", params![id], |row| {
            let zone: String = row.get(2)?;
            Ok(rows::Zone {
                id: ZoneId(uuid(row, 0)?),
                name: row.get(1)?,
                time_zone: TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta),
            })
        }),
        Entity::Customer => one(db, CUSTOMER, params![id], |row| {
            let customer = read_customer(row)?;
            Ok(if audience == Audience::Zone { for_technicians(customer) } else { customer })
        }),
        Entity::Conflict => one(db, CONFLICT, params![id], read_conflict),
        Entity::Note => one(db, records::NOTE, params![id], records::read_note),
        Entity::ManualReading => one(db, records::READING, params![id], records::read_reading),
        Entity::Profile => one(db, profiles::PROFILE, params![id], profiles::read_profile),
        Entity::Purchase => purchases::body(db, Uuid::from_bytes(id)),
        Entity::Credit | Entity::Statement | Entity::Tariff => credit::body(db, entity, Uuid::from_bytes(id), at),
        Entity::Connection => one(db, CONNECTION, params![id], read_connection),
        Entity::Meter => one(db, METER, params![id], read_meter),
        Entity::MeterState => one(db, STATE, params![id], read_state),
        Entity::UsageDay => one(
            db,
            "SELECT c.id, u.day, u.volume, u.covered_ms, u.hours FROM usage_day u JOIN connection c ON c.num = u.connection
             WHERE c.id = ?1 AND u.day = ?2",
            params![id, at],
            |row| {
                let hours: Option<Vec<u8>> = row.get(4)?;
                let used = decode_day(row.get(2)?, row.get(3)?, hours.as_deref());
                Ok(rows::UsageDay::new(ConnectionId(uuid(row, 0)?), LocalDay(row.get(1)?), &used))
            },
        ),
        Entity::UsageMonth => one(
            db,
            "SELECT c.id, u.month, u.volume, u.covered_ms FROM usage_month u JOIN connection c ON c.num = u.connection
             WHERE c.id = ?1 AND u.month = ?2",
            params![id, at],
            |row| {
                Ok(rows::UsageMonth {
                    connection: ConnectionId(uuid(row, 0)?),
                    month: LocalMonth(row.get(1)?),
                    volume: Millilitres(row.get(2)?),
                    covered_ms: row.get(3)?,
                })
            },
        ),
    }
}

const CONNECTION: &str = "SELECT c.id, cu.id, z.id, c.kind, c.label, c.address, c.tariff_class, m.id FROM connection c
    JOIN customer cu ON cu.num = c.customer JOIN zone z ON z.num = c.zone
    LEFT JOIN installation i ON i.connection = c.num AND i.until IS NULL LEFT JOIN meter m ON m.num = i.meter WHERE c.id = ?1";

const METER: &str =
    "SELECT m.id, m.serial, m.model, m.q3, m.register_modulus, m.life_cycle, m.interval_s, m.firmware, c.id, z.id FROM meter m
    LEFT JOIN installation i ON i.meter = m.num AND i.until IS NULL LEFT JOIN connection c ON c.num = i.connection
    LEFT JOIN zone z ON z.num = c.zone WHERE m.id = ?1";

const STATE: &str = "SELECT m.id, s.t, s.received_at, s.register, s.flow, s.valve, s.battery, s.rssi, s.said_offline
    FROM meter_state s JOIN meter m ON m.num = s.meter WHERE m.id = ?1";

const CONFLICT: &str = "SELECT f.id, f.entity, f.row_id, f.field, f.base, f.mine, f.theirs, u.name, f.at FROM conflict f
    JOIN user u ON u.num = f.author WHERE f.id = ?1";

fn read_conflict(row: &Row<'_>) -> rusqlite::Result<rows::Conflict> {
    let code: u8 = row.get(1)?;
    Ok(rows::Conflict {
        id: ConflictId(uuid(row, 0)?),
        entity: Entity::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(1, i64::from(code)))?,
        row: uuid(row, 2)?,
        field: row.get(3)?,
        base: row.get(4)?,
        mine: row.get(5)?,
        theirs: row.get(6)?,
        author: row.get(7)?,
        at: UtcMillis(row.get(8)?),
        // A name that changes is no news of the conflict: the device has the row, and what it is called.
        title: String::new(),
        decided: None,
    })
}

fn read_connection(row: &Row<'_>) -> rusqlite::Result<rows::Connection> {
    Ok(rows::Connection {
        id: ConnectionId(uuid(row, 0)?),
        customer: CustomerId(uuid(row, 1)?),
        zone: ZoneId(uuid(row, 2)?),
        kind: word(row, 3)?,
        label: row.get(4)?,
        address: row.get(5)?,
        tariff_class: word(row, 6)?,
        meter: row.get::<_, Option<[u8; 16]>>(7)?.map(|id| MeterId(Uuid::from_bytes(id))),
    })
}

fn read_meter(row: &Row<'_>) -> rusqlite::Result<rows::Meter> {
    let life_cycle: LifeCycle = word(row, 5)?;
    Ok(rows::Meter {
        id: MeterId(uuid(row, 0)?),
        serial: word(row, 1)?,
        model: row.get(2)?,
        capability: Capability { q3: Flow(row.get(3)?), register_modulus: Millilitres(row.get(4)?) },
        life_cycle,
        interval_s: row.get(6)?,
        firmware: row.get(7)?,
        connection: row.get::<_, Option<[u8; 16]>>(8)?.map(|id| ConnectionId(Uuid::from_bytes(id))),
        zone: row.get::<_, Option<[u8; 16]>>(9)?.map(|id| ZoneId(Uuid::from_bytes(id))),
    })
}

fn read_state(row: &Row<'_>) -> rusqlite::Result<rows::MeterState> {
    let valve: String = row.get(5)?;
    Ok(rows::MeterState {
        meter: MeterId(uuid(row, 0)?),
        t: UtcMillis(row.get(1)?),
        received_at: UtcMillis(row.get(2)?),
        register: Millilitres(row.get(3)?),
        flow: row.get::<_, Option<i64>>(4)?.map(Flow),
        valve: Valve::from_str_or_unknown(&valve),
        battery: row.get(6)?,
        rssi: row.get(7)?,
        said_offline: row.get(8)?,
    })
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

fn one<T: Serialize>(
    db: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<Box<RawValue>>, Error> {
    let found = db.prepare_cached(sql)?.query_row(params, read).optional()?;
    let unwritable = |error| Error::Setup(format!("a row cannot be written as JSON: {error}"));
    found.map(|row| serde_json::value::to_raw_value(&row).map_err(unwritable)).transpose()
}

//! What the cache holds, as rows of a spreadsheet are compared with it.

use crate::error::Error;
use crate::queries::read;
use domain::core::text::phone_key;
use domain::people::Customer;
use domain::sync::edit::ConnectionRecord;
use domain::{ConnectionId, CustomerId, ManualReadingId, MeterId, Millilitres, Rupiah, Serial, UtcMillis, ZoneId};
use protocol::sync::rows::{Connection as ConnectionRow, Zone};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{HashMap, HashSet};

/// A customer with the connections.
#[derive(Clone, Debug)]
pub struct KnownCustomer {
    /// The customer as this device shows it.
    pub customer: Customer,
    /// The connections.
    pub connections: Vec<KnownConnection>,
}

/// A connection.
#[derive(Clone, Debug)]
pub struct KnownConnection {
    /// Which.
    pub id: ConnectionId,
    /// Its fields.
    pub record: ConnectionRecord,
    /// Its zone.
    pub zone: ZoneId,
    /// The meter there.
    pub meter: Option<(MeterId, Serial)>,
}

/// The customers' numbers by telephone number, in the form in which two are compared.
///
/// # Errors
/// The cache cannot be read.
pub fn phones(db: &Connection) -> Result<HashMap<String, String>, Error> {
    let mut query = db.prepare("SELECT number, json_extract(body, '$.phone') FROM customer")?;
    let mut found = query.query([])?;
    let mut phones = HashMap::new();
    while let Some(row) = found.next()? {
        let phone: Option<String> = row.get(1)?;
        if let Some(phone) = phone.filter(|phone| !phone.is_empty()) {
            phones.insert(phone_key(&phone), row.get(0)?);
        }
    }
    Ok(phones)
}

/// The numbers of all customers.
///
/// # Errors
/// The cache cannot be read.
pub fn numbers(db: &Connection) -> Result<HashSet<String>, Error> {
    let mut query = db.prepare("SELECT number FROM customer")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The serial numbers of all meters.
///
/// # Errors
/// The cache cannot be read.
pub fn serials(db: &Connection) -> Result<HashSet<String>, Error> {
    let mut query = db.prepare("SELECT serial FROM meter")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The zones, by name.
///
/// # Errors
/// The cache cannot be read.
pub fn zones_by_name(db: &Connection) -> Result<Vec<Zone>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM zone")?;
    let bodies = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut zones = bodies.iter().map(|body| read::<Zone>(body)).collect::<Result<Vec<_>, _>>()?;
    zones.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(zones)
}

/// What the columns of a source held the last time.
///
/// # Errors
/// The cache cannot be read.
pub fn remembered_mapping(db: &Connection, source: &str) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached("SELECT mapping FROM import_mapping WHERE source = ?1")?;
    Ok(query.query_row([source], |row| row.get(0)).optional()?)
}

/// Remembers what the columns of a source hold.
///
/// # Errors
/// The cache cannot be written.
pub fn remember_mapping(db: &Connection, source: &str, mapping: &str) -> Result<(), Error> {
    let sql = "INSERT INTO import_mapping (source, mapping) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET mapping = excluded.mapping";
    db.prepare_cached(sql)?.execute([source, mapping])?;
    Ok(())
}

/// The customer of a number, with the connections and their meters.
///
/// # Errors
/// The cache cannot be read.
pub fn customer_of_number(db: &Connection, number: &str) -> Result<Option<KnownCustomer>, Error> {
    let mut query = db.prepare_cached("SELECT id, body FROM customer WHERE number = ?1")?;
    let found: Option<(String, String)> = query.query_row([number], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((id, body)) = found else { return Ok(None) };
    let customer: Customer = read(&body)?;
    let mut query = db.prepare_cached(
        "SELECT n.body, m.id, m.serial FROM connection n LEFT JOIN meter m ON m.connection = n.id WHERE n.customer = ?1 ORDER BY n.id",
    )?;
    let rows = query.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut connections = Vec::new();
    for (body, meter, serial) in rows.collect::<Result<Vec<(String, Option<String>, Option<String>)>, _>>()? {
        connections.push(connection(read(&body)?, meter.as_deref().zip(serial)));
    }
    Ok(Some(KnownCustomer { customer, connections }))
}

/// A customer as a batch changes one.
#[derive(Clone, Debug)]
pub struct BatchedCustomer {
    /// The customer as this device shows it.
    pub customer: Customer,
    /// The connections, in order of their identifiers.
    pub connections: Vec<KnownConnection>,
    /// The balance of all connections; none where none is charged.
    pub balance: Option<Rupiah>,
    /// What is owed for all connections.
    pub arrears: Rupiah,
    /// Whether a field that two people changed waits for a decision.
    pub is_undecided: bool,
}

/// A customer as a batch changes one; none that this device does not hold.
///
/// # Errors
/// The cache cannot be read.
pub fn batched_customer(db: &Connection, id: &str) -> Result<Option<BatchedCustomer>, Error> {
    let mut query = db.prepare_cached(
        "SELECT body, EXISTS (SELECT 1 FROM conflict WHERE row_id = ?1 OR row_id IN (SELECT id FROM connection WHERE customer = ?1))
         FROM customer WHERE id = ?1",
    )?;
    let found: Option<(String, bool)> = query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((body, is_undecided)) = found else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT body FROM connection WHERE customer = ?1 ORDER BY id")?;
    let bodies = query.query_map([id], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let connections = bodies.iter().map(|body| Ok(connection(read(body)?, None))).collect::<Result<Vec<_>, Error>>()?;
    let mut query = db.prepare_cached(
        "SELECT SUM(k.balance), COALESCE(SUM(k.arrears), 0) FROM connection n JOIN credit k ON k.id = n.id WHERE n.customer = ?1",
    )?;
    let (balance, arrears): (Option<i64>, i64) = query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Some(BatchedCustomer {
        customer: read(&body)?,
        connections,
        balance: balance.map(Rupiah),
        arrears: Rupiah(arrears),
        is_undecided,
    }))
}

/// Whether this device holds any reading by eye.
///
/// # Errors
/// The cache cannot be read.
pub fn has_readings(db: &Connection) -> Result<bool, Error> {
    Ok(db.prepare_cached("SELECT EXISTS (SELECT 1 FROM manual_reading)")?.query_row([], |row| row.get(0))?)
}

/// Whether this device holds a reading by eye: under this identity, or another one of the same meter, instant and register.
///
/// # Errors
/// The cache cannot be read.
pub fn has_reading(
    db: &Connection,
    id: ManualReadingId,
    meter: MeterId,
    (at, register): (UtcMillis, Millilitres),
) -> Result<bool, Error> {
    // The server corrects the instant by the clock of the device, so that an imported one is found by its identity first.
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM manual_reading WHERE id = ?1) OR EXISTS (
           SELECT 1 FROM manual_reading WHERE meter = ?2 AND at = ?3 AND json_extract(body, '$.register') = ?4)",
    )?;
    Ok(query.query_row(params![id.to_string(), meter.to_string(), at.0, register.0], |row| row.get(0))?)
}

/// The number and the name of a customer.
///
/// # Errors
/// The cache cannot be read.
pub fn number_and_name(db: &Connection, id: CustomerId) -> Result<Option<(String, String)>, Error> {
    let mut query = db.prepare_cached("SELECT number, name FROM customer WHERE id = ?1")?;
    Ok(query.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// A meter.
#[derive(Clone, Debug)]
pub struct KnownMeter {
    /// Which.
    pub id: MeterId,
    /// The number of the customer at whose connection it is.
    pub customer: Option<String>,
}

/// The meter of a serial number. One whose customer is taken back goes with that customer, though the server has not said so yet.
///
/// # Errors
/// The cache cannot be read.
pub fn meter_of_serial(db: &Connection, serial: &Serial) -> Result<Option<KnownMeter>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id, c.number FROM meter m LEFT JOIN connection n ON n.id = m.connection LEFT JOIN customer c ON c.id = n.customer
         WHERE m.serial = ?1 AND (n.id IS NULL OR c.id IS NOT NULL)",
    )?;
    let found: Option<(String, Option<String>)> =
        query.query_row([serial.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.and_then(|(id, customer)| Some(KnownMeter { id: id.parse().ok()?, customer })))
}

fn connection(row: ConnectionRow, meter: Option<(&str, String)>) -> KnownConnection {
    let zone: ZoneId = row.zone;
    let meter = meter.and_then(|(id, serial)| Some((id.parse().ok()?, Serial::try_from(serial).ok()?)));
    let ConnectionRow { id, label, address, kind, tariff_class, position, .. } = row;
    KnownConnection { id, record: ConnectionRecord { label, address, kind, tariff_class, position }, zone, meter }
}

/// What may be edited of a connection.
///
/// # Errors
/// The cache cannot be read.
pub fn connection_record(db: &Connection, id: ConnectionId) -> Result<Option<ConnectionRecord>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM connection WHERE id = ?1")?;
    let body: Option<String> = query.query_row([id.to_string()], |row| row.get(0)).optional()?;
    body.map(|body| Ok(connection(read(&body)?, None).record)).transpose()
}

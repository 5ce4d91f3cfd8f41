//! Connections as rows: their customer and zone, their tariff class over time, and the change rows that follow them.

use crate::core::feed::RowId;
use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::tariff::TariffClass;
use domain::core::position::Position;
use domain::core::text::visible;
use domain::people::ConnectionKind;
use domain::{ConnectionId, LocalDay, TimeZone};
use protocol::sync::rows::Entity;
use rusqlite::{OptionalExtension, Row, params};

/// A new connection.
pub struct NewConnection {
    /// Identifier.
    pub id: ConnectionId,
    /// Key of its customer.
    pub customer: i64,
    /// Key of its zone.
    pub zone: i64,
    /// Kind of property.
    pub kind: ConnectionKind,
    /// What its customer calls it.
    pub label: String,
    /// Street address.
    pub address: String,
    /// Tariff class.
    pub tariff_class: TariffClass,
    /// Where it is, where that is known.
    pub position: Option<Position>,
}

/// The place in two columns from one on: latitude, then longitude.
///
/// # Errors
/// The columns are not there.
pub fn position(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Position>> {
    let (lat, lon): (Option<i32>, Option<i32>) = (row.get(at)?, row.get(at + 1)?);
    Ok(lat.zip(lon).and_then(|(lat, lon)| Position::new(lat, lon)))
}

/// Writes a new connection; returns its key.
///
/// # Errors
/// No such customer or zone, or the database.
pub fn insert(tx: &mut Tx<'_>, utility: i64, new: &NewConnection) -> Result<i64, Error> {
    tx.db.execute(
        "INSERT INTO connection (id, utility, customer, zone, kind, label, address, tariff_class, lat, lon, rev)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1)",
        params![
            new.id.0.as_bytes(),
            utility,
            new.customer,
            new.zone,
            new.kind.as_str(),
            visible(&new.label).trim(),
            visible(&new.address).trim(),
            new.tariff_class.as_str(),
            new.position.map(Position::lat),
            new.position.map(Position::lon)
        ],
    )?;
    Ok(tx.db.last_insert_rowid())
}

/// A connection and its customer, each with its identifier and revision.
pub struct Revisions {
    /// The connection's identifier.
    pub id: [u8; 16],
    /// Its revision.
    pub rev: i64,
    /// Its customer's identifier.
    pub customer: [u8; 16],
    /// The customer's revision.
    pub customer_rev: i64,
}

/// The key of a utility's connection.
///
/// # Errors
/// The database.
pub fn key(db: &Db, utility: i64, id: ConnectionId) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM connection WHERE id = ?1 AND utility = ?2")?;
    Ok(query.query_row(params![id.0.as_bytes(), utility], |row| row.get(0)).optional()?)
}

/// The revisions of a connection and its customer.
///
/// # Errors
/// No such connection, or the database.
pub fn revisions(db: &Db, connection: i64) -> Result<Revisions, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.id, c.rev, cu.id, cu.rev FROM connection c JOIN customer cu ON cu.num = c.customer WHERE c.num = ?1",
    )?;
    Ok(query.query_row([connection], |row| {
        Ok(Revisions { id: row.get(0)?, rev: row.get(1)?, customer: row.get(2)?, customer_rev: row.get(3)? })
    })?)
}

/// Gives a connection another revision.
///
/// # Errors
/// The database.
pub fn revise(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    tx.db.execute("UPDATE connection SET rev = rev + 1 WHERE num = ?1", [connection])?;
    Ok(())
}

/// The customer and the zone of a connection, by key.
///
/// # Errors
/// No such connection, or the database.
pub fn customer_and_zone(db: &Db, connection: i64) -> Result<(i64, i64), Error> {
    let mut query = db.prepare_cached("SELECT customer, zone FROM connection WHERE num = ?1")?;
    Ok(query.query_row([connection], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Writes a connection's customer and zone, with another revision. What another household called normal ends now.
///
/// # Errors
/// No such connection, customer or zone in the utility, or the database.
pub fn write_customer_and_zone(tx: &mut Tx<'_>, connection: i64, customer: i64, zone: i64) -> Result<(), Error> {
    let mut end = tx.db.prepare_cached(
        "UPDATE leak_normal SET until = ?3 WHERE connection = ?1 AND until > ?3
           AND EXISTS (SELECT 1 FROM connection c WHERE c.num = ?1 AND c.customer <> ?2)",
    )?;
    end.execute([connection, customer, tx.now.0])?;
    let mut query = tx.db.prepare_cached(
        "UPDATE connection SET customer = ?2, zone = ?3, rev = rev + 1 WHERE num = ?1
           AND EXISTS (SELECT 1 FROM customer cu WHERE cu.num = ?2 AND cu.utility = connection.utility)
           AND EXISTS (SELECT 1 FROM zone z WHERE z.num = ?3 AND z.utility = connection.utility)
         RETURNING num",
    )?;
    Ok(query.query_row([connection, customer, zone], |_| Ok(()))?)
}

/// Whether two zones have the same local time.
///
/// # Errors
/// The database.
pub fn have_same_time(db: &Db, zone: i64, other: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM zone one JOIN zone other ON other.time_zone = one.time_zone WHERE one.num = ?1 AND other.num = ?2)",
    )?;
    Ok(query.query_row([zone, other], |row| row.get(0))?)
}

/// Writes that a connection was in a zone until now: as one more stay, and as the last one in that zone.
///
/// # Errors
/// The database.
pub fn write_past_zone(tx: &mut Tx<'_>, connection: i64, zone: i64) -> Result<(), Error> {
    for sql in [
        "INSERT INTO connection_zone_stay (connection, zone, until) VALUES (?1, ?2, ?3)",
        "INSERT INTO connection_zone_past (connection, zone, until) VALUES (?1, ?2, ?3)
         ON CONFLICT (connection, zone) DO UPDATE SET until = excluded.until",
    ] {
        tx.db.prepare_cached(sql)?.execute(params![connection, zone, tx.now.0])?;
    }
    Ok(())
}

/// Whether a customer has a connection in a zone.
///
/// # Errors
/// The database.
pub fn has_in_zone(db: &Db, customer: i64, zone: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM connection WHERE customer = ?1 AND zone = ?2)")?;
    Ok(query.query_row([customer, zone], |row| row.get(0))?)
}

/// The time zone and the tariff class of a connection.
///
/// # Errors
/// No such connection, or the database.
pub fn time_zone_and_class(db: &Db, connection: i64) -> Result<(TimeZone, String), Error> {
    let mut query =
        db.prepare_cached("SELECT z.time_zone, c.tariff_class FROM connection c JOIN zone z ON z.num = c.zone WHERE c.num = ?1")?;
    Ok(query.query_row([connection], |row| {
        Ok((TimeZone::from_iana(&row.get::<_, String>(0)?).unwrap_or(TimeZone::Jakarta), row.get(1)?))
    })?)
}

/// Writes which tariff class a connection is in from a local day on.
///
/// # Errors
/// The database.
pub fn write_class(tx: &mut Tx<'_>, connection: i64, since: LocalDay, class: TariffClass) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO connection_class (connection, since, class) VALUES (?1, ?2, ?3)
             ON CONFLICT (connection, since) DO UPDATE SET class = excluded.class",
        )?
        .execute(params![connection, since.0, class.as_str()])?;
    Ok(())
}

/// A connection whose use is published: its key and identifier.
pub struct Metered {
    /// Its key.
    pub connection: i64,
    /// Its identifier.
    pub id: [u8; 16],
}

/// The connections at which a meter is or was.
///
/// # Errors
/// The database.
pub fn of_meter(db: &Db, meter: i64) -> Result<Vec<Metered>, Error> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT c.num, c.id FROM installation i JOIN connection c ON c.num = i.connection WHERE i.meter = ?1",
    )?;
    let found = query.query_map([meter], |row| Ok(Metered { connection: row.get(0)?, id: row.get(1)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The rows of a kind that a bucket holds of a connection, with their revisions. Their keys are the connection's, with a number behind it but
/// for the credit's.
///
/// # Errors
/// The database.
pub fn held_rows(db: &Db, bucket: i64, entity: Entity, connection: [u8; 16]) -> Result<Vec<(RowId, i64)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT id, rev FROM change WHERE bucket = ?1 AND entity = ?2 AND id >= ?3 AND id < ?4 AND removed = 0 ORDER BY id",
    )?;
    let mut end = connection.to_vec();
    end.extend([0xff; 5]);
    let rows = query.query_map(params![bucket, entity as u8, connection, end], |row| Ok((RowId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

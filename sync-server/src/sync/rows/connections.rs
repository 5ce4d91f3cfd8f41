//! What people may edit of a connection.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::connections::position;
use domain::billing::tariff::TariffClass;
use domain::core::position::Position;
use domain::people::ConnectionKind;
use domain::sync::edit::ConnectionRecord;
use domain::{ConnectionId, ZoneId};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// What may be edited of a connection of a utility, with its key.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, ConnectionRecord)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, label, address, kind, tariff_class, lat, lon FROM connection WHERE id = ?1 AND utility = ?2",
    )?;
    let found = query.query_row(params![id.as_bytes(), utility], |row| {
        let (kind, class): (String, String) = (row.get(3)?, row.get(4)?);
        let record = ConnectionRecord {
            label: row.get(1)?,
            address: row.get(2)?,
            kind: ConnectionKind::from_word(&kind).unwrap_or(ConnectionKind::Other),
            tariff_class: TariffClass::from_word(&class).unwrap_or(TariffClass::Residential),
            position: position(row, 5)?,
        };
        Ok((row.get(0)?, record))
    });
    Ok(found.optional()?)
}

/// Whether a connection has an identifier, of whatever utility.
///
/// # Errors
/// The database.
pub fn is_known(db: &Db, id: ConnectionId) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM connection WHERE id = ?1)")?;
    Ok(query.query_row([id.0.as_bytes()], |row| row.get(0))?)
}

/// A zone of a utility, by key.
///
/// # Errors
/// The database.
pub fn zone(db: &Db, utility: i64, id: ZoneId) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM zone WHERE id = ?1 AND utility = ?2")?;
    Ok(query.query_row(params![id.0.as_bytes(), utility], |row| row.get(0)).optional()?)
}

/// A zone by key and name.
pub struct NamedZone {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: ZoneId,
    /// Its name.
    pub name: String,
}

/// A zone of a utility by identifier.
///
/// # Errors
/// The database.
pub fn named_zone(db: &Db, utility: i64, id: ZoneId) -> Result<Option<NamedZone>, Error> {
    let mut query = db.prepare_cached("SELECT num, name FROM zone WHERE id = ?1 AND utility = ?2")?;
    let found =
        query.query_row(params![id.0.as_bytes(), utility], |row| Ok(NamedZone { num: row.get(0)?, id, name: row.get(1)? }));
    Ok(found.optional()?)
}

/// The key of a connection's customer, and the zone in which it is.
///
/// # Errors
/// No such connection, or the database.
pub fn customer_and_zone(db: &Db, num: i64) -> Result<(i64, NamedZone), Error> {
    let mut query = db.prepare_cached(
        "SELECT c.customer, z.num, z.id, z.name FROM connection c JOIN zone z ON z.num = c.zone WHERE c.num = ?1",
    )?;
    Ok(query.query_row([num], |row| {
        let zone = NamedZone { num: row.get(1)?, id: ZoneId(Uuid::from_bytes(row.get(2)?)), name: row.get(3)? };
        Ok((row.get(0)?, zone))
    })?)
}

/// Writes what may be edited of a connection, and raises its revision.
///
/// # Errors
/// The database.
pub fn update(tx: &mut Tx<'_>, num: i64, record: &ConnectionRecord) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE connection SET label = ?2, address = ?3, kind = ?4, tariff_class = ?5, lat = ?6, lon = ?7, rev = rev + 1
               WHERE num = ?1",
        )?
        .execute(params![
            num,
            record.label,
            record.address,
            record.kind.as_str(),
            record.tariff_class.as_str(),
            record.position.map(Position::lat),
            record.position.map(Position::lon)
        ])?;
    Ok(())
}

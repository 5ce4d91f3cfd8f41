//! What people may edit of a connection.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::tariff::TariffClass;
use domain::people::ConnectionKind;
use domain::sync::edit::ConnectionRecord;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// What may be edited of a connection of a utility, with its key.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, ConnectionRecord)>, Error> {
    let mut query =
        db.prepare_cached("SELECT num, label, address, kind, tariff_class FROM connection WHERE id = ?1 AND utility = ?2")?;
    let found = query.query_row(params![id.as_bytes(), utility], |row| {
        let (kind, class): (String, String) = (row.get(3)?, row.get(4)?);
        let record = ConnectionRecord {
            label: row.get(1)?,
            address: row.get(2)?,
            kind: ConnectionKind::from_word(&kind).unwrap_or(ConnectionKind::Other),
            tariff_class: TariffClass::from_word(&class).unwrap_or(TariffClass::Residential),
        };
        Ok((row.get(0)?, record))
    });
    Ok(found.optional()?)
}

/// Writes what may be edited of a connection, and raises its revision.
///
/// # Errors
/// The database.
pub fn update(tx: &mut Tx<'_>, num: i64, record: &ConnectionRecord) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE connection SET label = ?2, address = ?3, kind = ?4, tariff_class = ?5, rev = rev + 1 WHERE num = ?1",
        )?
        .execute(params![num, record.label, record.address, record.kind.as_str(), record.tariff_class.as_str()])?;
    Ok(())
}

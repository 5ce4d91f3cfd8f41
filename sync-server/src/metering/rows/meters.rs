//! Meters as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::rows::health;
use domain::metering::meter::{Capability, LifeCycle};
use domain::{MeterId, Serial};
use rusqlite::{OptionalExtension, params};

/// A new meter.
pub struct NewMeter {
    /// Identifier.
    pub id: MeterId,
    /// Serial number.
    pub serial: Serial,
    /// Maker's model.
    pub model: String,
    /// What it can register.
    pub capability: Capability,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// SHA-256 of its secret; none while it has no credential.
    pub secret_hash: Option<[u8; 32]>,
}

/// Whether a meter has an identifier.
///
/// # Errors
/// The database.
pub fn is_known(db: &Db, id: MeterId) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM meter WHERE id = ?1)")?;
    Ok(query.query_row([id.0.as_bytes()], |row| row.get(0))?)
}

/// Whether a serial number is taken.
///
/// # Errors
/// The database.
pub fn has_serial(db: &Db, serial: &Serial) -> Result<bool, Error> {
    Ok(db.query_row("SELECT EXISTS (SELECT 1 FROM meter WHERE serial = ?1)", [serial.as_str()], |row| row.get(0))?)
}

/// The meter of a serial number: its key, and that of its utility.
///
/// # Errors
/// The database.
pub fn of_serial(db: &Db, serial: &Serial) -> Result<Option<(i64, i64)>, Error> {
    let mut query = db.prepare_cached("SELECT num, utility FROM meter WHERE serial = ?1")?;
    Ok(query.query_row([serial.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Writes a new meter; returns its key.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, utility: i64, new: &NewMeter) -> Result<i64, Error> {
    tx.db.execute(
        "INSERT INTO meter (id, utility, serial, model, q3, register_modulus, interval_s, secret_hash, rev)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)",
        params![
            new.id.0.as_bytes(),
            utility,
            new.serial.as_str(),
            new.model,
            new.capability.q3.0,
            new.capability.register_modulus.0,
            new.interval_s,
            new.secret_hash
        ],
    )?;
    Ok(tx.db.last_insert_rowid())
}

/// Writes what a meter reports of its firmware and interval; returns whether that is new.
///
/// # Errors
/// The database.
pub fn write_status(tx: &mut Tx<'_>, meter: i64, firmware: Option<&str>, interval_s: Option<u32>) -> Result<bool, Error> {
    let changed = tx
        .db
        .prepare_cached(
            "UPDATE meter SET firmware = COALESCE(?2, firmware), interval_s = COALESCE(?3, interval_s)
             WHERE num = ?1 AND (firmware IS NOT COALESCE(?2, firmware) OR interval_s <> COALESCE(?3, interval_s))",
        )?
        .execute(params![meter, firmware, interval_s])?;
    Ok(changed > 0)
}

/// A meter's identifier.
///
/// # Errors
/// No such meter, or the database.
pub fn id(db: &Db, meter: i64) -> Result<[u8; 16], Error> {
    Ok(db.prepare_cached("SELECT id FROM meter WHERE num = ?1")?.query_row([meter], |row| row.get(0))?)
}

/// A meter's serial number.
///
/// # Errors
/// No such meter, or the database.
pub fn serial(db: &Db, meter: i64) -> Result<String, Error> {
    Ok(db.prepare_cached("SELECT serial FROM meter WHERE num = ?1")?.query_row([meter], |row| row.get(0))?)
}

/// A meter's life cycle.
///
/// # Errors
/// No such meter, or the database.
pub fn life_cycle(db: &Db, meter: i64) -> Result<LifeCycle, Error> {
    let mut query = db.prepare_cached("SELECT life_cycle FROM meter WHERE num = ?1")?;
    Ok(query.query_row([meter], |row| health::life_cycle(row, 0))?)
}

/// Writes a meter's life cycle. Its row is to be published afterwards.
///
/// # Errors
/// The database.
pub fn write_life_cycle(tx: &mut Tx<'_>, meter: i64, life_cycle: LifeCycle) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter SET life_cycle = ?2 WHERE num = ?1")?.execute(params![meter, life_cycle.as_str()])?;
    Ok(())
}

/// Writes what a meter can register. Its readings are to be judged and its row to be published afterwards.
///
/// # Errors
/// The database.
pub fn write_capability(tx: &mut Tx<'_>, meter: i64, capability: &Capability) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter SET q3 = ?2, register_modulus = ?3 WHERE num = ?1")?.execute(params![
        meter,
        capability.q3.0,
        capability.register_modulus.0
    ])?;
    Ok(())
}

/// Gives a meter another revision; returns its identifier and that revision.
///
/// # Errors
/// No such meter, or the database.
pub fn revise(tx: &mut Tx<'_>, meter: i64) -> Result<([u8; 16], i64), Error> {
    let mut query = tx.db.prepare_cached("UPDATE meter SET rev = rev + 1 WHERE num = ?1 RETURNING id, rev")?;
    Ok(query.query_row([meter], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

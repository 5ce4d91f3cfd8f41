//! Credentials as rows: secrets of meters and meter gateways, and the meters that a gateway lists.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::Millilitres;
use rusqlite::{OptionalExtension, params};

/// What a meter or a meter gateway signs in with. The meters that it may send for follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A meter: itself only.
    Meter(i64),
    /// A gateway: the meters it lists.
    Gateway(i64),
}

/// The credential of a meter by its serial number, with its secret's hash. One that was taken out of service has none, although an older release
/// may have left its secret.
///
/// # Errors
/// The database.
pub fn of_meter(db: &Db, serial: &str) -> Result<Option<(Credential, [u8; 32])>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, secret_hash FROM meter WHERE serial = ?1 AND secret_hash IS NOT NULL AND life_cycle <> 'inactive'",
    )?;
    Ok(query.query_row([serial], |row| Ok((Credential::Meter(row.get(0)?), row.get(1)?))).optional()?)
}

/// The credential of a meter gateway by its name, with its secret's hash.
///
/// # Errors
/// The database.
pub fn of_gateway(db: &Db, name: &str) -> Result<Option<(Credential, [u8; 32])>, Error> {
    let mut query = db.prepare_cached("SELECT num, secret_hash FROM gateway WHERE name = ?1 AND secret_hash IS NOT NULL")?;
    Ok(query.query_row([name], |row| Ok((Credential::Gateway(row.get(0)?), row.get(1)?))).optional()?)
}

/// The hash of a meter's secret; none while it has no credential.
///
/// # Errors
/// No such meter, or the database.
pub fn secret_of(db: &Db, meter: i64) -> Result<Option<[u8; 32]>, Error> {
    Ok(db.prepare_cached("SELECT secret_hash FROM meter WHERE num = ?1")?.query_row([meter], |row| row.get(0))?)
}

/// Gives a meter another secret by its hash, or takes its credential away.
///
/// # Errors
/// The database.
pub fn write_secret(tx: &mut Tx<'_>, meter: i64, hash: Option<[u8; 32]>) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter SET secret_hash = ?2 WHERE num = ?1")?.execute(params![meter, hash])?;
    Ok(())
}

/// A meter that a credential may send for: its key and its register's modulus.
///
/// # Errors
/// The database.
pub fn authorized_meter(db: &Db, credential: Credential, serial: &str) -> Result<Option<(i64, Millilitres)>, Error> {
    let (sql, num) = match credential {
        Credential::Meter(num) => ("SELECT num, register_modulus FROM meter WHERE serial = ?1 AND num = ?2", num),
        Credential::Gateway(num) => (
            "SELECT m.num, m.register_modulus FROM meter m JOIN gateway_meter g ON g.meter = m.num WHERE m.serial = ?1 AND g.gateway = ?2",
            num,
        ),
    };
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_row(params![serial, num], |row| Ok((row.get(0)?, Millilitres(row.get(1)?)))).optional()?)
}

/// A meter of a gateway's utility, whether or not the gateway lists it.
///
/// # Errors
/// The database.
pub fn meter_beside_gateway(db: &Db, gateway: i64, serial: &str) -> Result<Option<i64>, Error> {
    let mut query = db
        .prepare_cached("SELECT m.num FROM meter m JOIN gateway g ON g.utility = m.utility WHERE m.serial = ?1 AND g.num = ?2")?;
    Ok(query.query_row(params![serial, gateway], |row| row.get(0)).optional()?)
}

/// Writes a new meter gateway with the meters that it lists.
///
/// # Errors
/// The name is taken, or the database.
pub fn insert_gateway(tx: &mut Tx<'_>, utility: i64, name: &str, secret_hash: [u8; 32], meters: &[i64]) -> Result<(), Error> {
    tx.db.execute("INSERT INTO gateway (name, utility, secret_hash) VALUES (?1, ?2, ?3)", params![name, utility, secret_hash])?;
    let gateway = tx.db.last_insert_rowid();
    let mut link = tx.db.prepare_cached("INSERT INTO gateway_meter (gateway, meter) VALUES (?1, ?2)")?;
    for meter in meters {
        link.execute([gateway, *meter])?;
    }
    Ok(())
}

/// Removes the secrets of the meter and of the gateway of a name; returns how many there were.
///
/// # Errors
/// The database.
pub fn delete_secrets(tx: &mut Tx<'_>, name: &str) -> Result<usize, Error> {
    let meters = tx.db.execute("UPDATE meter SET secret_hash = NULL WHERE serial = ?1 AND secret_hash IS NOT NULL", [name])?;
    let gateways = tx.db.execute("UPDATE gateway SET secret_hash = NULL WHERE name = ?1 AND secret_hash IS NOT NULL", [name])?;
    Ok(meters + gateways)
}

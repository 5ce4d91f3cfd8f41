//! Limits of methods that a utility has set.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::Rupiah;
use domain::sales::payment::{Method, MethodLimit, default_limit};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// The limit of a method at a utility.
pub fn of(db: &Db, utility: i64, method: Method) -> Result<MethodLimit, Error> {
    let mut query = db.prepare_cached("SELECT least, most FROM payment_limit WHERE utility = ?1 AND method = ?2")?;
    let set = query.query_row(params![utility, method.as_str()], |row| {
        Ok(MethodLimit { method, least: Rupiah(row.get(0)?), most: Rupiah(row.get(1)?) })
    });
    Ok(set.optional()?.unwrap_or(default_limit(method)))
}

/// Sets the limit of a method.
pub fn set(tx: &mut Tx<'_>, utility: i64, limit: &MethodLimit) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO payment_limit (utility, method, least, most) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (utility, method) DO UPDATE SET least = excluded.least, most = excluded.most",
        )?
        .execute(params![utility, limit.method.as_str(), limit.least.0, limit.most.0])?;
    Ok(())
}

/// Whether a limit was set under a key. It reads the log of this kind, which is short.
pub fn is_recorded(db: &Db, utility: i64, key: Uuid) -> Result<bool, Error> {
    let mut query =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = 'set_limit' AND op_id = ?2)")?;
    Ok(query.query_row(params![utility, key.as_bytes()], |row| row.get(0))?)
}

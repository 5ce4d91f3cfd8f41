//! What becomes of cases by what their utility has set, as rows.

use crate::core::Tx;
use crate::error::Error;
use domain::alerts::case::Cause;
use domain::alerts::rules::Treatment;
use rusqlite::params;

/// Writes what becomes of a case.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, case: i64, treatment: Treatment) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter_case SET treatment = ?2 WHERE num = ?1")?.execute(params![case, treatment.as_str()])?;
    Ok(())
}

/// The cases of a cause that go on at meters of a class, or at all meters of a utility, are to be published anew.
///
/// # Errors
/// The database.
pub fn publish_anew(tx: &mut Tx<'_>, utility: i64, model: Option<&str>, cause: Cause) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE meter_case SET behind = 1 WHERE cause = ?3 AND cleared_at IS NULL AND withdrawn_at IS NULL
               AND meter IN (SELECT num FROM meter WHERE utility = ?1 AND (?2 IS NULL OR model = ?2))",
        )?
        .execute(params![utility, model, cause.as_str()])?;
    Ok(())
}

//! The tables that belong to no noun: the change feed, the audit log, scope, and the marks of a scope that changed.

pub mod audit;
pub mod feed;
pub mod holders;
#[cfg(test)]
pub mod plan;
pub mod scope;
pub mod scope_invalidations;

use crate::core::Db;
use crate::error::Error;

/// Reads nothing, to see that the database answers.
///
/// # Errors
/// The database.
pub fn ping(db: &Db) -> Result<(), Error> {
    Ok(db.query_row("SELECT 1", [], |_| Ok(()))?)
}

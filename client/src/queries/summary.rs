//! Ringkasan, as far as this device's rows know it. Costs the counts of the fleet ([`fleet_counts`]) and the open cases.

use crate::error::Error;
use crate::queries::fleet_counts;
use domain::UtcMillis;
use domain::leaks::Severity;
use protocol::ui::{CaseCounts, Summary};
use rusqlite::Connection;

/// Ringkasan.
///
/// # Errors
/// The cache cannot be read.
pub fn summary(db: &Connection, now: UtcMillis) -> Result<Summary, Error> {
    let conflicts = db.prepare_cached("SELECT COUNT(*) FROM conflict")?.query_row([], |row| row.get(0))?;
    Ok(Summary { fleet: fleet_counts(db, now)?, cases: open_cases(db)?, conflicts })
}

/// How many cases are open, by severity.
fn open_cases(db: &Connection) -> Result<CaseCounts, Error> {
    let mut query = db.prepare_cached("SELECT severity, COUNT(*) FROM meter_case WHERE open = 1 GROUP BY severity")?;
    let found = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut counts = CaseCounts::default();
    for severity in found {
        let (word, count): (String, u32) = severity?;
        match Severity::from_word(&word) {
            Some(Severity::Severe) => counts.severe = count,
            Some(Severity::Moderate) => counts.moderate = count,
            Some(Severity::Minor) => counts.minor = count,
            None => {}
        }
    }
    Ok(counts)
}

//! Classes of meters, which are their models, and what utilities have set about cases for them.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::alerts::rules::RuleSet;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

/// Classes that are listed at most: those first for which something is set, then those with the most meters.
const MOST: i64 = 200;

/// A class of a utility's meters.
pub struct Class {
    /// Its model.
    pub model: String,
    /// How many meters are of it.
    pub meters: u32,
    /// What is set for it.
    pub set: RuleSet,
}

fn set(row: &Row<'_>, column: usize) -> rusqlite::Result<RuleSet> {
    let text: Option<String> = row.get(column)?;
    let read = |text: &str| serde_json::from_str(text);
    let failed = |error: serde_json::Error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error));
    Ok(text.as_deref().map(read).transpose().map_err(failed)?.unwrap_or_default())
}

/// What holds for a meter: what is set for its class, and otherwise for all meters of its utility.
///
/// # Errors
/// The database.
pub fn of_meter(db: &Db, meter: i64) -> Result<RuleSet, Error> {
    let mut query = db.prepare_cached(
        "SELECT u.case_rules, r.body FROM meter m JOIN utility u ON u.num = m.utility
         LEFT JOIN class_rules r ON r.utility = m.utility AND r.model = m.model WHERE m.num = ?1",
    )?;
    let found = query.query_row([meter], |row| Ok(set(row, 1)?.over(&set(row, 0)?)));
    Ok(found.optional()?.unwrap_or_default())
}

/// What is set for all meters of a utility, and the count of the changes.
///
/// # Errors
/// The database.
pub fn of_all(db: &Db, utility: i64) -> Result<(i64, RuleSet), Error> {
    let mut query = db.prepare_cached("SELECT case_rules_rev, case_rules FROM utility WHERE num = ?1")?;
    Ok(query.query_row([utility], |row| Ok((row.get(0)?, set(row, 1)?)))?)
}

/// The classes of a utility's meters and those for which something is set, by name; and whether there are more of them.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64) -> Result<(Vec<Class>, bool), Error> {
    let mut query = db.prepare_cached(
        "WITH class (model, meters) AS (
           SELECT model, COUNT(*) FROM meter WHERE utility = ?1 GROUP BY model
           UNION ALL SELECT r.model, 0 FROM class_rules r WHERE r.utility = ?1
             AND NOT EXISTS (SELECT 1 FROM meter m WHERE m.utility = r.utility AND m.model = r.model))
         SELECT c.model, c.meters, r.body FROM class c LEFT JOIN class_rules r ON r.utility = ?1 AND r.model = c.model
         ORDER BY r.body IS NULL, c.meters DESC, c.model LIMIT +?2",
    )?;
    let rows =
        query.query_map([utility, MOST + 1], |row| Ok(Class { model: row.get(0)?, meters: row.get(1)?, set: set(row, 2)? }))?;
    let mut classes: Vec<Class> = rows.collect::<Result<_, _>>()?;
    let are_more = classes.len() as i64 > MOST;
    classes.truncate(MOST as usize);
    classes.sort_by(|one, other| one.model.cmp(&other.model));
    Ok((classes, are_more))
}

/// Whether a utility has a meter of a model, or something is set for it.
///
/// # Errors
/// The database.
pub fn is_known(db: &Db, utility: i64, model: &str) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM meter WHERE utility = ?1 AND model = ?2)
           OR EXISTS (SELECT 1 FROM class_rules WHERE utility = ?1 AND model = ?2)",
    )?;
    Ok(query.query_row(params![utility, model], |row| row.get(0))?)
}

/// What is set for a class itself; nothing where it has no row.
///
/// # Errors
/// The database.
pub fn own(db: &Db, utility: i64, model: &str) -> Result<RuleSet, Error> {
    let mut query = db.prepare_cached("SELECT body FROM class_rules WHERE utility = ?1 AND model = ?2")?;
    Ok(query.query_row(params![utility, model], |row| set(row, 0)).optional()?.unwrap_or_default())
}

/// Writes what is set for a class, or for all meters of a utility, and counts the change. A class for which nothing is set has no row.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, utility: i64, model: Option<&str>, set: &RuleSet) -> Result<(), Error> {
    let text = serde_json::to_string(set).map_err(|error| Error::Setup(format!("rules cannot be written: {error}")))?;
    match model {
        None => tx.db.execute("UPDATE utility SET case_rules = ?2 WHERE num = ?1", params![utility, text])?,
        Some(model) if set.is_empty() => {
            tx.db.execute("DELETE FROM class_rules WHERE utility = ?1 AND model = ?2", params![utility, model])?
        }
        Some(model) => tx.db.execute(
            "INSERT INTO class_rules (utility, model, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (utility, model) DO UPDATE SET body = excluded.body",
            params![utility, model, text],
        )?,
    };
    tx.db.execute("UPDATE utility SET case_rules_rev = case_rules_rev + 1 WHERE num = ?1", [utility])?;
    Ok(())
}

/// The health of a class of meters, or of all meters of a utility, is to be judged anew.
///
/// # Errors
/// The database.
pub fn judge_anew(tx: &mut Tx<'_>, utility: i64, model: Option<&str>) -> Result<(), Error> {
    tx.db.execute(
        "UPDATE meter_health SET judge_at = 0
         WHERE meter IN (SELECT num FROM meter WHERE utility = ?1 AND (?2 IS NULL OR model = ?2))",
        params![utility, model],
    )?;
    Ok(())
}

//! What a check found: each finding as long as there are not too many, and all of them in groups by what mends them.

use crate::error::Error;
use crate::store::imports::{ImportFile, ImportTx};
use domain::imports::{Finding, Level, RepairKey};
use rusqlite::params;
use std::collections::HashMap;

/// Findings that are kept one by one; of further ones only how many there are.
const KEPT: u32 = 200_000;

/// Findings of a check, as they come.
#[derive(Default)]
pub struct Findings {
    groups: HashMap<RepairKey, GroupRow>,
    kept: u32,
}

/// A group of findings.
pub struct GroupRow {
    /// What they have in common.
    pub key: RepairKey,
    /// Whether their rows are taken.
    pub level: Level,
    /// How many.
    pub count: u32,
    /// The first.
    pub first: Finding,
}

impl Findings {
    /// Takes the findings of a row.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn take(&mut self, tx: &ImportTx<'_>, findings: Vec<Finding>) -> Result<(), Error> {
        for finding in findings {
            let key = finding.repair_key();
            if self.kept < KEPT {
                self.kept += 1;
                tx.0.prepare_cached("INSERT INTO finding (row, repair, body) VALUES (?1, ?2, ?3)")?.execute(params![
                    finding.row,
                    serde_json::to_string(&key)?,
                    serde_json::to_string(&finding)?
                ])?;
            }
            let group = self.groups.entry(key.clone());
            group.and_modify(|group| group.count += 1).or_insert_with(|| GroupRow {
                key,
                level: finding.level,
                count: 1,
                first: finding,
            });
        }
        Ok(())
    }

    /// Writes the groups, and makes the indexes of what a page shows, when the check is over.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(self, tx: &ImportTx<'_>) -> Result<(), Error> {
        tx.0.execute("DELETE FROM finding_group", [])?;
        let mut insert =
            tx.0.prepare_cached("INSERT INTO finding_group (repair, level, count, first) VALUES (?1, ?2, ?3, ?4)")?;
        for (key, group) in self.groups {
            let (key, first) = (serde_json::to_string(&key)?, serde_json::to_string(&group.first)?);
            insert.execute(params![key, group.level.as_str(), group.count, first])?;
        }
        tx.0.execute_batch("CREATE INDEX IF NOT EXISTS finding_row ON finding (row); CREATE INDEX IF NOT EXISTS finding_repair ON finding (repair, row)")?;
        tx.index_fates()
    }
}

impl ImportTx<'_> {
    /// Deletes what an earlier check found. The indexes come back when all is written.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn clear_findings(&self) -> Result<(), Error> {
        Ok(self.0.execute_batch(
            "DROP INDEX IF EXISTS finding_row; DROP INDEX IF EXISTS finding_repair; DELETE FROM finding; DELETE FROM finding_group;",
        )?)
    }
}

impl ImportFile {
    /// The groups, errors first, the largest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn groups(&self) -> Result<Vec<GroupRow>, Error> {
        let mut query = self.db.prepare_cached(
            "SELECT repair, level, count, first FROM finding_group ORDER BY level = 'warning', count DESC, repair",
        )?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        let found = query.query_map([], read)?.collect::<Result<Vec<(String, String, u32, String)>, _>>()?;
        found.into_iter().map(group).collect()
    }

    /// What was found in a row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn findings_of(&self, row: u32) -> Result<Vec<Finding>, Error> {
        let mut query = self.db.prepare_cached("SELECT body FROM finding WHERE row = ?1 ORDER BY num")?;
        let bodies = query.query_map([row], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
    }

    /// The first findings of a level, in order of rows.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn first_findings(&self, level: Level, most: u32) -> Result<Vec<Finding>, Error> {
        let mut query = self
            .db
            .prepare_cached("SELECT body FROM finding WHERE json_extract(body, '$.level') = ?1 ORDER BY row, num LIMIT ?2")?;
        let bodies = query.query_map(params![level.as_str(), most], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
    }

    /// The findings of a group.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn findings_of_group(&self, key: &RepairKey) -> Result<Vec<Finding>, Error> {
        let mut query = self.db.prepare_cached("SELECT body FROM finding WHERE repair = ?1 ORDER BY row, num")?;
        let bodies = query.query_map([serde_json::to_string(key)?], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
    }

    /// A part of the numbers of a group's rows, and how many there are.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows_of_group(&self, key: &RepairKey, offset: u32, limit: u32) -> Result<(u32, Vec<u32>), Error> {
        let key = serde_json::to_string(key)?;
        let total = self
            .db
            .prepare_cached("SELECT COUNT(DISTINCT row) FROM finding WHERE repair = ?1")?
            .query_row([&key], |row| row.get(0))?;
        let mut query =
            self.db.prepare_cached("SELECT DISTINCT row FROM finding WHERE repair = ?1 ORDER BY row LIMIT ?2 OFFSET ?3")?;
        let rows = query.query_map(params![key, limit, offset], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok((total, rows))
    }
}

fn group((key, level, count, first): (String, String, u32, String)) -> Result<GroupRow, Error> {
    let level = Level::from_word(&level).unwrap_or(Level::Error);
    Ok(GroupRow { key: serde_json::from_str(&key)?, level, count, first: serde_json::from_str(&first)? })
}

//! What a check found: findings lie beside the rows of their block, and are grouped by what mends them when the check is over.

use crate::error::Error;
use crate::store::imports::block::Packer;
use crate::store::imports::marks::{Marks, pack_findings, unpack_findings};
use crate::store::imports::rows::set_marks;
use crate::store::imports::{ImportFile, ImportTx};
use domain::imports::{Finding, Level, RepairKey};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The block of what was found of columns as a whole.
const OF_COLUMNS: u32 = 0;

/// Groups, and places of groups in blocks, that are counted before they are written: a sheet can have as many as it has cells.
const GROUPS: usize = 4_096;
const PLACES: usize = 65_536;

/// Findings of a group that one step mends; what is left is mended by the next.
const MENDED: usize = 200_000;

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

/// A group as it is counted.
struct Tally {
    count: u32,
    first: Finding,
    /// The row that was counted last, and the blocks with how many rows of each.
    row: u32,
    blocks: Vec<(u32, u32)>,
}

impl Tally {
    fn note(&mut self, block: u32, row: u32) {
        self.count += 1;
        match self.blocks.last_mut() {
            Some((last, _)) if *last == block && self.row == row => {}
            Some((last, rows)) if *last == block => *rows += 1,
            _ => self.blocks.push((block, 1)),
        }
        self.row = row;
    }
}

impl ImportTx<'_> {
    /// Deletes what an earlier check found of columns, its groups, and what it noted on its way.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn clear_findings(&self) -> Result<(), Error> {
        Ok(self.0.execute_batch(
            "DELETE FROM finding_group; DELETE FROM group_block; DELETE FROM repeat; DELETE FROM block_found WHERE num = 0;",
        )?)
    }

    /// Keeps what was found of columns as a whole.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_of_columns(&self, findings: &[Finding]) -> Result<(), Error> {
        keep_of_columns(&self.0, findings.to_vec())
    }

    /// Groups everything that was found.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn group_findings(&self) -> Result<(), Error> {
        group_findings(&self.0)
    }
}

pub(super) fn keep_of_columns(db: &Connection, mut findings: Vec<Finding>) -> Result<(), Error> {
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort_by_key(|finding| finding.row);
    set_marks(db, OF_COLUMNS, &Marks::default(), &pack_findings(&findings, &mut Packer::new()?)?)
}

pub(super) fn group_findings(db: &Connection) -> Result<(), Error> {
    let mut tallies: HashMap<RepairKey, Tally> = HashMap::new();
    let (mut places, mut behind) = (0, -1);
    while let Some((block, findings)) = found_behind(db, behind)? {
        behind = i64::from(block);
        for finding in findings {
            let row = finding.row;
            match tallies.entry(finding.repair_key()) {
                Entry::Occupied(mut entry) => Tally::note(entry.get_mut(), block, row),
                Entry::Vacant(entry) => {
                    entry.insert(Tally { count: 0, first: finding, row, blocks: Vec::new() }).note(block, row)
                }
            }
            places += 1;
        }
        if tallies.len() >= GROUPS || places >= PLACES {
            write_groups(db, &mut tallies)?;
            places = 0;
        }
    }
    write_groups(db, &mut tallies)
}

fn write_groups(db: &Connection, tallies: &mut HashMap<RepairKey, Tally>) -> Result<(), Error> {
    let mut insert = db.prepare_cached(
        "INSERT INTO finding_group (repair, level, count, first) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (repair) DO UPDATE SET count = count + excluded.count RETURNING num",
    )?;
    let mut place = db.prepare_cached("INSERT INTO group_block (grp, block, rows) VALUES (?1, ?2, ?3)")?;
    for (key, tally) in tallies.drain() {
        let (key, level, first) =
            (serde_json::to_string(&key)?, tally.first.level.as_str(), serde_json::to_string(&tally.first)?);
        let group: i64 = insert.query_row(params![key, level, tally.count, first], |row| row.get(0))?;
        for (block, rows) in tally.blocks {
            place.execute(params![group, block, rows])?;
        }
    }
    Ok(())
}

/// The next block in which something was found, with that.
fn found_behind(db: &Connection, behind: i64) -> Result<Option<(u32, Vec<Finding>)>, Error> {
    let mut query =
        db.prepare_cached("SELECT num, findings FROM block_found WHERE num > ?1 AND length(findings) > 0 ORDER BY num LIMIT 1")?;
    let found: Option<(u32, Vec<u8>)> = query.query_row([behind], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(block, packed)| Ok((block, unpack_findings(&packed)?))).transpose()
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

    /// The findings of a block, packed, for a part of the block to be checked again.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn findings_packed(&self, block: u32) -> Result<Vec<u8>, Error> {
        let mut query = self.db.prepare_cached("SELECT findings FROM block_found WHERE num = ?1")?;
        Ok(query.query_row([block], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    fn findings_in(&self, block: u32) -> Result<Vec<Finding>, Error> {
        unpack_findings(&self.findings_packed(block)?)
    }

    /// What was found in a row; first what was found of columns and is shown by this row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn findings_of(&self, row: u32) -> Result<Vec<Finding>, Error> {
        let mut query = self.db.prepare_cached("SELECT COALESCE(MAX(num), 0) FROM block WHERE num <= ?1")?;
        let block: u32 = query.query_row([row], |row| row.get(0))?;
        let mut findings = self.findings_in(OF_COLUMNS)?;
        if block != OF_COLUMNS {
            findings.extend(self.findings_in(block)?);
        }
        findings.retain(|finding| finding.row == row);
        Ok(findings)
    }

    /// The first findings of a level, in order of rows.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn first_findings(&self, level: Level, most: u32) -> Result<Vec<Finding>, Error> {
        let mut findings = self.findings_in(OF_COLUMNS)?;
        findings.retain(|finding| finding.level == level);
        let (mut behind, mut of_rows) = (i64::from(OF_COLUMNS), 0);
        while of_rows < most as usize
            && let Some((block, found)) = found_behind(&self.db, behind)?
        {
            behind = i64::from(block);
            let before = findings.len();
            findings.extend(found.into_iter().filter(|finding| finding.level == level));
            of_rows += findings.len() - before;
        }
        // What was found of columns goes to the row that shows it.
        findings.sort_by_key(|finding| finding.row);
        findings.truncate(most as usize);
        Ok(findings)
    }

    /// The findings of a group, as many as one step mends.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn findings_of_group(&self, key: &RepairKey) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        for (block, _) in self.blocks_of_group(key)? {
            findings.extend(self.findings_in(block)?.into_iter().filter(|finding| finding.repair_key() == *key));
            if findings.len() >= MENDED {
                findings.truncate(MENDED);
                break;
            }
        }
        Ok(findings)
    }

    /// A part of the numbers of a group's rows, and how many there are.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows_of_group(&self, key: &RepairKey, offset: u32, limit: u32) -> Result<(u32, Vec<u32>), Error> {
        let blocks = self.blocks_of_group(key)?;
        let (mut skipped, mut numbers) = (offset as usize, Vec::new());
        for (block, rows) in &blocks {
            if numbers.len() >= limit as usize {
                break;
            }
            if skipped >= *rows as usize {
                skipped -= *rows as usize;
                continue;
            }
            let found = self.findings_in(*block)?.into_iter().filter(|finding| finding.repair_key() == *key);
            let mut of_block: Vec<u32> = found.map(|finding| finding.row).collect();
            of_block.dedup();
            numbers.extend(of_block.into_iter().skip(skipped).take(limit as usize - numbers.len()));
            skipped = 0;
        }
        Ok((blocks.iter().map(|(_, rows)| rows).sum(), numbers))
    }

    /// The blocks that have rows of a group, with how many.
    fn blocks_of_group(&self, key: &RepairKey) -> Result<Vec<(u32, u32)>, Error> {
        let mut query = self.db.prepare_cached(
            "SELECT b.block, b.rows FROM group_block b JOIN finding_group g ON g.num = b.grp WHERE g.repair = ?1 ORDER BY b.block",
        )?;
        let found = query.query_map([serde_json::to_string(key)?], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

fn group((key, level, count, first): (String, String, u32, String)) -> Result<GroupRow, Error> {
    let level = Level::from_word(&level).unwrap_or(Level::Error);
    Ok(GroupRow { key: serde_json::from_str(&key)?, level, count, first: serde_json::from_str(&first)? })
}

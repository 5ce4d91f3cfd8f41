//! The rows of the sheet, in blocks. A block ends with the sheet's header, so that what lies behind it are whole blocks.

use crate::error::Error;
use crate::store::imports::block::{Block, Packed};
use crate::store::imports::marks::{Fates, Marks, Only};
use crate::store::imports::{ImportFile, ImportTx};
use domain::imports::SheetRow;
use protocol::ui::imports::Fate;
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;

/// A row with what the last check said of it.
#[derive(Clone, Debug, Default)]
pub struct StoredRow {
    /// The row as it was read.
    pub row: SheetRow,
    /// What it comes to; `None` before a check.
    pub fate: Option<Fate>,
    /// Whether it is a further connection of an earlier row's customer.
    pub is_further: bool,
}

/// A block as it is stored.
pub struct StoredBlock {
    /// Its first row.
    pub num: u32,
    /// Its last row.
    pub last: u32,
    /// How many rows it has.
    pub rows: u32,
    /// The rows, packed.
    pub body: Vec<u8>,
}

/// The column that counts the rows of a block which are meant.
const fn counted(only: Only) -> &'static str {
    match only {
        Only::All => "rows",
        Only::Fate(Fate::Create) => "created",
        Only::Fate(Fate::Update) => "updated",
        Only::Fate(Fate::Same) => "same",
        Only::Fate(Fate::LeftOut) => "left_out",
        Only::Fate(Fate::Error) => "failed",
        Only::Warned => "warned",
    }
}

pub(super) fn insert_block(db: &Connection, block: &Packed) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO block (num, last, rows) VALUES (?1, ?2, ?3)")?.execute(params![
        block.first,
        block.last,
        block.rows
    ])?;
    db.prepare_cached("INSERT INTO block_body (num, body) VALUES (?1, ?2)")?.execute(params![block.first, block.body])?;
    Ok(())
}

pub(super) fn set_marks(db: &Connection, block: u32, marks: &Marks, findings: &[u8]) -> Result<(), Error> {
    let fates = marks.count();
    let of = |fate| fates.of(fate);
    db.prepare_cached(
        "UPDATE block SET created = ?2, updated = ?3, same = ?4, left_out = ?5, failed = ?6, warned = ?7 WHERE num = ?1",
    )?
    .execute(params![
        block,
        of(Fate::Create),
        of(Fate::Update),
        of(Fate::Same),
        of(Fate::LeftOut),
        of(Fate::Error),
        fates.warned
    ])?;
    db.prepare_cached(
        "INSERT INTO block_found (num, marks, findings) VALUES (?1, ?2, ?3)
         ON CONFLICT (num) DO UPDATE SET marks = excluded.marks, findings = excluded.findings",
    )?
    .execute(params![block, marks.bytes(), findings])?;
    Ok(())
}

impl ImportTx<'_> {
    /// Deletes every row, and what was found and mended.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn clear(&self) -> Result<(), Error> {
        self.clear_findings()?;
        Ok(self.0.execute_batch(
            "DELETE FROM block; DELETE FROM block_body; DELETE FROM block_found; DELETE FROM mended_cell; DELETE FROM mended_value;
             DELETE FROM left_out; DELETE FROM changed;",
        )?)
    }

    /// Writes rows as they were read.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn insert_block(&self, block: &Packed) -> Result<(), Error> {
        insert_block(&self.0, block)
    }

    /// Writes what the rows of a block come to, and what was found in them, packed.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set_marks(&self, block: u32, marks: &Marks, findings: &[u8]) -> Result<(), Error> {
        set_marks(&self.0, block, marks, findings)
    }

    /// Keeps what a commit changed of a record that was there.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_changed(&self, row: u32, patches: &str) -> Result<(), Error> {
        let sql = "INSERT INTO changed (row, patches) VALUES (?1, ?2) ON CONFLICT (row) DO NOTHING";
        self.0.prepare_cached(sql)?.execute(params![row, patches])?;
        Ok(())
    }
}

impl ImportFile {
    /// The first block that begins behind a row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn block_behind(&self, number: u32) -> Result<Option<StoredBlock>, Error> {
        self.stored_block(
            "SELECT num, last, rows, body FROM block JOIN block_body USING (num) WHERE num > ?1 ORDER BY num LIMIT 1",
            number,
        )
    }

    /// The block in which a row is, or would be.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn block_of(&self, row: u32) -> Result<Option<StoredBlock>, Error> {
        self.stored_block(
            "SELECT num, last, rows, body FROM block JOIN block_body USING (num) WHERE num <= ?1 ORDER BY num DESC LIMIT 1",
            row,
        )
    }

    fn stored_block(&self, sql: &str, row: u32) -> Result<Option<StoredBlock>, Error> {
        let mut query = self.db.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(StoredBlock { num: row.get(0)?, last: row.get(1)?, rows: row.get(2)?, body: row.get(3)? })
        };
        Ok(query.query_row([row], read).optional()?)
    }

    /// What the rows of a block come to; nothing before a check.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn marks(&self, block: u32) -> Result<Marks, Error> {
        let mut query = self.db.prepare_cached("SELECT marks FROM block_found WHERE num = ?1")?;
        let bytes: Option<Vec<u8>> = query.query_row([block], |row| row.get(0)).optional()?;
        Ok(bytes.map(Marks::stored).unwrap_or_default())
    }

    /// The rows behind a number, in order; `most` of them.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows_behind(&self, number: u32, most: u32) -> Result<Vec<StoredRow>, Error> {
        let (mut behind, mut rows) = (number, Vec::new());
        // The rest of the block in which that row is, and then one block after the other.
        let mut next = match self.block_of(number)? {
            Some(block) if block.last > number => Some(block),
            _ => self.block_behind(number)?,
        };
        while let Some(stored) = next {
            let (block, marks) = (Block::unpack(&stored.body)?, self.marks(stored.num)?);
            let left = most as usize - rows.len();
            rows.extend(block.places_behind(behind).take(left).map(|place| row_at(&block, &marks, place)));
            behind = stored.last;
            next = if rows.len() < most as usize { self.block_behind(behind)? } else { None };
        }
        Ok(rows)
    }

    /// One row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn row(&self, number: u32) -> Result<Option<StoredRow>, Error> {
        let mut query = self.db.prepare_cached("SELECT MAX(num) FROM block WHERE num <= ?1")?;
        let Some(num) = query.query_row([number], |row| row.get::<_, Option<u32>>(0))? else { return Ok(None) };
        let (block, marks) = (self.unpacked(num)?, self.marks(num)?);
        Ok(block.place_of(number).map(|place| row_at(&block, &marks, place)))
    }

    fn unpacked(&self, num: u32) -> Result<Arc<Block>, Error> {
        let kept = self.kept.borrow().as_ref().filter(|(of, _)| *of == num).map(|(_, block)| Arc::clone(block));
        if let Some(block) = kept {
            return Ok(block);
        }
        let mut query = self.db.prepare_cached("SELECT body FROM block_body WHERE num = ?1")?;
        let block = Arc::new(Block::unpack(&query.query_row([num], |row| row.get::<_, Vec<u8>>(0))?)?);
        self.kept.replace(Some((num, Arc::clone(&block))));
        Ok(block)
    }

    /// A part of the rows of a fate, of those with warnings, or of all, behind the header.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows_of(&self, header: u32, only: Only, offset: u32, limit: u32) -> Result<Vec<StoredRow>, Error> {
        let (mut skipped, mut rows) = (offset, Vec::new());
        let mut query = self.db.prepare_cached(&window(only))?;
        let mut blocks = query.query([header])?;
        while let Some(found) = blocks.next()? {
            let (num, count): (u32, u32) = (found.get(0)?, found.get(1)?);
            if skipped >= count {
                skipped -= count;
                continue;
            }
            let Some(stored) = self.block_of(num)? else { continue };
            let (block, marks) = (Block::unpack(&stored.body)?, self.marks(num)?);
            let left = limit as usize - rows.len();
            let places = (0..block.len()).filter(|place| marks.is(*place, only)).skip(skipped as usize).take(left);
            rows.extend(places.map(|place| row_at(&block, &marks, place)));
            skipped = 0;
            if rows.len() >= limit as usize {
                break;
            }
        }
        Ok(rows)
    }

    /// How many rows there are behind the header.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn count_rows(&self, header: u32) -> Result<u32, Error> {
        Ok(self.db.query_row("SELECT COALESCE(SUM(rows), 0) FROM block WHERE num > ?1", [header], |row| row.get(0))?)
    }

    /// How many rows have which fate, as the last check of each block said.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn fates(&self) -> Result<Fates, Error> {
        let sql =
            "SELECT COALESCE(SUM(created), 0), COALESCE(SUM(updated), 0), COALESCE(SUM(same), 0), COALESCE(SUM(left_out), 0),
                   COALESCE(SUM(failed), 0), COALESCE(SUM(warned), 0) FROM block";
        let read = |row: &rusqlite::Row<'_>| {
            let counts = [0, row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
            Ok(Fates { counts, warned: row.get(5)? })
        };
        Ok(self.db.query_row(sql, [], read)?)
    }

    /// What a commit changed of the record of a row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn changed(&self, row: u32) -> Result<Option<String>, Error> {
        let mut query = self.db.prepare_cached("SELECT patches FROM changed WHERE row = ?1")?;
        Ok(query.query_row([row], |row| row.get(0)).optional()?)
    }
}

/// The statement that finds the blocks of a window: it reads how many rows each block has of those that are meant, and no row.
fn window(only: Only) -> String {
    let count = counted(only);
    format!("SELECT num, {count} FROM block WHERE num > ?1 AND {count} > 0 ORDER BY num")
}

fn row_at(block: &Block, marks: &Marks, place: usize) -> StoredRow {
    let mut row = SheetRow::default();
    block.read(place, &mut row);
    StoredRow { row, fate: marks.fate(place), is_further: marks.is_further(place) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::imports::Packer;
    use domain::imports::Cell;

    fn fate_of(number: u32) -> Fate {
        if number.is_multiple_of(4) { Fate::Error } else { Fate::Create }
    }

    /// 3,000 rows, the first three of them the header.
    fn file(folder: &std::path::Path) -> ImportFile {
        let mut file = ImportFile::open(&folder.join("import.db"), &"00".repeat(32)).unwrap();
        let (mut packer, mut number) = (Packer::new().unwrap(), 1);
        while number <= 3_000 {
            let (mut block, mut marks) = (Block::default(), Marks::default());
            while !block.is_full() && number <= 3_000 && (number != 4 || block.is_empty()) {
                let cells = vec![Cell::Text(format!("Warga {number}"))];
                block.push(&SheetRow { number, is_hidden: false, cells });
                marks.push(fate_of(number), number.is_multiple_of(5));
                number += 1;
            }
            let packed = block.pack(&mut packer).unwrap();
            file.transact(|tx| {
                tx.insert_block(&packed)?;
                if packed.first > 3 { tx.set_marks(packed.first, &marks, &[]) } else { Ok(()) }
            })
            .unwrap();
        }
        file
    }

    #[test]
    fn a_window_is_the_part_of_the_rows_that_was_asked_for_across_blocks() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(dir.path());
        type IsThere = fn(u32) -> bool;
        let windows: [(Only, IsThere); 4] = [
            (Only::All, |_| true),
            (Only::Fate(Fate::Error), |number| number % 4 == 0),
            (Only::Fate(Fate::Update), |_| false),
            (Only::Warned, |number| number % 5 == 0),
        ];
        for (only, is_meant) in windows {
            let all: Vec<u32> = (4..=3_000).filter(|number| is_meant(*number)).collect();
            for (offset, limit) in [(0, 2), (1, 200), (127, 3), (500, 200), (510, 40), (2_990, 200), (5_000, 9), (7, 0)] {
                let rows = file.rows_of(3, only, offset, limit).unwrap();
                let numbers: Vec<u32> = rows.iter().map(|stored| stored.row.number).collect();
                let expected: Vec<u32> = all.iter().copied().skip(offset as usize).take(limit as usize).collect();
                assert_eq!(numbers, expected, "{only:?} from {offset}, {limit}");
                assert!(rows.iter().all(|stored| stored.fate == Some(fate_of(stored.row.number))));
            }
        }
        assert_eq!((file.count_rows(0).unwrap(), file.count_rows(3).unwrap()), (3_000, 2_997));
        assert_eq!((file.fates().unwrap().of(Fate::Error), file.fates().unwrap().warned), (750, 600));
    }

    #[test]
    fn rows_are_read_on_from_any_row_and_one_by_one() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(dir.path());
        let (mut behind, mut numbers) = (0, Vec::new());
        loop {
            let rows = file.rows_behind(behind, 250).unwrap();
            let Some(last) = rows.last() else { break };
            behind = last.row.number;
            numbers.extend(rows.iter().map(|stored| stored.row.number));
        }
        assert_eq!(numbers, (1..=3_000).collect::<Vec<u32>>());
        assert_eq!(file.rows_behind(2_999, 250).unwrap().len(), 1);
        let row = file.row(1_234).unwrap().unwrap();
        assert_eq!((row.row.cells, row.fate), (vec![Cell::Text("Warga 1234".into())], Some(Fate::Create)));
        assert_eq!(file.row(2).unwrap().unwrap().fate, None, "nobody checks a header");
        assert!(file.row(0).unwrap().is_none() && file.row(3_001).unwrap().is_none());
    }
}

//! The rows of the sheet.

use crate::error::Error;
use crate::store::imports::cells::{decode, encode};
use crate::store::imports::{ImportFile, ImportTx};
use domain::imports::SheetRow;
use protocol::ui::imports::Fate;
use rusqlite::{OptionalExtension, params};

/// A row with what the last check said of it.
#[derive(Clone, Debug, Default)]
pub struct StoredRow {
    /// The row as it was read.
    pub row: SheetRow,
    /// What it comes to; `None` before a check.
    pub fate: Option<Fate>,
}

/// Which rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All.
    All,
    /// Those of a fate.
    Fate(Fate),
    /// Those with a warning.
    Warned,
}

/// How many rows have which fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fates {
    /// By the fate's number; 0 is not checked.
    pub counts: [u32; 6],
    /// With a warning.
    pub warned: u32,
}

const fn number(fate: Option<Fate>) -> u8 {
    match fate {
        None => 0,
        Some(Fate::Create) => 1,
        Some(Fate::Update) => 2,
        Some(Fate::Same) => 3,
        Some(Fate::LeftOut) => 4,
        Some(Fate::Error) => 5,
    }
}

const fn fate(number: u8) -> Option<Fate> {
    match number {
        1 => Some(Fate::Create),
        2 => Some(Fate::Update),
        3 => Some(Fate::Same),
        4 => Some(Fate::LeftOut),
        5 => Some(Fate::Error),
        _ => None,
    }
}

impl Fates {
    /// Counts a row.
    pub fn count(&mut self, of: Option<Fate>, is_warned: bool) {
        self.counts[usize::from(number(of))] += 1;
        self.warned += u32::from(is_warned);
    }

    /// How many have a fate.
    pub fn of(&self, of: Fate) -> u32 {
        self.counts[usize::from(number(Some(of)))]
    }

    /// How many there are.
    pub fn all(&self) -> u32 {
        self.counts.iter().sum()
    }
}

impl ImportTx<'_> {
    /// Deletes every row, and what was found and mended. The indexes of fates come back with the next check.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn clear(&self) -> Result<(), Error> {
        Ok(self.0.execute_batch(
            "DELETE FROM sheet_row; DELETE FROM finding; DELETE FROM finding_group; DELETE FROM mended_cell; DELETE FROM mended_value;
             DELETE FROM left_out; DELETE FROM changed; DROP INDEX IF EXISTS sheet_row_fate; DROP INDEX IF EXISTS sheet_row_warned;",
        )?)
    }

    /// Writes a row as it was read. `text` is used again from row to row.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn insert_row(&self, row: &SheetRow, of: Option<Fate>, is_warned: bool, text: &mut String) -> Result<(), Error> {
        encode(&row.cells, text);
        self.0
            .prepare_cached("INSERT INTO sheet_row (num, hidden, cells, fate, warned) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![row.number, row.is_hidden, text.as_str(), number(of), is_warned])?;
        Ok(())
    }

    /// Makes the indexes by which a part of the rows is found, when all of them have a fate.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn index_fates(&self) -> Result<(), Error> {
        Ok(self.0.execute_batch(
            "CREATE INDEX IF NOT EXISTS sheet_row_fate ON sheet_row (fate);
             CREATE INDEX IF NOT EXISTS sheet_row_warned ON sheet_row (warned) WHERE warned = 1;",
        )?)
    }

    /// Writes what a row comes to, where that is another than before.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set_fate(&self, row: u32, of: Option<Fate>, is_warned: bool) -> Result<(), Error> {
        self.0
            .prepare_cached("UPDATE sheet_row SET fate = ?2, warned = ?3 WHERE num = ?1 AND (fate <> ?2 OR warned <> ?3)")?
            .execute(params![row, number(of), is_warned])?;
        Ok(())
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
    /// The rows behind a number, in order; `most` of them.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows_behind(&self, number: u32, most: u32) -> Result<Vec<StoredRow>, Error> {
        let mut query =
            self.db.prepare_cached("SELECT num, hidden, cells, fate FROM sheet_row WHERE num > ?1 ORDER BY num LIMIT ?2")?;
        let mut found = query.query(params![number, most])?;
        let mut rows = Vec::with_capacity(most as usize);
        while let Some(row) = found.next()? {
            rows.push(stored(row)?);
        }
        Ok(rows)
    }

    /// One row.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn row(&self, number: u32) -> Result<Option<StoredRow>, Error> {
        let mut query = self.db.prepare_cached("SELECT num, hidden, cells, fate FROM sheet_row WHERE num = ?1")?;
        let mut found = query.query([number])?;
        found.next()?.map(stored).transpose()
    }

    /// A part of the rows of a fate, of those with warnings, or of all, behind the header.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows_of(&self, header: u32, only: Only, offset: u32, limit: u32) -> Result<Vec<StoredRow>, Error> {
        let mut query = self.db.prepare_cached(&window(only))?;
        let mut found = query.query(params![header, limit, offset])?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            rows.push(stored(row)?);
        }
        Ok(rows)
    }

    /// How many rows there are behind the header.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn count_rows(&self, header: u32) -> Result<u32, Error> {
        Ok(self.db.query_row("SELECT COUNT(*) FROM sheet_row WHERE num > ?1", [header], |row| row.get(0))?)
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

/// The statement of a window: of a fate or of those with a warning it walks the index, and reads only the rows of the window.
fn window(only: Only) -> String {
    let only = match only {
        Only::All => String::new(),
        Only::Fate(of) => format!("AND fate = {}", number(Some(of))),
        Only::Warned => "AND warned = 1".to_owned(),
    };
    format!("SELECT num, hidden, cells, fate FROM sheet_row WHERE num > ?1 {only} ORDER BY num LIMIT ?2 OFFSET ?3")
}

fn stored(row: &rusqlite::Row<'_>) -> Result<StoredRow, Error> {
    let mut read = SheetRow { number: row.get(0)?, is_hidden: row.get(1)?, cells: Vec::new() };
    let text = row.get_ref(2)?.as_str().map_err(|error| Error::Protocol(error.to_string()))?;
    decode(text, &mut read);
    Ok(StoredRow { row: read, fate: fate(row.get(3)?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::imports::Findings;
    use domain::imports::Cell;

    #[test]
    fn a_window_of_a_fate_is_read_by_its_index_and_by_no_other_rows() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = ImportFile::open(&dir.path().join("import.db"), &"00".repeat(32)).unwrap();
        let mut text = String::new();
        file.transact(|tx| {
            for number in 1..=20 {
                let row = SheetRow { number, is_hidden: false, cells: vec![Cell::Text(format!("Warga {number}"))] };
                let fate = if number % 4 == 0 { Fate::Error } else { Fate::Create };
                tx.insert_row(&row, Some(fate), number % 5 == 0, &mut text)?;
            }
            Findings::default().finish(tx)
        })
        .unwrap();
        let numbers = |only, offset| {
            let rows = file.rows_of(1, only, offset, 2).unwrap();
            rows.into_iter().map(|stored| stored.row.number).collect::<Vec<_>>()
        };
        assert_eq!(numbers(Only::Fate(Fate::Error), 2), [12, 16]);
        assert_eq!(numbers(Only::Warned, 1), [10, 15]);
        assert_eq!(numbers(Only::All, 0), [2, 3]);
        assert_eq!(file.count_rows(1).unwrap(), 19);
        for (only, index) in [(Only::Fate(Fate::Error), "sheet_row_fate"), (Only::Warned, "sheet_row_warned")] {
            let explain = format!("EXPLAIN QUERY PLAN {}", window(only));
            let plan: String = file.db.query_row(&explain, params![0, 1, 0], |row| row.get(3)).unwrap();
            assert!(plan.contains(index), "{plan}");
        }
    }
}

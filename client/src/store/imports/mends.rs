//! What people mended.

use crate::error::Error;
use crate::store::imports::{ImportFile, ImportTx};
use domain::imports::Overrides;
use domain::imports::finding::group_form;
use rusqlite::params;
use std::collections::HashSet;

impl ImportTx<'_> {
    /// Mends one cell.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn mend_cell(&self, row: u32, column: u32, text: &str) -> Result<(), Error> {
        self.0
            .prepare_cached(
                "INSERT INTO mended_cell (row, col, text) VALUES (?1, ?2, ?3) ON CONFLICT (row, col) DO UPDATE SET text = excluded.text",
            )?
            .execute(params![row, column, text])?;
        Ok(())
    }

    /// Mends a value wherever it stands in a column.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn mend_value(&self, column: u32, value: &str, text: &str) -> Result<(), Error> {
        self.0
            .prepare_cached(
                "INSERT INTO mended_value (col, value, text) VALUES (?1, ?2, ?3)
                 ON CONFLICT (col, value) DO UPDATE SET text = excluded.text",
            )?
            .execute(params![column, group_form(value), text])?;
        Ok(())
    }

    /// Leaves a row out.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn leave_out(&self, row: u32) -> Result<(), Error> {
        self.0.prepare_cached("INSERT OR IGNORE INTO left_out (row) VALUES (?1)")?.execute([row])?;
        Ok(())
    }
}

impl ImportFile {
    /// Everything that was mended.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn overrides(&self) -> Result<Overrides, Error> {
        let mut overrides = Overrides::default();
        let mut cells = self.db.prepare_cached("SELECT row, col, text FROM mended_cell")?;
        let mut cells = cells.query([])?;
        while let Some(row) = cells.next()? {
            overrides.set_cell(row.get(0)?, row.get(1)?, row.get::<_, String>(2)?);
        }
        self.mended_values(&mut overrides)?;
        Ok(overrides)
    }

    /// What was mended that some rows are shown by: their own cells, and the values of whole columns.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn overrides_of(&self, rows: impl Iterator<Item = u32>) -> Result<Overrides, Error> {
        let mut overrides = Overrides::default();
        let mut cells = self.db.prepare_cached("SELECT col, text FROM mended_cell WHERE row = ?1")?;
        for number in rows {
            let mut cells = cells.query([number])?;
            while let Some(cell) = cells.next()? {
                overrides.set_cell(number, cell.get(0)?, cell.get::<_, String>(1)?);
            }
        }
        self.mended_values(&mut overrides)?;
        Ok(overrides)
    }

    fn mended_values(&self, overrides: &mut Overrides) -> Result<(), Error> {
        let mut values = self.db.prepare_cached("SELECT col, value, text FROM mended_value")?;
        let mut values = values.query([])?;
        while let Some(row) = values.next()? {
            overrides.set_all(row.get(0)?, &row.get::<_, String>(1)?, row.get::<_, String>(2)?);
        }
        Ok(())
    }

    /// Rows that people left out.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn left_out(&self) -> Result<HashSet<u32>, Error> {
        let mut query = self.db.prepare_cached("SELECT row FROM left_out")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}

//! A report as a workbook: a cover with its key figures, its charts, and a sheet for each table. The same report is the same file.

use crate::cells::{LONGEST_NAME, sheet_name};
use crate::charts::charts;
use crate::front_sheet::front_sheet;
use crate::{Error, Rows};
use domain::core::date_words::say;
use domain::people::Language;
use domain::reports::chart::Chart;
use domain::reports::{Block, Report, Table};
use domain::{TimeZone, UtcMillis};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

/// A workbook that is being written, for reports whose rows are not all in memory at once.
pub struct Book {
    workbook: Workbook,
    language: Language,
    zone: TimeZone,
    /// The names of its sheets, in small letters: two may not differ by their size alone.
    names: HashSet<String>,
}

impl Book {
    /// Begins a workbook with what the report says besides its tables. `folder` has room for rows, in files without names.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn begin(report: &Report, folder: &Path) -> Result<Self, Error> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        workbook.set_properties(&properties(report)?);
        let mut book = Self { workbook, language: report.language, zone: report.zone, names: HashSet::new() };
        let front = front_sheet(report)?;
        book.names.insert(front.name().to_lowercase());
        book.workbook.push_worksheet(front);
        let of_charts = report.blocks.iter().filter_map(|block| if let Block::Chart(chart) = block { Some(chart) } else { None });
        book.draw(of_charts)?;
        Ok(book)
    }

    fn draw<'c>(&mut self, of: impl Iterator<Item = &'c Chart>) -> Result<(), Error> {
        let name = say(self.language, "Grafik", "Charts");
        if let Some(sheet) = charts(self.language, name, of)? {
            self.names.insert(name.to_lowercase());
            self.workbook.push_worksheet(sheet);
        }
        Ok(())
    }

    /// Begins a table, whose own rows are not written: they come one by one.
    ///
    /// # Errors
    /// The folder cannot be written, or the table has too many columns.
    pub fn rows(&mut self, table: &Table) -> Result<Rows, Error> {
        let name = self.free_name(&table.title);
        let mut sheet = self.workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        Rows::begin(sheet, table, table.layout(self.language, self.zone))
    }

    /// Ends a table.
    ///
    /// # Errors
    /// There are too many rows, or a sum is past the range.
    pub fn add(&mut self, rows: Rows) -> Result<(), Error> {
        self.workbook.push_worksheet(rows.end()?);
        Ok(())
    }

    /// Ends the workbook.
    ///
    /// # Errors
    /// It cannot be put together or written.
    pub fn finish(mut self, out: impl Write + Send) -> Result<(), Error> {
        Ok(self.workbook.save_to_writer(out)?)
    }

    /// A name for a sheet that no other one has.
    fn free_name(&mut self, title: &str) -> String {
        let name = sheet_name(title);
        let mut free = name.clone();
        let mut number = 1;
        while !self.names.insert(free.to_lowercase()) {
            number += 1;
            let end = format!(" {number}");
            free = name.chars().take(LONGEST_NAME - end.len()).collect::<String>() + &end;
        }
        free
    }
}

/// What the file says of itself. The time of its making is that of its data: the clock would make each file another one.
fn properties(report: &Report) -> Result<DocProperties, XlsxError> {
    let UtcMillis(at) = report.as_of;
    let made = ExcelDateTime::from_timestamp(at.div_euclid(1_000))?;
    Ok(DocProperties::new().set_title(&report.title).set_author(&report.utility).set_creation_datetime(&made))
}

/// A whole report as a workbook. `folder` has room for its rows, in files without names.
///
/// # Errors
/// The report is none that can be written, or the folder cannot be.
pub fn report(report: &Report, folder: &Path) -> Result<Vec<u8>, Error> {
    report.check()?;
    let mut book = Book::begin(report, folder)?;
    for table in report.tables() {
        let mut rows = book.rows(table)?;
        for group in &table.groups {
            if table.group.is_some() {
                rows.group(&group.name)?;
            }
            for row in &group.rows {
                rows.put(row)?;
            }
        }
        book.add(rows)?;
    }
    let mut bytes = Vec::new();
    book.finish(&mut bytes)?;
    Ok(bytes)
}

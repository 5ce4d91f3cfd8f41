//! A list as a workbook: one sheet of rows and nothing else, without a formula, and one of sentences about it.

use crate::cells::{clean, format, least, put, sheet_name};
use domain::exports::{Cell, Kind, Layout};
use rust_xlsxwriter::{Format, IgnoreError, Workbook, XlsxError};
use std::path::Path;

/// The letters by which the sheet about the file is wide.
const ABOUT_WIDTH: f64 = 80.0;

/// A workbook that is being written.
pub struct List {
    workbook: Workbook,
    columns: Vec<(Kind, Format)>,
    /// The next row.
    row: u32,
}

impl List {
    /// Begins a workbook with the names of the columns, which stay in sight. `folder` has room for the rows, in a file without a name.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn begin(title: &str, layout: &Layout, folder: &Path) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(title))?;
        sheet.set_landscape().set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        let bold = Format::new().set_bold();
        for (place, column) in (0_u16..).zip(&layout.columns) {
            let width = usize::from(column.width).max(least(column.kind)).max(column.name.chars().count() + 2);
            sheet.set_column_width(place, width as f64)?;
            sheet.write_string_with_format(0, place, clean(&column.name), &bold)?;
        }
        let columns = layout.columns.iter().map(|column| (column.kind, format(column.kind))).collect();
        Ok(Self { workbook, columns, row: 1 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// There are too many.
    pub fn put(&mut self, layout: &Layout, cells: &[Cell]) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (place, ((kind, format), cell)) in (0_u16..).zip(self.columns.iter().zip(cells)) {
            put(sheet, (self.row, place, format), layout, (*kind, cell))?;
        }
        self.row += 1;
        Ok(())
    }

    /// Ends the workbook, with a sheet of sentences about it.
    ///
    /// # Errors
    /// It cannot be put together.
    pub fn finish(mut self, title: &str, sentences: &[String]) -> Result<Vec<u8>, XlsxError> {
        let last_row = self.row.saturating_sub(1);
        let last_column = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        // Digits that are text are meant to be.
        let sheet = self.workbook.worksheet_from_index(0)?;
        sheet.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
        let about = self.workbook.add_worksheet();
        about.set_name(sheet_name(title))?;
        about.set_column_width(0, ABOUT_WIDTH)?;
        for (row, sentence) in (0_u32..).zip(sentences) {
            about.write_string(row, 0, clean(sentence))?;
        }
        self.workbook.save_to_buffer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::TimeZone;
    use domain::exports::Column;
    use domain::people::Language;

    #[test]
    fn a_workbook_without_rows_is_one_too() {
        let folder = tempfile::tempdir().unwrap();
        let columns = vec![Column { name: "Nama".into(), kind: Kind::Text, width: 10 }];
        let layout = Layout { columns, language: Language::En, zone: TimeZone::Jakarta };
        let workbook = List::begin("Pelanggan", &layout, folder.path()).unwrap();
        let bytes = workbook.finish("Keterangan", &["Data terkini.".to_owned()]).unwrap();
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    }
}

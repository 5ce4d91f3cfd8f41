//! Workbooks and CSV of a report that was filled.

use crate::error::Error;
use domain::reports::Report;
use protocol::core::problem::{Code, Problem};
use protocol::ui::exports::ExportFormat;
use std::path::Path;

/// A file with its name. `folder` has room for a workbook's rows, in files without names; a CSV is of one table.
///
/// # Errors
/// There is no such table, the folder cannot be written, or the format is paper, which a typesetter makes.
pub fn file(report: &Report, (format, table): (ExportFormat, u32), folder: &Path) -> Result<(String, Vec<u8>), Error> {
    match format {
        ExportFormat::Xlsx => {
            let bytes = workbooks::report(report, folder).map_err(|error| Error::Io(std::io::Error::other(error)))?;
            Ok((format!("{}.xlsx", report.name), bytes))
        }
        ExportFormat::Csv => {
            let missing = || Problem::new(Code::NotFound, "the report has no such table");
            let file = report.csv().into_iter().nth(table as usize).ok_or_else(missing)?;
            Ok((file.name, file.text.into_bytes()))
        }
        ExportFormat::Pdf => Err(Problem::new(Code::BadRequest, "format: papers are made by a typesetter").into()),
    }
}

/// Rows of all its tables.
pub fn rows_of(report: &Report) -> u32 {
    let rows = report.tables().map(|table| table.rows().count()).sum::<usize>();
    u32::try_from(rows).unwrap_or(u32::MAX)
}

//! Why a file or a sheet cannot be read, in the words for which the page has sentences.

use imports::{Exceeded, Failure as SheetFailure, OpenError, Quantity, ReadError};
use protocol::ui::imports::Failure;

fn failure(code: &str, about: impl ToString) -> Failure {
    Failure { code: code.to_owned(), about: about.to_string() }
}

/// Why a file is not opened.
pub fn failure_of_opening(error: &OpenError) -> Failure {
    match error {
        OpenError::Io(error) => failure("io", error),
        OpenError::Empty => failure("empty", ""),
        OpenError::Encrypted => failure("encrypted", ""),
        OpenError::Html => failure("html", ""),
        OpenError::PlainXml => failure("plain_xml", ""),
        OpenError::OldExcel => failure("old_excel", ""),
        OpenError::PrintLayout => failure("print_layout", ""),
        OpenError::NotASpreadsheet { found } => failure("not_a_spreadsheet", found.unwrap_or_default()),
        OpenError::UnknownEncoding(name) => failure("unknown_encoding", name),
        OpenError::BadDelimiter(byte) => failure("bad_delimiter", char::from(*byte)),
        OpenError::Broken { part, .. } => failure("broken", part),
        OpenError::TooLarge(exceeded) => too_large(exceeded),
    }
}

/// Why a sheet is not read.
pub fn failure_of_reading(error: &ReadError) -> Failure {
    match error {
        ReadError::Io(error) => failure("io", error),
        ReadError::NoSuchSheet(place) => failure("missing", place + 1),
        ReadError::Sheet(of_sheet) => failure_of_sheet(of_sheet),
        ReadError::OpenQuote { row } => failure("open_quote", row),
        ReadError::Broken { row, .. } => failure("broken", row),
        ReadError::TooLarge(exceeded) => too_large(exceeded),
    }
}

/// Why a sheet has no rows.
pub fn failure_of_sheet(error: &SheetFailure) -> Failure {
    match error {
        SheetFailure::NoRows => failure("no_rows", ""),
        SheetFailure::Missing => failure("missing", ""),
        SheetFailure::Broken { row, .. } => failure("broken", row),
    }
}

fn too_large(exceeded: &Exceeded) -> Failure {
    let of = match exceeded.quantity {
        Quantity::FileBytes => "file_bytes",
        Quantity::InflatedBytes => "inflated_bytes",
        Quantity::Parts | Quantity::PartList => "parts",
        Quantity::Sheets => "sheets",
        Quantity::Rows => "rows",
        Quantity::Columns => "columns",
        Quantity::Cells => "cells",
        Quantity::CellBytes => "cell_bytes",
        Quantity::RowBytes => "row_bytes",
        Quantity::SharedBytes => "shared_bytes",
    };
    failure(&format!("too_large_{of}"), exceeded.limit)
}

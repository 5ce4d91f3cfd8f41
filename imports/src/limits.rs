//! How much of a file is read: what a utility's largest export needs, and what a hostile file gets at most.

/// Limits of a file. What exceeds one is refused by [`crate::Exceeded`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of one part of an archive once inflated, such as the XML of a sheet.
    pub inflated_bytes: u64,
    /// Parts of an archive.
    pub parts: u32,
    /// Sheets of a file.
    pub sheets: u32,
    /// Number of the last row of a sheet; of a CSV its last line.
    pub rows: u32,
    /// Columns of a sheet.
    pub columns: u32,
    /// Cells of a sheet: those up to the last of each row that is not empty.
    pub cells: u64,
    /// Bytes of one cell's text; Excel takes 32,767 characters.
    pub cell_bytes: usize,
    /// Bytes of all texts of one row.
    pub row_bytes: usize,
    /// Bytes of memory for the texts that a workbook keeps apart from its sheets.
    pub shared_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 1 << 30,
            inflated_bytes: 2 << 30,
            parts: 5_000,
            sheets: 256,
            rows: 2_000_000,
            columns: 16_384,
            cells: 100_000_000,
            cell_bytes: 128 << 10,
            row_bytes: 8 << 20,
            shared_bytes: 128 << 20,
        }
    }
}

//! A sheet as every reader of files gives it: rows with the sheet's own numbers, and cells as they are stored, not as somebody meant them.

use jiff::civil::DateTime;

/// A row of a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SheetRow {
    /// Its number as the spreadsheet shows it, from 1; of a CSV the physical line on which the row begins.
    pub number: u32,
    /// Whether the sheet hides it.
    pub is_hidden: bool,
    /// Its cells from column A on; none behind the last that is not empty.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing, or a text without a character.
    #[default]
    Empty,
    /// A text as it is stored: spaces around it are there.
    Text(String),
    /// A number; finite. It comes as the file has it: what a spreadsheet rounded, such as a NIK of 16 digits, is lost before.
    Number(f64),
    /// A date, or an instant of local time, to the second; a time of the day alone is on 1899-12-31, as spreadsheets have it.
    Time(DateTime),
    /// True or false.
    Bool(bool),
    /// A formula that went wrong, as the sheet names it: `#REF!`.
    Error(String),
}

impl Cell {
    /// Whether there is nothing to read in it: empty, or only what cannot be seen.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            // Most texts begin with a letter or a digit; only others are looked at closely.
            Self::Text(text) => {
                !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && crate::core::text::visible(text).trim().is_empty()
            }
            Self::Number(_) | Self::Time(_) | Self::Bool(_) | Self::Error(_) => false,
        }
    }
}

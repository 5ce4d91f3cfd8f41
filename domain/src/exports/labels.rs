//! Labels of meters, as they are printed.

use crate::UtcMillis;
use crate::people::Language;
use serde::{Deserialize, Serialize};

/// Labels on a sheet: three beside and eight below each other.
pub const ON_SHEET: u32 = 24;

/// The label of a meter. It hangs where anybody passes: nothing of a customer is on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The serial number, which is in the QR code as well.
    pub serial: String,
    /// The maker's model; empty where it is not known.
    pub model: String,
}

/// Sheets of labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedLabels {
    /// The utility's name.
    pub utility: String,
    /// The name of the file.
    pub name: String,
    /// When it was made.
    pub made_at: UtcMillis,
    /// The language of the paper.
    pub language: Language,
    /// The labels.
    pub labels: Vec<Label>,
}

/// How many sheets so many labels take.
pub const fn sheets(labels: u32) -> u32 {
    labels.div_ceil(ON_SHEET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_begun_for_each_twenty_fifth_label() {
        assert_eq!([0, 1, 24, 25, 48, 49].map(sheets), [0, 1, 1, 2, 2, 3]);
    }
}

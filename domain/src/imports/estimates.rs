//! Readings that a sheet calls estimates, in a column that says how each was made or in one of remarks. A reading by eye has no mark of its own for
//! that, so each such row is taken with a warning.

use crate::imports::cell::{Cell, SheetRow};
use crate::imports::finding::{Action, Doubt, Level, Reason};
use crate::imports::mapping::Mapping;
use crate::imports::names::Name;
use crate::imports::parse::plain::shown;
use crate::imports::reader::Cells;

/// What a column says of each reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// How it was made, in a word or a code.
    Way,
    /// Whether it is an estimate.
    Whether,
    /// Anything.
    Remark,
}

/// Names of columns in their short words.
const WAYS: [&str; 18] = [
    "bacatipe",
    "tipebaca",
    "jenisbaca",
    "statusbaca",
    "bacastatus",
    "kodebaca",
    "bacakode",
    "metodebaca",
    "bacamethod",
    "carabaca",
    "bacasource",
    "sumberbaca",
    "bacaflag",
    "statusstand",
    "jenisstand",
    "statuscatat",
    "meterbacatipe",
    "actest",
];
const WHETHER: [&str; 10] = [
    "estimated",
    "isestimated",
    "estimate",
    "isestimate",
    "estimasi",
    "taksir",
    "taksiran",
    "bacaestimated",
    "estimatedbaca",
    "bacataksir",
];
const REMARKS: [&str; 8] = ["ket", "catatan", "remark", "remarks", "note", "notes", "status", "kondisi"];

/// Words that mean an estimate wherever they stand.
const WORDS: [&str; 11] = [
    "est",
    "estimate",
    "estimated",
    "estimation",
    "estimasi",
    "diestimasi",
    "taksir",
    "taksiran",
    "ditaksir",
    "perkiraan",
    "diperkirakan",
];

/// Words beside which they mean the opposite.
const NOT: [&str; 7] = ["no", "non", "not", "tidak", "tdk", "tanpa", "bukan"];

/// What else means an estimate where a column says how each reading was made, and where it says whether it is one.
const CODES: [&str; 1] = ["e"];
const YES: [&str; 6] = ["e", "y", "ya", "yes", "true", "1"];

impl Says {
    fn of(name: &str) -> Option<Self> {
        if WAYS.contains(&name) {
            Some(Self::Way)
        } else if WHETHER.contains(&name) {
            Some(Self::Whether)
        } else {
            REMARKS.contains(&name).then_some(Self::Remark)
        }
    }

    fn is_estimate(self, text: &str) -> bool {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let Some(first) = words.first() else { return false };
        if words.iter().any(|word| NOT.contains(word)) {
            return false;
        }
        let is_code = match self {
            Self::Way => CODES.contains(first),
            Self::Whether => YES.contains(first),
            Self::Remark => false,
        };
        is_code || words.iter().any(|word| WORDS.contains(word))
    }
}

/// The columns that say of readings whether they are estimates.
#[derive(Clone, Debug, Default)]
pub(super) struct Estimates {
    columns: Vec<(usize, Says)>,
}

impl Estimates {
    /// Those of a mapping: columns that hold something else are none.
    pub fn new(mapping: &Mapping) -> Self {
        let is_free = |column: usize| mapping.columns.get(column).is_none_or(Option::is_none);
        let says = |(column, name): (usize, &String)| Some((column, Says::of(&Name::new(name).joined())?));
        let names = mapping.header.iter().enumerate().filter(|(column, _)| is_free(*column));
        Self { columns: names.filter_map(says).collect() }
    }

    /// The cell of a row that calls its reading an estimate, with its column.
    fn find<'r>(&self, row: &'r SheetRow) -> Option<(usize, &'r Cell)> {
        self.columns.iter().find_map(|(column, says)| {
            let cell = row.cells.get(*column)?;
            says.is_estimate(&shown(cell)).then_some((*column, cell))
        })
    }
}

impl Cells<'_> {
    /// Warns of a reading that the sheet calls an estimate.
    pub fn look_for_estimate(&mut self) {
        let Some((column, cell)) = self.reader.plan.estimates.find(self.row) else { return };
        let doubt = Doubt::new(Reason::Estimated, Action::ChooseRow);
        self.findings.push(doubt.at(Level::Warning, self.row.number, (Some(column as u32), None), &shown(cell)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_say_how_a_reading_was_made_are_known() {
        let says = |name: &str| Says::of(&Name::new(name).joined());
        for name in ["Read Type", "READ_TYPE", "Reading Type", "Status Baca", "Jenis Pembacaan", "Kode Baca", "Read Method"] {
            assert_eq!(says(name), Some(Says::Way), "{name}");
        }
        for name in ["Estimated", "Is Estimated", "Taksiran", "Estimasi"] {
            assert_eq!(says(name), Some(Says::Whether), "{name}");
        }
        for name in ["Keterangan", "Remarks", "Status"] {
            assert_eq!(says(name), Some(Says::Remark), "{name}");
        }
        assert_eq!((says("Nama"), says("Petugas")), (None, None));
    }

    #[test]
    fn an_estimate_is_called_so_in_words_or_by_the_code_of_its_column() {
        for text in ["Estimated", "TAKSIR", "Taksiran", "Estimasi", "est.", "Baca taksir (rumah kosong)", "E - Estimated"] {
            assert!(Says::Way.is_estimate(text) && Says::Remark.is_estimate(text), "{text}");
        }
        for text in ["A", "Actual", "M", "Normal", "", "-", "Not estimated", "tidak ditaksir", "Non-estimasi"] {
            assert!(!Says::Way.is_estimate(text) && !Says::Remark.is_estimate(text), "{text}");
        }
        assert!(Says::Way.is_estimate("E") && Says::Way.is_estimate(" e ") && !Says::Remark.is_estimate("E"));
        assert!(["Y", "Ya", "TRUE", "1"].iter().all(|text| Says::Whether.is_estimate(text) && !Says::Way.is_estimate(text)));
        assert!(["N", "No", "FALSE", "0", "T"].iter().all(|text| !Says::Whether.is_estimate(text)));
    }
}

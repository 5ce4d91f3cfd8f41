//! What a person should know of a sheet that was read, besides its rows.

/// What was seen while a sheet was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Rows that were visited.
    pub rows: u32,
    /// Of these, rows that the sheet hides: they are visited as well.
    pub hidden_rows: u32,
    /// Merged areas. The value belongs to the first cell of each, the others are empty.
    pub merges: u32,
    /// Of these, areas of one column over several rows, the first 10,000: what is merged so is meant for each row.
    pub tall_merges: Vec<TallMerge>,
    /// Whether the workbook counts its dates from 1904. They are right; somebody who compares numbers of days may wonder.
    pub is_1904: bool,
    /// Cells in which characters could not be decoded and are U+FFFD now.
    pub replaced: Option<Occurrences>,
    /// Numbers that are not finite; each is a [`domain::imports::Cell::Error`].
    pub not_finite: Option<Occurrences>,
    /// Formulas that were stored without a result; each is empty.
    pub without_result: Option<Occurrences>,
    /// Records of a CSV that have more or fewer fields than most.
    pub ragged: Option<Ragged>,
}

/// An area of one column that is merged over several rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallMerge {
    /// The column, from 0.
    pub column: u32,
    /// The number of its first row, which has the value.
    pub first_row: u32,
    /// The number of its last row.
    pub last_row: u32,
}

/// So many areas are kept.
const MERGES: usize = 10_000;

impl Notes {
    /// Notes a merged area of one column, if it is over several rows.
    pub(crate) fn note_column_merge(&mut self, column: u32, first_row: u32, last_row: u32) {
        if last_row > first_row && self.tall_merges.len() < MERGES {
            self.tall_merges.push(TallMerge { column, first_row, last_row });
        }
    }
}

/// How often something was seen, and where first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrences {
    /// How often.
    pub count: u32,
    /// The number of the first row with it.
    pub first_row: u32,
}

impl Occurrences {
    pub(crate) fn note(seen: &mut Option<Self>, row: u32) {
        let seen = seen.get_or_insert(Self { count: 0, first_row: row });
        seen.count = seen.count.saturating_add(1);
    }
}

/// Records that are not as wide as most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ragged {
    /// How many fields most of the first records have.
    pub width: u32,
    /// Records with fewer, such as a title.
    pub shorter: Option<Occurrences>,
    /// Records with more: as a rule a separator within a value that is not quoted, and everything behind it is one column off.
    pub longer: Option<Occurrences>,
}

//! What is to be said of a cell: an error, with which its row is not taken, or a warning, with which it is. There are no sentences here: a
//! screen has them by the reason's word.

use crate::core::words::words;
use crate::imports::Field;
use crate::imports::cell::SheetRow;
use crate::imports::parse::plain::shown;
use crate::people::nik;
use crate::sync::edit::Invalid;
use serde::{Deserialize, Serialize};

/// The longest value that a finding quotes, in characters.
const LONGEST: usize = 60;

words! {
    /// Whether a row is taken in spite of a finding.
    Level {
        /// The row is not taken.
        Error = "error",
        /// The row is taken, and somebody should look.
        Warning = "warning",
    }
}

words! {
    /// Why something is found.
    Reason {
        /// A field that each record needs is empty.
        Required = "required",
        /// A formula that went wrong.
        ErrorCell = "error_cell",
        /// A spreadsheet made a date of what is none, such as the number `12-01`.
        BecameDate = "became_date",
        /// True or false where something else belongs.
        WrongType = "wrong_type",
        /// The text is longer than the field takes.
        TooLong = "too_long",
        /// The text is not of the field's form.
        Malformed = "malformed",
        /// A text that is no number.
        NotANumber = "not_a_number",
        /// An amount in a short form, such as `1,5 jt`.
        ShortForm = "short_form",
        /// An amount with sen.
        Sen = "sen",
        /// An amount that could mean two, such as `25.00`.
        UnclearAmount = "unclear_amount",
        /// A balance without a sign, in a row that says that it is owed.
        Owed = "owed",
        /// A number with too many digits.
        TooLarge = "too_large",
        /// A number below zero where none can be.
        Negative = "negative",
        /// A volume such as `1.234`, and nothing in its column says whether the mark groups or divides.
        AmbiguousMark = "ambiguous_mark",
        /// A volume whose marks mean something else than those of its column.
        MixedMarks = "mixed_marks",
        /// A volume with more decimals than millilitres; it was rounded.
        Rounded = "rounded",
        /// A text that is no date.
        NotADate = "not_a_date",
        /// A date that no calendar has, such as 31 April.
        NoSuchDay = "no_such_day",
        /// A date with day and month in another order than its column's.
        OtherDateOrder = "other_date_order",
        /// No date of the column says whether the day, the month or a year of two digits is first; the day was taken.
        AmbiguousDateOrder = "ambiguous_date_order",
        /// Some dates of the column begin with the day, others with the month.
        MixedDateOrder = "mixed_date_order",
        /// All times of the column are one hour of the evening or the afternoon: midnights of Indonesia that a program wrote in UTC.
        UtcMidnights = "utc_midnights",
        /// Times of the column are said to be in UTC; they are read as local ones.
        UtcTimes = "utc_times",
        /// A time of the day without a date.
        NoDate = "no_date",
        /// A date in the future.
        InFuture = "in_future",
        /// A date before there were such meters.
        TooEarly = "too_early",
        /// A number whose first zero was lost; it was put back.
        LostLeadingZero = "lost_leading_zero",
        /// Numbers of the column are of different lengths, as where first zeros were lost, or one is with zeros in front that of a customer who is
        /// there.
        LostLeadingZeros = "lost_leading_zeros",
        /// Digits are lost for good: a number in powers of ten, or one over 2^53.
        LostDigits = "lost_digits",
        /// A long number that was stored as one, and may have been rounded.
        MaybeRounded = "maybe_rounded",
        /// A national identity number without a date of birth or a province in it.
        ImplausibleNik = "implausible_nik",
        /// Latitude and longitude were in each other's place; they were changed round.
        SwappedPosition = "swapped_position",
        /// Only one of latitude and longitude is there.
        HalfPosition = "half_position",
        /// What is no position.
        NotAPosition = "not_a_position",
        /// A position outside the area that is supplied.
        OutsideArea = "outside_area",
        /// A word that is none of the field's.
        UnknownWord = "unknown_word",
        /// A zone that the utility does not have.
        UnknownZone = "unknown_zone",
        /// An earlier row has the same.
        DuplicateInFile = "duplicate_in_file",
        /// An earlier row has the same customer with another meter: this one is a further connection of that customer.
        FurtherConnection = "further_connection",
        /// Another customer has this telephone number already.
        KnownPhone = "known_phone",
        /// A meter with this serial number is there already, elsewhere.
        KnownSerial = "known_serial",
        /// Another meter is at the customer's connection: replacing one is no matter of an import.
        OtherMeter = "other_meter",
        /// The meter of a reading is at another customer's connection than the one whose number the row has.
        MeterElsewhere = "meter_elsewhere",
        /// The connection is in another zone, which an import does not change.
        OtherZone = "other_zone",
        /// The customer has several connections, and the row does not say which one it means.
        SeveralConnections = "several_connections",
        /// No customer has this number.
        UnknownCustomer = "unknown_customer",
        /// No meter has this serial number, or none is at the customer's connection.
        UnknownMeter = "unknown_meter",
        /// The customer is none any more.
        InactiveCustomer = "inactive_customer",
        /// An opening balance of more than a purchase can be for.
        BalanceTooLarge = "balance_too_large",
        /// The sheet hides the row.
        HiddenRow = "hidden_row",
        /// A column that each record needs is not among those of the sheet.
        MissingColumn = "missing_column",
        /// A column for the register of a month is not called by a month, or by that of an earlier column.
        NotAMonth = "not_a_month",
        /// The row has more values than there are columns: one of them was parted in two, and what is behind it is one column off.
        ShiftedColumns = "shifted_columns",
        /// The row is of another table, which begins further down with names of its own.
        OtherTable = "other_table",
        /// The row has the same meter in an earlier column.
        TwiceInRow = "twice_in_row",
        /// What a number counts is not known: its unit is none here, or a factor stands beside it.
        UnknownUnit = "unknown_unit",
        /// A text that is no time of the day, or one of another day than the reading's.
        NotATime = "not_a_time",
        /// The sheet says that the register was estimated and not read.
        Estimated = "estimated",
        /// The cell says that it is as the one above.
        Ditto = "ditto",
        /// The row names a time zone that is none of Indonesia's.
        UnknownTimeZone = "unknown_time_zone",
    }
}

impl From<Invalid> for Reason {
    fn from(invalid: Invalid) -> Self {
        match invalid {
            Invalid::Empty => Self::Required,
            Invalid::TooLong => Self::TooLong,
            Invalid::Malformed => Self::Malformed,
        }
    }
}

words! {
    /// What mends a finding.
    Action {
        /// Another text for the cell.
        EditCell = "edit_cell",
        /// One of the allowed words for all cells with this value.
        ChooseWord = "choose_word",
        /// The file with this column formatted as text.
        FormatAsText = "format_as_text",
        /// The mark of decimals for the column.
        ChooseMark = "choose_mark",
        /// The order of day and month for the column.
        ChooseDateOrder = "choose_date_order",
        /// The hours of UTC added to the column; what is proposed is their number.
        ShiftHours = "shift_hours",
        /// Zeros put in front in the column; what is proposed is the number of digits.
        PadZeros = "pad_zeros",
        /// The value as it is proposed; it is taken already.
        Accept = "accept",
        /// One of the rows left out.
        ChooseRow = "choose_row",
        /// A column chosen for the field.
        MapColumn = "map_column",
        /// The unit that the numbers of the column count as they stand.
        ChooseUnit = "choose_unit",
    }
}

/// How a finding is mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// By what.
    pub action: Action,
    /// The value that all cells of this repair have, in the form of [`group_form`]; `None` where each cell has its own.
    pub value: Option<String>,
    /// What it is proposed to be.
    pub proposed: Option<String>,
}

/// What findings have in common that are mended by one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RepairKey {
    /// Why.
    pub reason: Reason,
    /// Of which field.
    pub field: Option<Field>,
    /// By what.
    pub action: Action,
    /// The value that all cells of it have.
    pub value: Option<String>,
}

impl Repair {
    /// What this repair has in common with others of its field and reason.
    pub fn key(&self, reason: Reason, field: Option<Field>) -> RepairKey {
        RepairKey { reason, field, action: self.action, value: self.value.clone() }
    }
}

/// What is to be said of a cell, or of a row or a column as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The row as the sheet counts it; of a column as a whole the first that shows it, and 0 where no row does.
    pub row: u32,
    /// The column, from 0.
    pub column: Option<u32>,
    /// What the column holds.
    pub field: Option<Field>,
    /// Whether the row is taken.
    pub level: Level,
    /// Why.
    pub reason: Reason,
    /// What the cell says, cut to 60 characters; a national identity number is masked.
    pub value: String,
    /// How it is mended.
    pub repair: Repair,
    /// The first row with the same, where that is the reason.
    pub other_row: Option<u32>,
}

impl Finding {
    /// What this finding has in common with those that are mended by the same step.
    pub fn repair_key(&self) -> RepairKey {
        self.repair.key(self.reason, self.field)
    }

    /// The same with what its cell says, where nothing is quoted yet: a row that is compared with what is there is a record, without its cells.
    #[must_use]
    pub fn quoting(mut self, row: &SheetRow) -> Self {
        let cell = self.column.and_then(|column| row.cells.get(column as usize));
        if let Some(cell) = cell.filter(|_| self.value.is_empty()) {
            self.value = quoted(self.field, &shown(cell));
        }
        self
    }
}

/// What a reader of cells found, before it is said of which cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Why.
    pub reason: Reason,
    /// How it is mended.
    pub repair: Repair,
}

/// What a cell was read as, with a warning or without one.
///
/// # Errors
/// Why it was not read.
pub type Parsed<T> = Result<(T, Option<Doubt>), Doubt>;

impl Doubt {
    /// A doubt of one cell.
    pub const fn new(reason: Reason, action: Action) -> Self {
        Self { reason, repair: Repair { action, value: None, proposed: None } }
    }

    /// The same with what the value is proposed to be.
    #[must_use]
    pub fn proposing(mut self, proposed: impl Into<String>) -> Self {
        self.repair.proposed = Some(proposed.into());
        self
    }

    /// The same with another way to mend it.
    #[must_use]
    pub fn by(mut self, action: Action) -> Self {
        self.repair.action = action;
        self
    }

    /// The same for all cells with this value. What is too long for a word, or has a national identity number in it, stands alone: it is not
    /// quoted here either.
    #[must_use]
    pub fn of_value(mut self, text: &str) -> Self {
        let is_word = |form: &String| form.chars().count() <= LONGEST && nik::mask_within(form) == *form;
        self.repair.value = Some(group_form(text)).filter(is_word);
        self
    }

    /// The finding of a cell.
    pub fn at(self, level: Level, row: u32, (column, field): (Option<u32>, Option<Field>), value: &str) -> Finding {
        Finding {
            row,
            column,
            field,
            level,
            reason: self.reason,
            value: quoted(field, value),
            repair: self.repair,
            other_row: None,
        }
    }
}

impl From<Invalid> for Doubt {
    fn from(invalid: Invalid) -> Self {
        Self::new(invalid.into(), Action::EditCell)
    }
}

/// A value in the form in which cells are grouped: small letters, one space between words, nothing that cannot be seen.
pub fn group_form(text: &str) -> String {
    let text = crate::core::text::visible(text).to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is quoted of a cell.
fn quoted(field: Option<Field>, value: &str) -> String {
    let value = match field {
        Some(Field::Nik) => nik::mask(value.trim()),
        _ => nik::mask_within(value),
    };
    match value.char_indices().nth(LONGEST) {
        None => value,
        Some(_) => value.chars().take(LONGEST - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::cell::Cell;

    fn finding(field: Field, value: &str) -> Finding {
        Doubt::new(Reason::Malformed, Action::EditCell).at(Level::Error, 7, (Some(2), Some(field)), value)
    }

    #[test]
    fn a_quoted_value_is_short_and_shows_no_nik() {
        assert_eq!(finding(Field::Nik, "3273010101900001").value, "32••••••••••0001");
        assert_eq!(finding(Field::Nik, "327301").value, "••••••");
        assert_eq!(finding(Field::Name, "Siti 3273010101900001").value, "Siti 32••••••••••0001");
        assert_eq!(finding(Field::Name, &"é".repeat(61)).value.chars().count(), 60);
        assert_eq!(finding(Field::Name, &"é".repeat(60)).value, "é".repeat(60));
    }

    #[test]
    fn what_is_quoted_of_a_row_is_the_cell_of_the_finding() {
        let row =
            SheetRow { number: 7, is_hidden: false, cells: ["1", "Siti", "WM-1"].map(|text| Cell::Text(text.into())).to_vec() };
        assert_eq!(finding(Field::Serial, "").quoting(&row).value, "WM-1");
        assert_eq!(finding(Field::Serial, "WM-2").quoting(&row).value, "WM-2", "what it quotes already");
        assert_eq!(finding(Field::Serial, "").quoting(&SheetRow::default()).value, "", "a row that ends before");
    }

    #[test]
    fn like_is_grouped_with_like() {
        let word = |text: &str, field| {
            let doubt = Doubt::new(Reason::UnknownWord, Action::ChooseWord).of_value(text);
            doubt.at(Level::Error, 3, (Some(1), Some(field)), text).repair_key()
        };
        assert_eq!(word("R 1", Field::TariffClass), word("  r  1\u{200b}", Field::TariffClass));
        assert_ne!(word("R 1", Field::TariffClass), word("R 2", Field::TariffClass));
        assert_ne!(word("R 1", Field::TariffClass), word("R 1", Field::PropertyKind));
        assert_eq!(word("3273 0101 0190 0001", Field::TariffClass).value, None, "a column that was taken for another one");
    }
}

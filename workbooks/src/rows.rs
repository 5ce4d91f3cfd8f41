//! A table on a sheet of its own, row by row: real numbers and dates below a head that stays in sight, subtotals and totals as formulas with
//! their results.

use crate::Error;
use crate::cells::{EXACT, clean, format, least, put, scaled, text_at};
use domain::exports::{Cell, Kind, Layout};
use domain::people::Language;
use domain::reports::{Table, TooLarge, Total, Unfit};
use rust_xlsxwriter::{Format, FormatBorder, Formula, IgnoreError, Worksheet, XlsxError, column_number_to_name};

/// Letters of the column of groups.
const GROUP_WIDTH: usize = 22;

/// A4 in the numbers of spreadsheets.
const A4: u8 = 9;

/// The background of heads and of sums.
const BAND: u32 = 0xF0_F7FC;

/// Columns of a table at most.
const MOST_COLUMNS: usize = 50;

/// A column of the sheet.
struct Column {
    kind: Kind,
    total: Total,
    plain: Format,
    strong: Format,
    of_group: Sum,
    of_all: Sum,
}

/// A sum that goes on.
#[derive(Clone, Copy)]
struct Sum {
    exact: i128,
    /// Whether each number of it is one on the sheet, so that a formula finds all of them.
    is_held: bool,
}

impl Sum {
    const NONE: Self = Self { exact: 0, is_held: true };

    fn add(&mut self, number: i64) {
        self.exact += i128::from(number);
        self.is_held &= number.unsigned_abs() <= EXACT;
    }
}

/// What is summed up: from which row of the sheet to which, the last one as well.
#[derive(Clone, Copy)]
struct Range {
    function: &'static str,
    first: u32,
    last: u32,
}

/// A table that is being written.
pub struct Rows {
    sheet: Worksheet,
    layout: Layout,
    columns: Vec<Column>,
    /// The place of the first column of the table: behind that of the groups, where it has some.
    left: u16,
    text: Format,
    strong: Format,
    /// What the sums of the whole are called.
    total_name: &'static str,
    /// The group that is being written, and its first row.
    group: Option<(String, u32)>,
    /// The next row.
    row: u32,
    note: String,
}

impl Rows {
    /// Begins a table on a sheet: its head. The rows of `table` are not written.
    ///
    /// # Errors
    /// It has too many columns.
    pub(crate) fn begin(mut sheet: Worksheet, table: &Table, layout: Layout) -> Result<Self, Error> {
        if table.columns.is_empty() || table.columns.len() > MOST_COLUMNS {
            return Err(Unfit::TooMany(table.title.clone()).into());
        }
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        let page = match layout.language {
            Language::Id => "&L&A&RHalaman &P dari &N",
            Language::En => "&L&A&RPage &P of &N",
        };
        sheet.set_footer(page);
        let strong = Format::new().set_bold().set_background_color(BAND);
        let head = strong.clone().set_text_wrap().set_border_bottom(FormatBorder::Thin);
        let left = u16::from(table.group.is_some());
        if let Some(name) = &table.group {
            sheet.set_column_width(0, GROUP_WIDTH as f64)?;
            text_at(&mut sheet, (0, 0, &head), name)?;
        }
        for (place, column) in (left..).zip(&layout.columns) {
            let longest = column.name.split(' ').map(|word| word.chars().count()).max().unwrap_or_default() + 2;
            sheet.set_column_width(place, usize::from(column.width).max(least(column.kind)).max(longest) as f64)?;
            sheet.write_string_with_format(0, place, clean(&column.name), &head)?;
        }
        let column = |column: &domain::reports::Column| {
            let plain = format(column.of.kind);
            let strong = plain.clone().set_bold().set_background_color(BAND);
            Column { kind: column.of.kind, total: column.total, plain, strong, of_group: Sum::NONE, of_all: Sum::NONE }
        };
        let columns = table.columns.iter().map(column).collect();
        let (total_name, note) = (table.total_name(layout.language), table.note.clone());
        let text = format(Kind::Text);
        Ok(Self { sheet, layout, columns, left, text, strong, total_name, group: None, row: 1, note })
    }

    /// Begins a group of rows; the one before it gets its subtotal. A table without groups has none.
    ///
    /// # Errors
    /// There are too many rows, or a sum is past the range.
    pub fn group(&mut self, name: &str) -> Result<(), Error> {
        self.end_group()?;
        if self.left > 0 {
            self.group = Some((name.to_owned(), self.row));
        }
        Ok(())
    }

    /// Adds a row.
    ///
    /// # Errors
    /// There are too many.
    pub fn put(&mut self, cells: &[Cell]) -> Result<(), Error> {
        if let Some((name, _)) = &self.group {
            text_at(&mut self.sheet, (self.row, 0, &self.text), name)?;
        }
        for (place, (column, cell)) in (self.left..).zip(self.columns.iter_mut().zip(cells)) {
            put(&mut self.sheet, (self.row, place, &column.plain), &self.layout, (column.kind, cell))?;
            if let Cell::Number(number) = cell {
                column.of_group.add(*number);
                column.of_all.add(*number);
            }
        }
        self.row += 1;
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), Error> {
        if let Some((name, first)) = self.group.take() {
            let name = Table::subtotal_name(self.layout.language, &name);
            self.sums(&name, Range { function: "SUBTOTAL", first, last: self.row.saturating_sub(1) }, |column| column.of_group)?;
        }
        self.columns.iter_mut().for_each(|column| column.of_group = Sum::NONE);
        Ok(())
    }

    /// Ends the table with its sums, and what is to be known of it.
    pub(crate) fn end(mut self) -> Result<Worksheet, Error> {
        self.end_group()?;
        let last = self.row.saturating_sub(1);
        // Subtotals are left out of a sum of the same function.
        let function = if self.left > 0 { "SUBTOTAL" } else { "SUM" };
        self.sums(self.total_name, Range { function, first: 1, last }, |column| column.of_all)?;
        // Digits that are text are meant to be.
        let last_column = self.left + u16::try_from(self.columns.len() - 1).unwrap_or(u16::MAX);
        self.sheet.ignore_error_range(0, 0, self.row, last_column, IgnoreError::NumberStoredAsText)?;
        if !self.note.is_empty() {
            self.sheet.write_string(self.row + 1, 0, clean(&self.note))?;
        }
        Ok(self.sheet)
    }

    /// A row of sums, where something is summed up.
    fn sums(&mut self, name: &str, range: Range, of: fn(&Column) -> Sum) -> Result<(), Error> {
        if self.columns.iter().all(|column| column.total == Total::Nothing) {
            return Ok(());
        }
        let is_named = self.left > 0 || self.columns.first().is_some_and(|column| column.total == Total::Nothing);
        if is_named {
            text_at(&mut self.sheet, (self.row, 0, &self.strong), name)?;
        }
        for (place, column) in (self.left..).zip(&self.columns) {
            if column.total == Total::Nothing {
                if place > 0 {
                    self.sheet.write_blank(self.row, place, &self.strong)?;
                }
                continue;
            }
            let sum = of(column);
            let number = i64::try_from(sum.exact).map_err(|_| TooLarge)?;
            let at = (self.row, place, &column.strong);
            if number.unsigned_abs() > EXACT || !sum.is_held || range.last < range.first {
                put(&mut self.sheet, at, &self.layout, (column.kind, &Cell::Number(number)))?;
            } else {
                write_sum(&mut self.sheet, at, range, scaled(column.kind, number))?;
            }
        }
        self.row += 1;
        Ok(())
    }
}

/// A sum of what stands above, with its result: readers that do not compute show that.
fn write_sum(
    sheet: &mut Worksheet,
    (row, place, format): (u32, u16, &Format),
    Range { function, first, last }: Range,
    result: f64,
) -> Result<(), XlsxError> {
    let letters = column_number_to_name(place);
    let kind = if function == "SUBTOTAL" { "9," } else { "" };
    let formula = format!("={function}({kind}{letters}{}:{letters}{})", first + 1, last + 1);
    sheet.write_formula_with_format(row, place, Formula::new(formula).set_result(result.to_string()), format).map(|_| ())
}

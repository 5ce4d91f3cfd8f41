//! A table on paper: columns that have room for their longest number, groups with their sums, and letters that are as large as all columns allow.

use super::blocks::shown;
use crate::Error;
use crate::letters::legible;
use crate::lines::{self, Lines};
use crate::list::longest;
use domain::exports::{Cell, Column, Kind, Layout};
use domain::reports::{Report, Table, Total, Unfit};
use serde_json::{Value, json};

/// Tenths of a point of letters at most and at least.
const SIZE: (i64, i64) = (70, 45);

/// Hundredths of a millimetre of a digit with letters of the largest size.
const DIGIT: i64 = 155;

/// Hundredths of a millimetre of a column that are no room for letters.
const INSET: i64 = 200;

/// How many letters all columns need together.
pub fn letters(report: &Report, table: &Table) -> usize {
    // A sum past the range is refused where the table is set.
    let total = table.total().unwrap_or_default();
    roomy(table, &report.layout(table), &total).iter().map(|column| usize::from(column.width)).sum()
}

/// The table. `width` is that of the page, in hundredths of a millimetre.
pub fn table(report: &Report, table: &Table, width: i64) -> Result<Value, Error> {
    let layout = report.layout(table);
    let too_large = |_| Error::Unfit(Unfit::Sums(table.title.clone()));
    let total = table.total().map_err(too_large)?;
    let columns = roomy(table, &layout, &total);
    let size = size(&columns, width);
    // Smaller letters leave room for more of them, and never for fewer.
    let breaks = longest(columns.iter(), usize::try_from(width / 10).unwrap_or_default());
    let lines = Lines::new(columns.iter().map(|column| column.width), width, size);
    let row = |cells: &[Cell]| -> Vec<String> {
        let cells = columns.iter().zip(cells).zip(&breaks);
        cells.map(|((column, cell), longest)| shown(&layout, column.kind, cell, *longest)).collect()
    };
    let lead = table.lead();
    let behind = |sums: &[Cell]| -> Vec<String> { row(sums).split_off(lead) };
    let mut groups = Vec::new();
    for group in &table.groups {
        let rows: Vec<Vec<String>> = group.rows.iter().map(|cells| row(cells)).collect();
        let is_named = table.group.is_some();
        let sums = if is_named && table.has_total() { Some(table.subtotal(group).map_err(too_large)?) } else { None };
        groups.push(json!({
            "name": is_named.then(|| legible(&group.name, IN_GROUP)),
            "single": rows.iter().map(|cells| lines.is_single(cells)).collect::<Vec<bool>>(),
            "rows": rows,
            "sums": sums.as_deref().map(behind),
            "sums-name": legible(&Table::subtotal_name(report.language, &group.name), IN_GROUP),
        }));
    }
    let heads = columns.iter().zip(&breaks).map(|(column, longest)| {
        json!({ "name": legible(&column.name, *longest), "width": column.width, "right": column.kind.is_number() })
    });
    Ok(json!({
        "block": "table",
        "title": legible(&table.title, IN_GROUP),
        "size": size,
        "line": lines::height(),
        "columns": heads.collect::<Vec<Value>>(),
        "groups": groups,
        "lead": lead,
        "total": table.has_total().then(|| behind(&total)),
        "total-name": table.total_name(report.language),
        "note": legible(&table.note, IN_GROUP),
    }))
}

/// Letters in a row of what has much room.
const IN_GROUP: usize = 24;

/// The columns, those of numbers with room for their longest one: digits cannot be broken, and would be drawn over the next column.
fn roomy(table: &Table, layout: &Layout, total: &[Cell]) -> Vec<Column> {
    let widest = |place: usize, column: &Column| {
        let cells = table.rows().filter_map(|row| row.get(place)).chain(total.get(place));
        let letters = |cell: &Cell| match cell {
            Cell::Number(number) => layout.shown(column.kind, *number).chars().count(),
            _ => 0,
        };
        cells.map(letters).max().unwrap_or_default()
    };
    let room = |(place, column): (usize, &domain::reports::Column)| {
        let least = match column.of.kind {
            Kind::Day => 11,
            // A date and a time are two words.
            Kind::Instant => 12,
            // Two more for what is free at its sides, and one where sums are bold.
            kind if kind.is_number() => widest(place, &column.of) + 2 + usize::from(column.total == Total::Sum),
            _ => 1,
        };
        let width = usize::from(column.of.width).max(least);
        Column { width: u8::try_from(width).unwrap_or(u8::MAX), ..column.of.clone() }
    };
    table.columns.iter().enumerate().map(room).collect()
}

/// Tenths of a point with which all columns have the room that they need.
fn size(columns: &[Column], width: i64) -> i64 {
    let letters: i64 = columns.iter().map(|column| i64::from(column.width.max(1))).sum();
    let room = width - INSET * columns.len() as i64;
    (SIZE.0 * room / (letters * DIGIT).max(1)).clamp(SIZE.1, SIZE.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(widths: &[u8]) -> Vec<Column> {
        widths.iter().map(|width| Column { name: String::new(), kind: Kind::Text, width: *width }).collect()
    }

    #[test]
    fn letters_are_as_large_as_all_columns_allow() {
        assert_eq!(size(&columns(&[20, 20, 20]), 18_000), 70);
        let many = size(&columns(&[15; 12]), 26_700);
        assert!((45..70).contains(&many), "{many}");
        assert_eq!(size(&columns(&[250; 12]), 26_700), 45);
    }
}

//! XLS: records written by hand, for what no library writes any more.

use super::{open, read, rows, text, texts};
use crate::{Failure, ReadError};
use domain::imports::Cell;
use jiff::civil::date;

/// Appends a record.
pub fn record(stream: &mut Vec<u8>, number: u16, data: &[u8]) {
    stream.extend(number.to_le_bytes());
    stream.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    stream.extend(data);
}

/// A stream of BIFF8 that begins: 5 a workbook, 16 a sheet.
pub fn begin(kind: u16) -> Vec<u8> {
    let mut stream = Vec::new();
    record(&mut stream, 0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    stream
}

/// A compound file with one stream, in sectors one after the other.
pub fn compound(name: &str, content: &[u8]) -> Vec<u8> {
    let count = u32::try_from(content.len().max(4096).div_ceil(512)).unwrap();
    let tables = (count + 2).div_ceil(128) + 1;
    let mut head = vec![0_u8; 512];
    head[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    head[24..34].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    head[44..48].copy_from_slice(&tables.to_le_bytes());
    head[48..52].copy_from_slice(&tables.to_le_bytes());
    head[56..60].copy_from_slice(&4096_u32.to_le_bytes());
    head[60..64].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    head[68..72].copy_from_slice(&0xffff_fffe_u32.to_le_bytes());
    head[76..].fill(0xff);
    for table in 0..tables {
        head[76 + 4 * table as usize..80 + 4 * table as usize].copy_from_slice(&table.to_le_bytes());
    }
    let mut next: Vec<u32> = vec![0xffff_fffd; tables as usize];
    next.push(0xffff_fffe);
    next.extend((1..count).map(|index| tables + 1 + index));
    next.push(0xffff_fffe);
    next.resize(tables as usize * 128, 0xffff_ffff);
    let mut file = head;
    file.extend(next.into_iter().flat_map(u32::to_le_bytes));
    for (name, kind, start, size) in [("Root Entry", 5_u8, 0xffff_fffe, 0), (name, 2, tables + 1, content.len().max(4096))] {
        let mut entry = [0_u8; 128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64] = u8::try_from(units.len() + 2).unwrap();
        entry[66] = kind;
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        file.extend(entry);
    }
    file.resize(file.len() + 256, 0);
    file.extend(content);
    file.resize(512 * (1 + tables as usize + 1 + count as usize), 0);
    file
}

/// A workbook whose records are these, and whose sheets have these.
fn workbook(globals: &[(u16, Vec<u8>)], sheets: &[(&str, u8, Vec<u8>)]) -> Vec<u8> {
    let mut stream = begin(0x0005);
    for (number, data) in globals {
        record(&mut stream, *number, data);
    }
    let heads: usize = sheets.iter().map(|(name, ..)| 12 + name.len()).sum();
    let mut start = stream.len() + heads + 4;
    for (name, kind, records) in sheets {
        let start_bytes = u32::try_from(start).unwrap().to_le_bytes();
        record(
            &mut stream,
            0x0085,
            &[&start_bytes[..], &[0, *kind, u8::try_from(name.len()).unwrap(), 0], name.as_bytes()].concat(),
        );
        start += begin(0x0010).len() + records.len() + 4;
    }
    record(&mut stream, 0x000a, &[]);
    for (_, _, records) in sheets {
        stream.extend(begin(0x0010));
        stream.extend(records);
        record(&mut stream, 0x000a, &[]);
    }
    compound("Workbook", &stream)
}

fn cell(row: u16, column: u16, style: u16, rest: &[u8]) -> Vec<u8> {
    [&row.to_le_bytes()[..], &column.to_le_bytes(), &style.to_le_bytes(), rest].concat()
}

fn records(all: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut stream = Vec::new();
    for (number, data) in all {
        record(&mut stream, *number, data);
    }
    stream
}

fn style(format: u16) -> (u16, Vec<u8>) {
    (0x00e0, [&[0, 0][..], &format.to_le_bytes(), &[0; 16]].concat())
}

#[test]
fn kinds_of_cells() {
    let label = [&[4, 0, 1][..], &"Renée"[..3].encode_utf16().chain(['é' as u16]).flat_map(u16::to_le_bytes).collect::<Vec<_>>()]
        .concat();
    let sheet = records(&[
        (0x0203, cell(4, 2, 0, &1250.75_f64.to_le_bytes())),
        (0x027e, cell(4, 3, 0, &((7_u32 << 2) | 2).to_le_bytes())),
        (
            0x00bd,
            [
                cell(4, 4, 0, &((100_u32 << 2) | 3).to_le_bytes()),
                vec![1, 0],
                ((46_053_u32 << 2) | 2).to_le_bytes().to_vec(),
                vec![5, 0],
            ]
            .concat(),
        ),
        (0x0204, cell(4, 6, 0, &label)),
        (0x0205, cell(4, 7, 0, &[1, 0])),
        (0x0205, cell(4, 8, 0, &[0x2a, 1])),
        (0x0205, cell(4, 9, 0, &[0x99, 1])),
    ]);
    let bytes = workbook(&[style(0), style(14)], &[("Data", 0, sheet)]);
    let expected = vec![
        Cell::Empty,
        Cell::Empty,
        Cell::Number(1250.75),
        Cell::Number(7.0),
        Cell::Number(1.0),
        Cell::Time(date(2026, 1, 31).at(0, 0, 0, 0)),
        text("René"),
        Cell::Bool(true),
        Cell::Error("#N/A".to_owned()),
        Cell::Error("#ERROR 153".to_owned()),
    ];
    assert_eq!(read(&bytes), [(5, expected)]);
}

#[test]
fn formulas_give_their_stored_result_or_nothing() {
    let formula = |row: u16, value: [u8; 8]| (0x0006, cell(row, 0, 0, &[&value[..], &[0; 8]].concat()));
    let sheet = records(&[
        formula(0, 2.5_f64.to_le_bytes()),
        formula(1, [0, 0, 0, 0, 0, 0, 0xff, 0xff]),
        (0x04bc, vec![0; 10]),
        (0x0207, [&[2, 0, 0][..], b"ok"].concat()),
        formula(2, [1, 0, 1, 0, 0, 0, 0xff, 0xff]),
        formula(3, [2, 0, 0x07, 0, 0, 0, 0xff, 0xff]),
        formula(4, [3, 0, 0, 0, 0, 0, 0xff, 0xff]),
        formula(5, [0, 0, 0, 0, 0, 0, 0xff, 0xff]),
        formula(6, 1.0_f64.to_le_bytes()),
    ]);
    let mut workbook = open(&workbook(&[], &[("Data", 0, sheet)])).unwrap();
    let (rows, notes) = rows(&mut workbook, 0).unwrap();
    let found: Vec<_> = rows.into_iter().map(|row| (row.number, row.cells)).collect();
    let expected = [
        (1, vec![Cell::Number(2.5)]),
        (2, vec![text("ok")]),
        (3, vec![Cell::Bool(true)]),
        (4, vec![Cell::Error("#DIV/0!".to_owned())]),
        (7, vec![Cell::Number(1.0)]),
    ];
    assert_eq!(found, expected);
    assert_eq!(notes.without_result.map(|seen| (seen.count, seen.first_row)), Some((1, 6)));
}

#[test]
fn shared_texts_go_on_in_the_next_record_with_another_width() {
    // "abcd" breaks behind "ab", and goes on in two bytes a letter; "xy" is rich, and its formats are behind the break.
    let table = [&2_u32.to_le_bytes()[..], &2_u32.to_le_bytes(), &[4, 0, 0], b"ab"].concat();
    let more = [&[1][..], b"c\0d\0", &[2, 0, 8, 1, 0], b"xy", &[0; 4]].concat();
    let sheet = records(&[(0x00fd, cell(0, 0, 0, &0_u32.to_le_bytes())), (0x00fd, cell(0, 1, 0, &1_u32.to_le_bytes()))]);
    let bytes = workbook(&[(0x00fc, table), (0x003c, more)], &[("Data", 0, sheet)]);
    assert_eq!(read(&bytes), [(1, texts(&["abcd", "xy"]))]);
}

#[test]
fn cells_that_are_written_column_by_column_are_read_row_by_row() {
    let number = |row: u16, column: u16| (0x0203, cell(row, column, 0, &f64::from(row * 10 + column).to_le_bytes()));
    let sheet = records(&[number(0, 0), number(1, 0), number(2, 0), number(0, 1), number(2, 1)]);
    let numbers = |all: &[f64]| all.iter().map(|number| Cell::Number(*number)).collect::<Vec<_>>();
    let expected = [(1, numbers(&[0.0, 1.0])), (2, numbers(&[10.0])), (3, numbers(&[20.0, 21.0]))];
    assert_eq!(read(&workbook(&[], &[("Data", 0, sheet)])), expected);
}

#[test]
fn hidden_rows_merges_charts_and_dates_of_1904() {
    let mut hidden = vec![0; 16];
    hidden[0] = 1;
    hidden[12] = 0x20;
    let number = |row: u16| (0x0203, cell(row, 0, 1, &44_591_f64.to_le_bytes()));
    let mut sheet = records(&[(0x0208, hidden), number(0), number(1), (0x00e5, [&[1, 0][..], &[0; 8]].concat())]);
    sheet.extend([begin(0x0020), records(&[number(9), (0x000a, vec![])])].concat());
    let mut workbook =
        open(&workbook(&[(0x0022, vec![1, 0]), style(0), style(22)], &[("Data", 0, sheet), ("Grafik", 2, Vec::new())])).unwrap();
    let (found, notes) = rows(&mut workbook, 0).unwrap();
    assert_eq!(found.iter().map(|row| (row.number, row.is_hidden)).collect::<Vec<_>>(), [(1, false), (2, true)]);
    assert_eq!(found[0].cells, [Cell::Time(date(2026, 1, 31).at(0, 0, 0, 0))]);
    assert_eq!((notes.merges, notes.is_1904, notes.hidden_rows), (1, true, 1));
    assert!(matches!(rows(&mut workbook, 1), Err(ReadError::Sheet(Failure::NoRows))));
}

#[test]
fn a_bare_stream_of_an_old_web_application_is_read() {
    let mut stream = Vec::new();
    record(&mut stream, 0x0809, &[0, 0, 0x10, 0, 0, 0, 0, 0]);
    record(&mut stream, 0x0204, &cell(0, 0, 0, b"\x05\0Ren\xe9e"));
    record(&mut stream, 0x0203, &cell(0, 1, 0, &1.5_f64.to_le_bytes()));
    record(&mut stream, 0x000a, &[]);
    assert_eq!(read(&stream), [(1, vec![text("Renée"), Cell::Number(1.5)])]);
}

#[test]
fn a_damaged_sheet_leaves_the_others() {
    let good = records(&[(0x0203, cell(0, 0, 0, &1_f64.to_le_bytes()))]);
    let bad = records(&[(0x0203, cell(3, 0, 0, &[1, 2]))]);
    let mut workbook = open(&workbook(&[], &[("Rusak", 0, bad), ("Data", 0, good)])).unwrap();
    assert!(matches!(rows(&mut workbook, 0), Err(ReadError::Broken { row: 4, .. })));
    assert!(workbook.sheets()[0].failure.is_some());
    assert_eq!(rows(&mut workbook, 1).unwrap().0[0].cells, [Cell::Number(1.0)]);
}

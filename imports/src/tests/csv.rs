//! CSV: encodings, delimiters, lines.

use super::{open, open_with, read, rows, text, texts};
use crate::{Exceeded, Format, Limits, Notes, Occurrences, OpenError, Options, Quantity, Ragged, ReadError};
use domain::imports::Cell;
use std::ops::ControlFlow;

fn format(bytes: &[u8]) -> Format {
    open(bytes).unwrap().format().clone()
}

fn csv(encoding: &'static str, has_bom: bool, delimiter: u8, has_sep_line: bool) -> Format {
    Format::Csv { encoding, has_bom, delimiter, has_sep_line }
}

fn notes(bytes: &[u8]) -> Notes {
    rows(&mut open(bytes).unwrap(), 0).unwrap().1
}

#[test]
fn fields_are_texts_as_they_are_stored() {
    let expected = vec![(1, texts(&["Nomor", "Telepon"])), (2, texts(&["0012", " 081234567890 "])), (3, vec![text("1,5")])];
    assert_eq!(read(b"Nomor;Telepon\n0012; 081234567890 \n1,5;\n"), expected);
}

#[test]
fn a_row_has_nothing_of_the_one_before() {
    let expected = vec![
        (1, texts(&["a", "bb", "ccc", "d"])),
        (2, vec![text("e")]),
        (3, vec![Cell::Empty, text("f")]),
        (4, vec![text("g"), Cell::Empty, text("h")]),
        (5, texts(&["i", "j", "k", "l"])),
    ];
    assert_eq!(read(b"a;bb;ccc;d\ne\n;f;;\ng;;h\ni;j;k;l\n"), expected);
}

#[test]
fn quotes_hold_separators_quotes_and_lines() {
    let bytes = b"a;b;c\n\"x;y\";\"say \"\"hi\"\"\";\"two\nlines\"\nd;e\"f;\"g\" h\n";
    let expected =
        vec![(1, texts(&["a", "b", "c"])), (2, texts(&["x;y", "say \"hi\"", "two\nlines"])), (4, texts(&["d", "e\"f", "g h"]))];
    assert_eq!(read(bytes), expected);
}

#[test]
fn lines_that_are_one_quoted_field_each_are_the_records_within() {
    let bytes = b"\"Nomor;Nama;Stand\"\r\n\"0012;\"\"Budi; Ani\"\";13\"\r\n0013;Siti;14\r\n";
    let expected = vec![
        (1, texts(&["Nomor", "Nama", "Stand"])),
        (2, texts(&["0012", "Budi; Ani", "13"])),
        (3, texts(&["0013", "Siti", "14"])),
    ];
    assert_eq!(read(bytes), expected);
    assert_eq!((format(bytes), notes(bytes).ragged), (csv("UTF-8", false, b';', false), None));
    let names = b"\"Nama\"\n\"Budi, S.H.\"\n\"Siti\"\n";
    assert_eq!(read(names)[1], (2, texts(&["Budi, S.H."])), "a column of texts with a comma here and there");
}

#[test]
fn what_programs_put_around_a_text_is_no_part_of_it() {
    let bytes = b"=\"0012\"; \"Siti\";'0812'\n\"=\"\"0013\"\"\";\"'x'\";\" \"\"y\"\"\"\n'0812;='a';1/2\"\n";
    let expected = vec![
        (1, texts(&["0012", "Siti", "0812"])),
        (2, texts(&["0013", "'x'", " \"y\""])),
        (3, texts(&["'0812", "='a'", "1/2\""])),
    ];
    assert_eq!(read(bytes), expected);
}

#[test]
fn rows_have_the_numbers_of_their_physical_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let bytes = format!("a;b{end}{end}{end}\"x{end}y{end}z\";1{end}c;2{end};{end}d;3");
        let numbers: Vec<u32> = read(bytes.as_bytes()).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 4, 7, 9], "{end:?}");
    }
    let mixed = b"a;b\r\n\rc;d\n\"x\r\ny\rz\n\";1\r\ne;f\r";
    assert_eq!(read(mixed).into_iter().map(|(number, _)| number).collect::<Vec<_>>(), [1, 3, 4, 8]);
}

#[test]
fn a_line_that_names_the_delimiter_is_no_data_and_is_counted() {
    let bytes = b"sep=|\r\na|b;c,d\r\n1|2\r\n";
    assert_eq!(format(bytes), csv("UTF-8", false, b'|', true));
    assert_eq!(read(bytes), [(2, texts(&["a", "b;c,d"])), (3, texts(&["1", "2"]))]);
    assert_eq!(notes(bytes).ragged, None);
}

#[test]
fn a_byte_order_mark_is_no_data() {
    let bytes = "\u{feff}Nomor,Nama\n1,Renée\n".as_bytes();
    assert_eq!(format(bytes), csv("UTF-8", true, b',', false));
    assert_eq!(read(bytes), [(1, texts(&["Nomor", "Nama"])), (2, texts(&["1", "Renée"]))]);
    assert_eq!(read("\u{feff}\"a\";b\nc;d\n".as_bytes())[0], (1, texts(&["a", "b"])), "a quote behind it counts");
    assert!(matches!(open("\u{feff}".as_bytes()), Err(OpenError::Empty)));
}

#[test]
fn utf16_with_its_mark_and_without() {
    let lines = "\u{feff}Nomor;Nama\r\n1;Renée\r\n";
    let expected = [(1, texts(&["Nomor", "Nama"])), (2, texts(&["1", "Renée"]))];
    for (mark, length) in [(true, 0), (false, 1)] {
        let units: Vec<u16> = lines.encode_utf16().skip(length).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(format(&little), csv("UTF-16LE", mark, b';', false));
        assert_eq!(format(&big), csv("UTF-16BE", mark, b';', false));
        assert_eq!(read(&little), expected);
        assert_eq!(read(&big), expected);
    }
}

#[test]
fn western_letters_stay_what_they_are() {
    let bytes = b"Nama;Pemakaian m\xb3\nRen\xe9e;\x93ok\x94\n";
    assert_eq!(format(bytes), csv("windows-1252", false, b';', false));
    assert_eq!(read(bytes), [(1, texts(&["Nama", "Pemakaian m³"])), (2, texts(&["Renée", "“ok”"]))]);
}

#[test]
fn replaced_characters_are_counted_with_the_first_row() {
    let mut bytes = "Nama;Kota\nRenée;São\nRenée;São\nRenée;São\nRenée;São\nRenée;São\n".as_bytes().to_vec();
    bytes.extend(b"Ren\xe9e;x\n");
    assert_eq!(notes(&bytes).replaced, Some(Occurrences { count: 1, first_row: 7 }));
    assert_eq!(read(&bytes)[6].1[0], text("Ren\u{fffd}e"));
    assert_eq!(notes("a;b\nRen\u{fffd}e;x\n".as_bytes()).replaced, Some(Occurrences { count: 1, first_row: 2 }), "lost before");
    assert_eq!(notes("a;b\nRenée;x\n".as_bytes()).replaced, None);
}

#[test]
fn the_caller_knows_better() {
    let options = |encoding: Option<&str>, delimiter| Options { encoding: encoding.map(Into::into), delimiter };
    let open = |options: &Options| open_with(b"a;b\nRen\xe9e;1,5\n", &Limits::default(), options);
    let mut workbook = open(&options(Some("iso-8859-2"), Some(b','))).unwrap();
    assert_eq!(workbook.format(), &csv("ISO-8859-2", false, b',', false));
    assert_eq!(rows(&mut workbook, 0).unwrap().0[1].cells, texts(&["Renée;1", "5"]));
    assert!(matches!(open(&options(Some("klingon"), None)), Err(OpenError::UnknownEncoding(name)) if name == "klingon"));
    assert!(matches!(open(&options(None, Some(b'"'))), Err(OpenError::BadDelimiter(b'"'))));
}

#[test]
fn ragged_records_are_counted() {
    let ragged = notes(b"Title\n\na;b;c\n1;2;3\n1;2;3\n1;2;3;4\n1;2\n;;\n").ragged;
    let expected = Ragged {
        width: 3,
        shorter: Some(Occurrences { count: 2, first_row: 1 }),
        longer: Some(Occurrences { count: 1, first_row: 6 }),
    };
    assert_eq!(ragged, Some(expected));
}

#[test]
fn a_quote_that_never_closes_is_named() {
    let mut workbook = open(b"a;b\n1;2\n\"3;4\n5;6\n").unwrap();
    assert!(matches!(rows(&mut workbook, 0), Err(ReadError::OpenQuote { row: 3 })));
    let long = [b"a;b\n1;2\n\"3;4\n".to_vec(), b"5;6\n".repeat(1_000_000)].concat();
    assert!(matches!(rows(&mut open(&long).unwrap(), 0), Err(ReadError::OpenQuote { row: 3 })));
}

#[test]
fn a_quote_that_another_record_closes_is_named() {
    for bytes in [
        b"a;b;c\n1;2;3\n4;\"Toko;5\n6;7;8\n9;\"Kios\" Ani;10\n".as_slice(),
        b"a;b\n1;2\n\"Toko;3\n\"Budi\" S;4\n",
        b"a;b\r1;2\r\"Toko;3\r\"Budi\" S;4\r",
    ] {
        assert!(matches!(rows(&mut open(bytes).unwrap(), 0), Err(ReadError::OpenQuote { row: 3 })), "{bytes:?}");
    }
    let address = read(b"a;b\n1;\"Jl. A\nNo \"5\" B\"\n2;3\n");
    assert_eq!(address[1..], [(2, texts(&["1", "Jl. A\nNo 5\" B\""])), (4, texts(&["2", "3"]))], "quotes that are not doubled");
}

#[test]
fn one_column_is_read_and_the_mark_of_dos_is_no_row() {
    assert_eq!(read(b"Nomor\r\n0012\r\n\x1a"), [(1, texts(&["Nomor"])), (2, texts(&["0012"]))]);
}

#[test]
fn reading_may_end_early_and_begin_again() {
    let mut workbook = open(b"a;b\n1;2\n3;4\n").unwrap();
    for _ in 0..2 {
        let mut seen = 0;
        let notes = workbook.read(0, &mut |_, _| {
            seen += 1;
            if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((seen, notes.unwrap().rows), (2, 2));
    }
    assert!(matches!(workbook.read(1, &mut |_, _| ControlFlow::Continue(())), Err(ReadError::NoSuchSheet(1))));
}

#[test]
fn what_is_too_large_is_refused() {
    let small = Limits { rows: 3, columns: 4, cells: 5, cell_bytes: 6, file_bytes: 60, ..Limits::default() };
    let read = |bytes: &[u8]| match rows(&mut open_with(bytes, &small, &Options::default()).unwrap(), 0) {
        Err(ReadError::TooLarge(Exceeded { quantity, row, .. })) => (quantity, row),
        other => panic!("{other:?}"),
    };
    assert_eq!(read(b"a;b\n\n\nc;d\n"), (Quantity::Rows, Some(4)));
    assert_eq!(read(b"a;b\na;b\na;b;c;d;e\n"), (Quantity::Columns, Some(3)));
    assert_eq!(read(b"a;b\na;b\n;;;;;\n"), (Quantity::Columns, Some(3)));
    assert_eq!(read(b"a;b\na;b\nc;d\n"), (Quantity::Cells, Some(3)));
    assert_eq!(read(b"a;b\nabcdefg;b\n"), (Quantity::CellBytes, Some(2)));
    let large = open_with(&[b'a'; 61], &small, &Options::default());
    assert!(matches!(large, Err(OpenError::TooLarge(Exceeded { quantity: Quantity::FileBytes, limit: 60, row: None }))));
}

#[test]
fn rows_of_only_spaces_are_blank() {
    assert_eq!(read(b"a;b\n \t; \n1;\n"), [(1, texts(&["a", "b"])), (3, vec![Cell::Text("1".to_owned())])]);
}

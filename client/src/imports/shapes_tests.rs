//! Sheets of the shapes that utilities export, from the bytes of a file to what becomes of each row.

use super::check::{Surroundings, check};
use super::known::Nothing;
use super::read::{Reading, Remembered, open, read};
use super::save::rejected;
use super::state::State;
use crate::store::imports::{ImportFile, Only};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::imports::parse::volume::Unit;
use domain::imports::{Field, Kind, Mapping, Overrides, Reason};
use domain::people::Language;
use domain::{LocalDay, TimeZone, UtcMillis, ZoneId};
use imports::Limits;
use protocol::ui::imports::Fate;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::ops::ControlFlow;
use tempfile::TempDir;
use uuid::Uuid;

/// A file that was read and checked, for a utility with nothing in it.
struct Done {
    file: ImportFile,
    state: State,
    around: Surroundings,
    _folder: TempDir,
}

/// For a utility with one zone.
fn done(bytes: &[u8]) -> Done {
    done_in(bytes, &["Utara"], None)
}

/// For a utility with these zones; of the sheet at a place, if one is named.
fn done_in(bytes: &[u8], zones: &[&str], sheet: Option<u32>) -> Done {
    done_with(bytes, (zones, sheet), &|_| None)
}

/// The same where some columns are remembered.
fn done_with(bytes: &[u8], (zones, sheet): (&[&str], Option<u32>), remembered: Remembered<'_>) -> Done {
    let folder = tempfile::tempdir().expect("a folder");
    let brought = folder.path().join("brought");
    std::fs::write(&brought, bytes).expect("written");
    let mut file = ImportFile::open(&folder.path().join("import.db"), &"0".repeat(64)).expect("a file");
    let mut state = State::new(Uuid::now_v7(), "data".to_owned(), UtcMillis(0), None);
    let today = LocalDay::from_ymd(2026, 11, 29).expect("a day");
    let zones = zones.iter().zip(1..).map(|(name, number)| (ZoneId(Uuid::from_u128(number)), (*name).to_owned())).collect();
    let around = Surroundings { zones, today, time_zone: TimeZone::Jakarta };
    let mut workbook = open(&file, &mut state, &brought, &Limits::default()).expect("opened").expect("a workbook");
    state.sheet = sheet.unwrap_or(state.sheet);
    let with = Reading { around: &around, known: &Nothing, remembered };
    let is_read = read(&mut file, &mut state, &mut workbook, &with, &mut |_| ControlFlow::Continue(())).expect("read");
    assert!(is_read, "{:?}", state.failure);
    let mut done = Done { file, state, around, _folder: folder };
    done.check();
    done
}

impl Done {
    fn check(&mut self) {
        check(&mut self.file, &mut self.state, &self.around, &Nothing, &mut |_| ControlFlow::Continue(())).expect("checked");
    }

    fn rows(&self, fate: Fate) -> Vec<u32> {
        let rows = self.file.rows_of(self.state.header_row(), Only::Fate(fate), 0, 100).expect("rows");
        rows.iter().map(|stored| stored.row.number).collect()
    }

    fn reasons(&self, row: u32) -> Vec<Reason> {
        self.file.findings_of(row).expect("findings").iter().map(|finding| finding.reason).collect()
    }

    fn kind(&self) -> Kind {
        self.state.mapping.as_ref().expect("a mapping").kind
    }
}

#[test]
fn a_list_with_pages_groups_and_signatures_is_its_customers() {
    let mut lines =
        vec!["PDAM TIRTA;;;;;Hal : 1", "No;No Samb;Nama;Alamat;No HP;Gol", "(1);(2);(3);(4);(5);(6)", ";Rayon :;UTARA;;;"];
    lines.extend([
        "1;000124;Siti;Jl. A;081234567890;R1",
        "2;000125;Budi;Jl. B;081234567891;R1",
        "3;000126;Rini;Jl. C;081234567892;R2",
        ";;SUB JUMLAH;;;3",
        "PDAM TIRTA;;;;;Hal : 2",
        "No;No Samb;Nama;Alamat;No HP;Gol",
        "4;000127;Tono;Jl. D;081234567893;R1",
        "5;000128;Wati;Jl. E;081234567894;R2",
        ";;JUMLAH;;;5",
        ";Mengetahui,;;;;Dibuat oleh,",
        ";Drs. Suparman, M.M.;;;;Wati",
    ]);
    let done = done(lines.join("\r\n").as_bytes());
    assert_eq!((done.kind(), done.state.header_row()), (Kind::Customers, 2));
    assert_eq!(done.rows(Fate::Create), [5, 6, 7, 11, 12]);
    assert_eq!(done.rows(Fate::Error), [0_u32; 0]);
    assert_eq!(done.rows(Fate::LeftOut), [3, 4, 8, 9, 10, 13, 14, 15]);
}

#[test]
fn rows_of_another_table_are_not_read_by_the_columns_of_the_first() {
    let text = "No Pelanggan,Nama,Alamat\n1001,Siti,Jl. A\n1002,Budi,Jl. B\nNo Pelanggan,Nama,Tgl Tutup\n1003,Rini,1/2/2024\n1004,Tono,3/2/2024\n";
    let mut done = done(text.as_bytes());
    assert_eq!((done.rows(Fate::Create), done.rows(Fate::Error)), (vec![2, 3], vec![4, 5, 6]));
    assert!((4..=6).all(|row| done.reasons(row) == [Reason::OtherTable]));
    done.file.transact(|tx| tx.leave_out(4)).expect("left out");
    done.check();
    assert_eq!(done.rows(Fate::Error), [5, 6], "its rows are still not of the first");
}

#[test]
fn a_separator_within_a_value_refuses_the_row() {
    let done = done(b"no_pelanggan,nama,alamat,kota\n1,Siti,Jl. A,Bogor\n2,Budi,Jl. B, RT 01,Bogor\n3,Rini,Jl. C,Bogor\n");
    assert_eq!((done.rows(Fate::Create), done.rows(Fate::Error)), (vec![2, 4], vec![3]));
    assert_eq!(done.reasons(3), [Reason::ShiftedColumns]);
}

#[test]
fn places_outside_of_indonesia_are_refused_and_noughts_are_none() {
    let text =
        "No Pelanggan;Nama;Alamat;Latitude;Longitude\n1;Siti;Jl. A;0;0\n2;Budi;Jl. B;51,5;-0,12\n3;Rini;Jl. C;-6,2;106,8\n";
    let done = done(text.as_bytes());
    assert_eq!((done.rows(Fate::Create), done.rows(Fate::Error)), (vec![2, 4], vec![3]));
    assert_eq!(done.reasons(3), [Reason::OutsideArea]);
}

#[test]
fn readings_of_a_month_are_asked_for_their_day() {
    let text = "NOSAMB;NAMA;BLTH;STAN LALU;STAN SKRG;PAKAI\n010001;Siti;202501;100;120;20\n010002;Budi;202501;90;100;10\n";
    let done = done(text.as_bytes());
    assert_eq!(done.kind(), Kind::Readings);
    let found = &done.file.findings_of(2).expect("findings")[0];
    assert_eq!((found.field, found.reason), (Some(Field::ReadAt), Reason::NotADate));
    assert_eq!(found.repair.proposed.as_deref(), Some("2025-01-31"));
}

#[test]
fn a_row_of_the_same_customer_is_a_further_connection_where_name_and_meter_say_so() {
    let text = "No Pelanggan;Nama;No HP;Alamat;No Meter\n000124;Siti;081255000124;Jl. A 1;WM-1\n000125;Budi;081255000125;Jl. B 2;WM-2\n\
                000124;SITI;0812-5500-0124;Jl. C 3;WM-3\n000124;Ani;081255000124;Jl. D 4;WM-4\n000124;Siti;081255000124;Jl. E 5;WM-1\n";
    let done = done(text.as_bytes());
    assert_eq!((done.rows(Fate::Create), done.rows(Fate::Error)), (vec![2, 3, 4], vec![5, 6]));
    assert_eq!(done.reasons(4), [Reason::FurtherConnection]);
    assert!(done.reasons(5).contains(&Reason::DuplicateInFile) && done.reasons(6).contains(&Reason::DuplicateInFile));
    let rows = done.file.rows_behind(done.state.header_row(), 100).expect("rows");
    assert_eq!(rows.iter().map(|stored| stored.is_further).collect::<Vec<_>>(), [false, false, true, false, false]);
}

#[test]
fn columns_numbered_as_meters_are_connections_of_the_rows_customer() {
    let text = "No Pelanggan;Nama;No HP;Alamat;Meter 1;Meter 2;Meter 3\n000124;Siti;081255000124;Jl. A 1;WM-1;WM-2;WM-3\n\
                000125;Budi;081255000125;Jl. B 2;WM-4;-;\n000126;Ani;081255000126;Jl. C 3;WM-5;WM-2;\n\
                000127;Tono;081255000127;Jl. D 4;WM-6;WM-6;\n";
    let done = done(text.as_bytes());
    let mapping = done.state.mapping.as_ref().expect("a mapping");
    assert_eq!(
        (mapping.column_of(Field::Serial), mapping.columns_of(Field::FurtherSerial).collect::<Vec<_>>()),
        (Some(4), vec![5, 6])
    );
    assert_eq!((done.rows(Fate::Create), done.rows(Fate::Error)), (vec![2, 3], vec![4, 5]));
    let found = done.file.findings_of(4).expect("findings");
    let brief: Vec<_> = found.iter().map(|one| (one.reason, one.column, one.other_row)).collect();
    assert_eq!(brief, [(Reason::DuplicateInFile, Some(5), Some(2))]);
    assert_eq!(done.reasons(5), [Reason::TwiceInRow]);
}

#[test]
fn a_column_for_each_month_is_a_reading_for_each() {
    let text = "REKAP STAND 2026;;;;\nNo Meter;Nama;Januari 2026;Februari 2026;Maret 2026\nWM-1;Siti;10;12;\nWM-2;Budi;7;7;9\nWM-3;Ani;5;x;6\n";
    let done = done(text.as_bytes());
    let mapping = done.state.mapping.as_ref().expect("a mapping");
    assert_eq!((mapping.kind, mapping.columns_of(Field::MonthRegister).collect::<Vec<_>>()), (Kind::Readings, vec![2, 3, 4]));
    assert!(mapping.missing().is_empty());
    // Nothing is in the cache, so nobody has these meters; what is read of their rows is right but for one.
    assert!([3, 4].into_iter().all(|row| done.reasons(row) == [Reason::UnknownMeter]));
    assert_eq!(done.file.findings_of(4).expect("findings")[0].value, "WM-2", "the cell is quoted");
    assert_eq!(done.reasons(5), [Reason::NotANumber]);
}

#[test]
fn a_time_beside_its_day_is_read_and_an_estimate_is_warned_of() {
    let text = "No Meter;Tanggal Baca;Jam Baca;Stand Akhir;Status Baca\nWM-1;13/01/2026;13.45;10;E\nWM-2;13/01/2026;siang;12;A\nWM-3;13/01/2026;;14;A\n";
    let done = done(text.as_bytes());
    let mapping = done.state.mapping.as_ref().expect("a mapping");
    assert_eq!((mapping.kind, mapping.column_of(Field::ReadTime)), (Kind::Readings, Some(2)));
    assert!(mapping.missing().is_empty());
    let of_first = done.reasons(2);
    // Nothing is in the cache, so nobody has these meters.
    assert!(of_first.len() == 2 && [Reason::Estimated, Reason::UnknownMeter].iter().all(|reason| of_first.contains(reason)));
    assert_eq!((done.reasons(3), done.reasons(4)), (vec![Reason::NotATime], vec![Reason::UnknownMeter]));
}

#[test]
fn a_unit_of_another_country_is_not_taken_for_cubic_metres() {
    let done = done(b"Meter Number,Read Date,Current Read (gal),Previous Read (gal)\nM1,2025-01-13,12345,12000\n");
    let mapping = done.state.mapping.as_ref().expect("a mapping");
    assert_eq!((mapping.kind, mapping.choice(Field::Register).unit), (Kind::Readings, Some(Unit::Gallons)));
    let done = done_in(b"Meter Number,Read Date,Current Read (10 gal)\nM1,2025-01-13,12345\nM2,2025-01-13,0\n", &[], None);
    assert_eq!((done.reasons(2), done.reasons(3)), (vec![Reason::UnknownUnit], vec![Reason::UnknownMeter]));
}

#[test]
fn a_merged_zone_is_that_of_each_row_and_the_cover_is_passed_over() {
    let bytes = workbook().expect("a workbook");
    let done = done(&bytes);
    assert_eq!((done.state.sheet, done.kind()), (1, Kind::Customers));
    assert_eq!(done.rows(Fate::Create), [2, 3, 4]);
    assert!(
        done.state.notes.iter().any(|note| (note.code.as_str(), note.count, note.row) == ("filled", 2, 3)),
        "{:?}",
        done.state.notes
    );
    let overrides: Overrides = done.file.overrides().expect("overrides");
    let row = done.file.row(4).expect("read").expect("a row").row;
    let texts: Vec<String> =
        overrides.apply(&row).cells.iter().map(|cell| domain::imports::parse::plain::shown(cell).into_owned()).collect();
    assert_eq!(texts, ["Utara", "000126", "Rini", "Jl. C"], "the zone of the merged cell, and the noughts that the format shows");
}

#[test]
fn a_sheet_that_is_called_by_a_zone_and_has_no_column_of_zones_is_of_that_zone() {
    let zones = ["Utara", "Selatan", "Barat"];
    let (names, row) = (["No Pelanggan", "Nama", "Alamat", "Gol"], ["000124", "Siti", "Jl. A 1", "R1"]);
    let bytes = by_zone(&["selatan", "Rekap"], names, row).expect("a workbook");
    let of_first = done_in(&bytes, &zones, None);
    assert_eq!((of_first.state.zone, of_first.rows(Fate::Create)), (Some(ZoneId(Uuid::from_u128(2))), vec![2]));
    let of_other = done_in(&bytes, &zones, Some(1));
    assert_eq!((of_other.state.zone, of_other.rows(Fate::Error)), (None, vec![2]), "that is no zone");
    let (names, row) = (["Wilayah", "No Pelanggan", "Nama", "Alamat"], ["Barat", "000124", "Siti", "Jl. A 1"]);
    let bytes = by_zone(&["Selatan"], names, row).expect("a workbook");
    assert_eq!(done_in(&bytes, &zones, None).state.zone, None, "the rows say it");
}

#[test]
fn a_sheet_that_counts_customers_is_passed_over_for_one_that_has_them() {
    let counts = ["No|Wilayah|Jumlah Pelanggan|Status", "1|Utara|1|Aktif"];
    let customers = ["No Pelanggan|Nama|Alamat|Gol", "000124|Siti|Jl. A 1|R1"];
    let mut workbook = Workbook::new();
    for (name, rows) in [("REKAP", counts), ("Data", customers)] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (at, row) in (0..).zip(rows) {
            for (column, text) in (0..).zip(row.split('|')) {
                sheet.write_string(at, column, text).expect("a cell");
            }
        }
    }
    let done = done(&workbook.save_to_buffer().expect("a file"));
    assert_eq!((done.state.sheet, done.rows(Fate::Create)), (1, vec![2]));
}

/// Sheets with the same customer.
fn by_zone(sheets: &[&str], names: [&str; 4], row: [&str; 4]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    for of in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*of)?;
        for (column, (name, value)) in (0..).zip(names.into_iter().zip(row)) {
            sheet.write_string(0, column, name)?;
            sheet.write_string(1, column, value)?;
        }
    }
    workbook.save_to_buffer()
}

/// A cover, and customers whose zone is merged over all of them, with numbers that a format shows with noughts in front.
fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_string(2, 1, "LAPORAN PELANGGAN")?;
    let sheet = workbook.add_worksheet();
    for (column, name) in ["Wilayah", "No Pelanggan", "Nama", "Alamat"].into_iter().enumerate() {
        sheet.write_string(0, column as u16, name)?;
    }
    let noughts = Format::new().set_num_format("000000");
    for (row, (name, address)) in (1..).zip([("Siti", "Jl. A"), ("Budi", "Jl. B"), ("Rini", "Jl. C")]) {
        sheet.write_number_with_format(row, 1, f64::from(123 + row), &noughts)?;
        sheet.write_string(row, 2, name)?;
        sheet.write_string(row, 3, address)?;
    }
    sheet.merge_range(1, 0, 3, 0, "Utara", &Format::new())?;
    workbook.save_to_buffer()
}

#[test]
fn rows_that_are_given_back_keep_their_zeros_in_a_spreadsheet() {
    let text = "No Pelanggan;Nama;Alamat;NIK\n000124;;12/5;3273010101900001\n000125;Budi;Jl. B;3273010101900002\n";
    let first = done(text.as_bytes());
    let saved = rejected(&first.file, &first.state, Language::Id).expect("a file");
    let given = String::from_utf8(STANDARD.decode(saved.base64).expect("base64")).expect("a text");
    assert!(given.contains("\r\n2;'000124;;12/5;'3273010101900001;"), "{given}");
    let again = done(given.replace(";;12/5", ";Siti;12/5").as_bytes());
    let known = again.file.rows_of(again.state.header_row(), Only::Fate(Fate::Create), 0, 10).expect("rows");
    assert_eq!(known.len(), 1, "{:?}", again.reasons(2));
}

#[test]
fn a_row_whose_values_have_moved_is_given_back_with_all_of_them() {
    let text = "No Pelanggan;Nama;Alamat\n000124;Siti;Jl. A;No. 5\n000125;Budi;Jl. B\n";
    let first = done(text.as_bytes());
    assert_eq!(first.reasons(2), [Reason::ShiftedColumns]);
    let saved = rejected(&first.file, &first.state, Language::Id).expect("a file");
    let given = String::from_utf8(STANDARD.decode(saved.base64).expect("base64")).expect("a text");
    assert!(given.contains("\r\n2;'000124;Siti;Jl. A;") && given.contains("No. 5"), "{given}");
    let again = done(given.as_bytes());
    assert_eq!(
        (again.rows(Fate::Create), again.reasons(2)),
        (vec![], vec![Reason::ShiftedColumns]),
        "as long as nobody mends it"
    );
}

#[test]
fn columns_without_names_are_not_remembered() {
    let columns = vec![Some(Field::Name), Some(Field::Number), Some(Field::Address)];
    let mapping = Mapping { kind: Kind::Customers, header: vec![String::new(); 3], columns, choices: Default::default() };
    let of_any_source = |_: &str| Some(mapping.clone());
    let is_remembered = |text: &str| done_with(text.as_bytes(), (&["Utara"][..], None), &of_any_source).state.is_remembered;
    assert!(is_remembered("Pelanggan;Nomor;Alamat\nSiti;000124;Jl. A\nBudi;000125;Jl. B\n"));
    assert!(!is_remembered("000124;Siti;Jl. A\n000125;Budi;Jl. B\n"));
}

#[test]
fn what_is_remembered_of_litres_is_read_as_the_cubic_metres_of_the_next_file() {
    let litres = done("No Meter;Tgl Baca;Stand (L)\nWM-0001;25/12/2024;1250\nWM-0002;25/12/2024;3120\n".as_bytes());
    let known = litres.state.mapping.expect("a mapping");
    assert_eq!(known.choice(Field::Register).unit, Some(Unit::Litres));
    let next = "No Meter;Tgl Baca;Stand (m3)\nWM-0001;25/01/2025;14\nWM-0002;25/01/2025;33\n";
    let next = done_with(next.as_bytes(), (&["Utara"][..], None), &|_| Some(known.clone())).state;
    assert_eq!(
        (next.is_remembered, next.mapping.map(|mapping| mapping.choice(Field::Register).unit)),
        (true, Some(Some(Unit::CubicMetres)))
    );
}

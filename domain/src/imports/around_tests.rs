//! Tests of rows around the data of a sheet, and of what files do to rows.

use super::*;

#[test]
fn a_delimited_row_with_a_value_too_many_is_refused_whole() {
    let rows = sheet(&["000124|Siti|Jl. A|Bogor", "000125|Budi|Jl. B| RT 01|Bogor"]);
    let chosen = mapping(Kind::Customers, &[Field::Number, Field::Name, Field::Address, Field::City]);
    let delimited = Rules { is_delimited: true, ..rules() };
    let reader = RowReader::new(chosen.clone(), delimited, &rows);
    assert!(reader.read(&rows[0]).record.is_some());
    let found = reader.read(&rows[1]);
    let brief: Vec<_> = found.findings.iter().map(|finding| (finding.reason, finding.column)).collect();
    assert_eq!((found.record, brief), (None, vec![(Reason::ShiftedColumns, Some(4))]));
    assert!(RowReader::new(chosen, rules(), &rows).read(&rows[1]).record.is_some(), "beside a workbook's table is a remark");
}

#[test]
fn the_head_of_another_table_is_an_error() {
    let mut rows = sheet(&["000124|Siti|Jl. A", "No Pelanggan|Nama|Tgl Tutup"]);
    let mut chosen = mapping(Kind::Customers, &[Field::Number, Field::Name, Field::Address]);
    chosen.header = ["No Pelanggan", "Nama", "Alamat"].map(str::to_owned).to_vec();
    let (found, _) = read(chosen.clone(), &rows);
    assert_eq!(found[1].findings.iter().map(|finding| finding.reason).collect::<Vec<_>>(), [Reason::OtherTable]);
    rows[1].cells[2] = Cell::Text("ALAMAT".into());
    assert_eq!(read(chosen, &rows).0[1].skipped.map(|skipped| skipped.reason), Some(SkipReason::Header));
}

#[test]
fn what_stands_in_a_page_around_a_table_is_no_customer() {
    let data = (1..=6).map(|place| format!("{place}|00012{place}|Siti|Jl. A {place}|081234567{place}|R1"));
    let around = ["|Wilayah :|UTARA|||", "PDAM TIRTA|||||Hal : 2", "|Drs. Suparman, M.M.||||Wati", "||Tanpa Nomor|Jl. D||"];
    let texts: Vec<String> = data.chain(around.map(str::to_owned)).collect();
    let rows = sheet(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let fields = [Field::Label, Field::Number, Field::Name, Field::Address, Field::Phone, Field::TariffClass];
    let mut chosen = mapping(Kind::Customers, &fields);
    chosen.columns[0] = None;
    let (found, _) = read(chosen, &rows);
    assert!(found[..6].iter().all(|row| row.record.is_some()), "{found:?}");
    assert!(found[6..9].iter().all(|row| row.skipped.is_some_and(|skipped| skipped.reason == SkipReason::Note)), "{found:?}");
    assert_eq!(reasons(&found[9]), [(Field::Number, Level::Error, Reason::Required)], "a customer without a number is one");
}

#[test]
fn a_meter_below_its_customer_is_an_error_and_no_note() {
    let rows = sheet(&["000124|Siti|Jl. A|WM-0001", "|||WM-0002", "|||Halaman 2", "000125|Budi|Jl. B|WM-0003"]);
    let (found, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Name, Field::Address, Field::Serial]), &rows);
    assert!(reasons(&found[1]).contains(&(Field::Number, Level::Error, Reason::Required)), "{found:?}");
    assert_eq!(found[2].skipped.map(|skipped| skipped.reason), Some(SkipReason::Note));
}

#[test]
fn a_serial_of_letters_alone_is_one_where_its_column_says_so() {
    let rows = sheet(&["000124|Siti|Jl. A|ABCDEF", "000125|Budi|Jl. B|GHIJKL"]);
    let (found, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Name, Field::Address, Field::Serial]), &rows);
    let serials: Vec<_> = found.iter().map(|row| customer(row).meter.as_ref().map(|meter| meter.serial.as_str())).collect();
    assert_eq!(serials, [Some("ABCDEF"), Some("GHIJKL")]);
    let rows = sheet(&["ABCDEF|25/12/2024|12"]);
    let (found, _) = read(mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]), &rows);
    let Some(Record::Reading(reading)) = &found[0].record else { panic!("{found:?}") };
    assert_eq!(reading.serial.as_ref().map(|serial| serial.as_str()), Some("ABCDEF"));
}

#[test]
fn an_address_of_several_lines_is_one_line() {
    let rows = sheet(&["000124|Siti\r\nAminah|Jl. Kenanga 5,\r\nRT 01 RW 02\n Kel. Suka Maju"]);
    let (found, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Name, Field::Address]), &rows);
    assert_eq!(reasons(&found[0]), []);
    assert_eq!(customer(&found[0]).field(CustomerField::Name), Some("Siti Aminah"));
    assert_eq!(customer(&found[0]).field(CustomerField::Address), Some("Jl. Kenanga 5, RT 01 RW 02, Kel. Suka Maju"));
}

#[test]
fn an_address_of_mail_is_without_what_stands_around_it() {
    let rows =
        sheet(&["1|Siti|mailto:siti@contoh.id", "2|Budi|<Budi@contoh.id>", "3|Tono|tono@contoh.id;", "4|Ani|a@b.id;c@d.id"]);
    let (found, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Name, Field::Email]), &rows);
    let mails: Vec<_> = found[..3].iter().map(|row| customer(row).field(CustomerField::Email)).collect();
    assert_eq!(mails, [Some("siti@contoh.id"), Some("Budi@contoh.id"), Some("tono@contoh.id")]);
    assert_eq!(reasons(&found[3]), [(Field::Email, Level::Error, Reason::Malformed)]);
    assert_eq!(found[3].findings[0].repair.proposed.as_deref(), Some("a@b.id"));
}

#[test]
fn what_marks_an_empty_room_is_no_name() {
    let rows = sheet(&["A1|(kosong)|x", "A2|NULL|x", "A3|Nil|x", "nan|Siti|NaN"]);
    let (found, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Name, Field::City]), &rows);
    assert!(found[..2].iter().all(|row| reasons(row) == [(Field::Name, Level::Error, Reason::Required)]), "{found:?}");
    assert_eq!(customer(&found[2]).field(CustomerField::Name), Some("Nil"), "somebody may be called so");
    assert_eq!(reasons(&found[3]), [(Field::Number, Level::Error, Reason::Required)], "and no number is");
}

#[test]
fn what_no_column_holds_is_mended_by_choosing_one() {
    let rows = sheet(&["000124|Jl. A"]);
    let (found, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Address]), &rows);
    let required = &found[0].findings[0];
    assert_eq!((required.reason, required.column, required.repair.action), (Reason::Required, None, Action::MapColumn));
}

#[test]
fn times_in_utc_are_warned_of_and_days_are_not() {
    let of_columns = |name: &str, text: &str| {
        let mut chosen = mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]);
        name.clone_into(&mut chosen.header[1]);
        let row = format!("WM-1|{text}|5");
        read(chosen, &sheet(&[row.as_str()])).1
    };
    for (name, text) in [
        ("Read Time", "2024-03-11T20:13:00Z"),
        ("Read Time", "2024-03-11 20:13:00 UTC"),
        ("Read Time (UTC)", "2024-03-11 20:13"),
        ("READ-TIME UTC", "2024-03-11 20:13"),
    ] {
        assert_eq!(of_columns(name, text), [Reason::UtcTimes], "{name}, {text}");
    }
    for (name, text) in [
        ("Read Time", "2024-03-11T00:00:00Z"),
        ("Read Time (UTC)", "2024-03-11"),
        ("Read Time (UTC+7)", "2024-03-11 20:13"),
        ("Read Time", "2024-03-11 20:13 WIB"),
    ] {
        assert_eq!(of_columns(name, text), [], "{name}, {text}");
    }
}

#[test]
fn a_cell_that_says_that_it_is_as_the_one_above_is_no_text() {
    let fields = [Field::Number, Field::Name, Field::Address, Field::City];
    let rows = sheet(&[
        "1|Siti|Jl. Melati 5|SDA",
        "2|Budi|\"|Bogor",
        "3|Ani|- \" -|Bogor",
        "4|Tono|s.d.a.|Bogor",
        "5|Idem|SDA|Bogor",
        "6|Wati|Jl. \"Mawar\"|Bogor",
    ]);
    let (found, _) = read(mapping(Kind::Customers, &fields), &rows);
    let refused = |field| (field, Level::Error, Reason::Ditto);
    assert_eq!(
        found.iter().map(reasons).collect::<Vec<_>>(),
        [
            vec![],
            vec![refused(Field::Address)],
            vec![refused(Field::Address)],
            vec![refused(Field::Address)],
            vec![refused(Field::Name), refused(Field::Address)],
            vec![],
        ]
    );
    assert!(found[1..5].iter().all(|row| row.record.is_none()));
}

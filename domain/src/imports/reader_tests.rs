//! Tests of whole rows.

use super::*;
use crate::billing::tariff::TariffClass;
use crate::imports::mapping::Choice;
use crate::imports::parse::date_text::DateOrder;
use crate::imports::parse::volume::{Mark, Unit};
use crate::imports::record::{BalanceRecord, CustomerRecord, ReadingRecord};
use crate::people::Customer;
use crate::sync::edit::{CustomerField, Editable};
use crate::{Millilitres, Position, Rupiah, UtcMillis};
use jiff::civil::datetime;
use proptest::prelude::*;
use uuid::Uuid;

#[path = "address_tests.rs"]
mod address;
#[path = "around_tests.rs"]
mod around;
#[path = "counting_tests.rs"]
mod counting;
#[path = "meters_tests.rs"]
mod meters;
#[path = "months_tests.rs"]
mod months;
#[path = "times_tests.rs"]
mod times;

fn rules() -> Rules {
    Rules {
        zones: vec![(ZoneId(Uuid::from_u128(1)), "Wilayah Utara".into()), (ZoneId(Uuid::from_u128(2)), "Selatan".into())],
        area: Some(Area::INDONESIA),
        today: LocalDay::from_ymd(2026, 11, 29).expect("a day"),
        time_zone: TimeZone::Jakarta,
        is_1904: false,
        takes_hidden: true,
        is_delimited: false,
    }
}

fn mapping(kind: Kind, fields: &[Field]) -> Mapping {
    let header = fields.iter().map(|field| format!("kolom {}", field.as_str())).collect();
    Mapping { kind, header, columns: fields.iter().copied().map(Some).collect(), choices: Default::default() }
}

/// Rows from 2 on; cells are parted by `|`, all of them text.
fn sheet(rows: &[&str]) -> Vec<SheetRow> {
    let cell = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    let row = |(place, text): (usize, &&str)| SheetRow {
        number: place as u32 + 2,
        is_hidden: false,
        cells: text.split('|').map(cell).collect(),
    };
    rows.iter().enumerate().map(row).collect()
}

fn read(mapping: Mapping, rows: &[SheetRow]) -> (Vec<ReadRow>, Vec<Reason>) {
    let reader = RowReader::new(mapping, rules(), rows);
    let of_columns = reader.column_findings().iter().map(|finding| finding.reason).collect();
    (rows.iter().map(|row| reader.read(row)).collect(), of_columns)
}

fn reasons(row: &ReadRow) -> Vec<(Field, Level, Reason)> {
    row.findings.iter().map(|finding| (finding.field.expect("a field"), finding.level, finding.reason)).collect()
}

fn customer(row: &ReadRow) -> &CustomerRecord {
    match &row.record {
        Some(Record::Customer(customer)) => customer,
        other => panic!("no customer: {other:?}, {:?}", row.findings),
    }
}

#[test]
fn a_household_is_a_number_as_programs_and_people_write_it() {
    let rows = sheet(&["1|Siti|4.0", "2|Budi|5 jiwa", "3|Ani|0.0", "4|Tono|4.5"]);
    let (read, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Name, Field::HouseholdSize]), &rows);
    let size = |row: &ReadRow| customer(row).field(CustomerField::HouseholdSize).map(str::to_owned);
    assert_eq!([size(&read[0]), size(&read[1]), size(&read[2])], [Some("4".into()), Some("5".into()), None]);
    assert_eq!(reasons(&read[3]), [(Field::HouseholdSize, Level::Error, Reason::Malformed)]);
}

#[test]
fn a_full_row_is_a_customer_with_connection_and_meter() {
    use Field as F;
    let fields = [
        F::Number,
        F::Name,
        F::Phone,
        F::Email,
        F::Address,
        F::City,
        F::Province,
        F::PostalCode,
        F::Nik,
        F::HouseholdSize,
        F::Status,
        F::Label,
        F::PropertyKind,
        F::TariffClass,
        F::Zone,
        F::Latitude,
        F::Longitude,
        F::Serial,
        F::Model,
        F::InstalledOn,
        F::Register,
    ];
    let rows = sheet(&[
        "000124|Siti Nur'aini|+62 812-3456-7890|siti@contoh.id|Jl. Melati 5|Bandung|Jawa Barat|40115|3273010101900001|4 orang|Aktif|\
                        Rumah|Ruko|R1|utara|-6,2|106,8|WM-1|Itron|12 Agt 2020|1.234,5",
    ]);
    let (read, of_columns) = read(mapping(Kind::Customers, &fields), &rows);
    assert_eq!((reasons(&read[0]), of_columns), (vec![], vec![]));
    let found = customer(&read[0]);
    assert_eq!(found.number, "000124");
    for (field, value) in [
        (CustomerField::Name, "Siti Nur'aini"),
        (CustomerField::Phone, "081234567890"),
        (CustomerField::PostalCode, "40115"),
        (CustomerField::HouseholdSize, "4"),
        (CustomerField::Status, "active"),
    ] {
        assert_eq!(found.field(field), Some(value));
    }
    let connection = found.connection.as_ref().expect("a connection");
    assert_eq!(connection.address.as_deref(), Some("Jl. Melati 5"), "the customer's, for it has none of its own");
    assert_eq!((connection.tariff_class, connection.zone), (Some(TariffClass::Residential), Some(ZoneId(Uuid::from_u128(1)))));
    assert_eq!(connection.position, Position::new(-6_200_000, 106_800_000));
    let meter = found.meter.as_ref().expect("a meter");
    assert_eq!((meter.installed_on, meter.register), (LocalDay::from_ymd(2020, 8, 12), Some(Millilitres::litres(1_234_500))));
    let json = serde_json::to_string(&read[0].record).expect("json");
    assert_eq!(serde_json::from_str::<Option<Record>>(&json).expect("a record"), read[0].record);
}

#[test]
fn a_row_says_what_is_wrong_with_which_cell() {
    use Field as F;
    let fields = [F::Number, F::Name, F::Phone, F::Nik, F::TariffClass, F::Zone, F::PostalCode];
    let rows = sheet(&[
        "000124||8.12E+10|327301|R9|Barat|4011",
        "000125|Siti|-|NULL|n/a|tidak ada|0",
        "|Budi|0812345678|||Selatn|",
        "000127|Tono|81234567890||||",
    ]);
    let (read, _) = read(mapping(Kind::Customers, &fields), &rows);
    let error = Level::Error;
    assert_eq!(
        reasons(&read[0]),
        [
            (F::Name, error, Reason::Required),
            (F::Phone, error, Reason::LostDigits),
            (F::PostalCode, error, Reason::Malformed),
            (F::Nik, error, Reason::Malformed),
            (F::TariffClass, error, Reason::UnknownWord),
            (F::Zone, error, Reason::UnknownZone),
        ]
    );
    assert_eq!(read[0].record, None);
    let nik = read[0].findings.iter().find(|finding| finding.field == Some(F::Nik)).expect("a finding");
    assert_eq!((nik.row, nik.column, nik.value.as_str()), (2, Some(3), "••••••"));
    assert_eq!(reasons(&read[1]), []);
    assert_eq!((customer(&read[1]).fields.len(), &customer(&read[1]).connection), (1, &None));
    assert_eq!(reasons(&read[2]), [(F::Number, error, Reason::Required), (F::Zone, error, Reason::UnknownZone)]);
    assert_eq!(read[2].findings[1].repair.proposed.as_deref(), Some("Selatan"));
    assert_eq!(reasons(&read[3]), [(F::Phone, Level::Warning, Reason::LostLeadingZero)]);
    assert_eq!(customer(&read[3]).field(CustomerField::Phone), Some("081234567890"));
}

#[test]
fn readings_are_of_their_column() {
    let fields = [Field::Serial, Field::ReadAt, Field::Register];
    let rows = sheet(&[
        "WM-1|11/12/2024 08.30|1.234",
        "WM-2|25/12/2024|12,5",
        "|25/12/2024|12",
        "WM-3|25/12/2027|12",
        "WM-4|12/25/2024|1.2",
        "WM-5|1/1/1970|#",
    ]);
    let reader = RowReader::new(mapping(Kind::Readings, &fields), rules(), &rows[..4]);
    assert_eq!(reader.column_findings(), []);
    let read: Vec<ReadRow> = rows.iter().map(|row| reader.read(row)).collect();
    let reading = ReadingRecord {
        serial: Some("WM-1".parse().expect("a serial")),
        number: None,
        // 2024-12-11T01:30:00Z.
        read_at: UtcMillis(1_733_880_600_000),
        register: Millilitres::cubic_metres(1_234),
        earlier: Vec::new(),
    };
    assert_eq!(read[0].record, Some(Record::Reading(reading)));
    let error = Level::Error;
    assert_eq!(reasons(&read[2]), [(Field::Serial, error, Reason::Required)]);
    assert_eq!(reasons(&read[3]), [(Field::ReadAt, error, Reason::InFuture)]);
    assert_eq!(reasons(&read[4]), [(Field::ReadAt, error, Reason::OtherDateOrder), (Field::Register, error, Reason::MixedMarks)]);
    assert_eq!(reasons(&read[5]), [(Field::ReadAt, error, Reason::TooEarly), (Field::Register, error, Reason::NotANumber)]);
}

#[test]
fn what_a_column_does_not_say_is_asked_for_once() {
    let fields = [Field::Number, Field::ReadAt, Field::Register];
    let rows = sheet(&["100001|11/12/2024|1.234", "100002|10/12/2024|2.345", "3|9/12/2024|3.456"]);
    let mut chosen = mapping(Kind::Readings, &fields);
    let (found, of_columns) = read(chosen.clone(), &rows);
    assert_eq!(of_columns, [Reason::LostLeadingZeros, Reason::AmbiguousDateOrder]);
    assert!(found.iter().all(|row| reasons(row) == [(Field::Register, Level::Error, Reason::AmbiguousMark)]));
    assert_eq!(found[0].findings[0].repair_key(), found[2].findings[0].repair_key(), "one repair for the column");
    chosen.choices.insert(Field::Number, Choice { width: Some(6), ..Choice::default() });
    chosen.choices.insert(Field::ReadAt, Choice { order: Some(DateOrder::MonthFirst), ..Choice::default() });
    chosen.choices.insert(Field::Register, Choice { mark: Some(Mark::Point), ..Choice::default() });
    let (found, of_columns) = read(chosen, &rows);
    assert_eq!(of_columns, []);
    let Some(Record::Reading(reading)) = &found[2].record else { panic!("{:?}", found[2]) };
    assert_eq!((reading.number.as_deref(), reading.register), (Some("000003"), Millilitres::litres(3_456)));
    assert_eq!(TimeZone::Jakarta.day_of(reading.read_at), LocalDay::from_ymd(2024, 9, 12).expect("a day"));
}

#[test]
fn midnights_in_utc_are_seen_and_mended_by_one_choice() {
    let fields = [Field::Serial, Field::ReadAt, Field::Register];
    let row = |place: u32| SheetRow {
        number: place,
        is_hidden: false,
        cells: vec![
            Cell::Text(format!("WM-{place}")),
            Cell::Time(datetime(2024, 1, place as i8 + 12, 17, 0, 12, 0)),
            Cell::Number(f64::from(place)),
        ],
    };
    let rows: Vec<SheetRow> = (2..6).map(row).collect();
    let mut chosen = mapping(Kind::Readings, &fields);
    let reader = RowReader::new(chosen.clone(), rules(), &rows);
    let finding = &reader.column_findings()[0];
    assert_eq!((finding.reason, finding.repair.proposed.as_deref()), (Reason::UtcMidnights, Some("7")));
    chosen.choices.insert(Field::ReadAt, Choice { shift_hours: Some(7), ..Choice::default() });
    let (found, of_columns) = read(chosen, &rows);
    assert_eq!(of_columns, []);
    let Some(Record::Reading(reading)) = &found[0].record else { panic!("{:?}", found[0]) };
    assert_eq!(reading.read_at, TimeZone::Jakarta.start_of(LocalDay::from_ymd(2024, 1, 15).expect("a day")));
}

#[test]
fn dates_that_a_spreadsheet_turned_are_doubted() {
    let stored = |number: u32, day: i8| SheetRow {
        number,
        is_hidden: false,
        cells: vec![Cell::Text("WM-1".into()), Cell::Time(datetime(2024, 3, day, 0, 0, 0, 0)), Cell::Number(1.0)],
    };
    let mut rows = vec![stored(2, 1), stored(3, 5), stored(4, 12)];
    rows.extend(sheet(&["WM-1|25/03/2024|1"]));
    let (_, of_columns) = read(mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]), &rows);
    assert_eq!(of_columns, [Reason::MixedDateOrder]);
    rows[2] = stored(4, 13);
    let (_, of_columns) = read(mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]), &rows);
    assert_eq!(of_columns, []);
}

#[test]
fn balances_have_a_number_and_an_amount() {
    let rows = sheet(&["000124|Rp 50.000,00", "000125|(25.000)", "000126|25.00", "Jumlah|75.000", "000127|", "000128|Rp -"]);
    let mut chosen = mapping(Kind::Balances, &[Field::Number, Field::Balance]);
    let (found, _) = read(chosen.clone(), &rows);
    let balance =
        |number: &str, balance| Some(Record::Balance(BalanceRecord { number: number.into(), balance: Rupiah(balance) }));
    assert_eq!(found[0].record, balance("000124", 50_000));
    assert_eq!(found[1].record, balance("000125", -25_000));
    assert_eq!(reasons(&found[2]), [(Field::Balance, Level::Error, Reason::UnclearAmount)]);
    assert_eq!(found[3].skipped, Some(Skipped { row: 5, reason: SkipReason::Total }));
    assert_eq!(found[4].skipped.map(|skipped| skipped.reason), Some(SkipReason::Note), "a number alone is no record");
    let dash = &found[5].findings[0];
    assert_eq!((dash.reason, dash.repair.proposed.as_deref()), (Reason::Required, Some("0")), "an accountant's nought");
    chosen.choices.insert(Field::Balance, Choice { unit: Some(Unit::ThousandRupiah), ..Choice::default() });
    assert_eq!(read(chosen, &rows).0[0].record, balance("000124", 50_000_000));
}

#[test]
fn numbers_that_a_spreadsheet_made_of_groups_are_doubted() {
    let chosen = mapping(Kind::Balances, &[Field::Number, Field::Balance]);
    let rows = |numbers: [f64; 3]| {
        let mut rows = sheet(&["000124|", "000125|", "000126|", "000127|1.250.000"]);
        for (row, number) in rows.iter_mut().zip(numbers) {
            row.cells[1] = Cell::Number(number);
        }
        rows
    };
    assert_eq!(read(chosen.clone(), &rows([25.0, 50.0, 125.0])).1, [Reason::MixedMarks]);
    assert!(read(chosen, &rows([25_000.0, 50.0, 125.0])).1.is_empty(), "a number beyond the groups is one");
}

#[test]
fn a_day_of_installation_that_is_odd_is_taken_with_a_warning() {
    let rows =
        sheet(&["1|Siti|WM-1|30/11/2026|0", "2|Budi|WM-2|29/11/2026|0", "3|Tono|WM-3|31/12/1989|0", "4|Rini||12/01/2020|5"]);
    let fields = [Field::Number, Field::Name, Field::Serial, Field::InstalledOn, Field::Register];
    let (found, _) = read(mapping(Kind::Customers, &fields), &rows);
    let warned = |reason| vec![(Field::InstalledOn, Level::Warning, reason)];
    assert_eq!(reasons(&found[0]), warned(Reason::InFuture));
    assert_eq!(reasons(&found[1]), []);
    assert_eq!(reasons(&found[2]), warned(Reason::TooEarly));
    assert_eq!(reasons(&found[3]), [(Field::Serial, Level::Warning, Reason::Required)], "a meter without its number");
    assert!(found.iter().all(|row| row.record.is_some()));
    let meter = customer(&found[0]).meter.as_ref().expect("a meter");
    assert_eq!((meter.installed_on, meter.register), (LocalDay::from_ymd(2026, 11, 30), Some(Millilitres::ZERO)));
    assert!(customer(&found[0]).connection.is_some() && customer(&found[3]).meter.is_none());
}

#[test]
fn what_is_said_of_meters_without_a_column_of_their_numbers_is_warned_of() {
    let rows = sheet(&["1|Siti|25/11/2020"]);
    let (found, of_columns) = read(mapping(Kind::Customers, &[Field::Number, Field::Name, Field::InstalledOn]), &rows);
    assert_eq!(of_columns, [Reason::MissingColumn]);
    assert!(found[0].record.is_some());
}

#[test]
fn hidden_rows_and_missing_columns_are_said() {
    let mut rows = sheet(&["000124|Siti"]);
    rows[0].is_hidden = true;
    let (found, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Name]), &rows);
    assert_eq!(
        found[0].findings.iter().map(|finding| (finding.level, finding.reason)).collect::<Vec<_>>(),
        [(Level::Warning, Reason::HiddenRow)]
    );
    assert!(found[0].record.is_some());
    let reader = RowReader::new(mapping(Kind::Customers, &[Field::Number]), Rules { takes_hidden: false, ..rules() }, &rows);
    assert_eq!(reader.column_findings()[0].reason, Reason::MissingColumn);
    assert_eq!(reader.read(&rows[0]).skipped, Some(Skipped { row: 2, reason: SkipReason::Hidden }));
}

#[test]
fn an_error_of_a_formula_is_nothing_where_nothing_may_be() {
    let mut rows = sheet(&["000124|Siti|x", "000125|x|Bandung"]);
    rows[0].cells[2] = Cell::Error("#REF!".into());
    rows[1].cells[1] = Cell::Error("#N/A".into());
    let (found, _) = read(mapping(Kind::Customers, &[Field::Number, Field::Name, Field::City]), &rows);
    assert_eq!(reasons(&found[0]), [(Field::City, Level::Warning, Reason::ErrorCell)]);
    assert_eq!(customer(&found[0]).field(CustomerField::City), None);
    assert_eq!(reasons(&found[1]), [(Field::Name, Level::Error, Reason::ErrorCell)]);
}

fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Empty),
        "\\PC{0,30}".prop_map(Cell::Text),
        "[-0-9.,/: RpEe+()']{0,20}".prop_map(Cell::Text),
        any::<u64>().prop_map(|bits| Cell::Number(f64::from_bits(bits))),
        (-1_000_000_i64..10_000_000_000_000_000).prop_map(|whole| Cell::Number(whole as f64)),
        (0_i16..9_999, 1_i8..=12, 1_i8..=28, 0_i8..24).prop_map(|(y, m, d, h)| Cell::Time(datetime(y, m, d, h, 0, 0, 0))),
        any::<bool>().prop_map(Cell::Bool),
        "#[A-Z/!]{0,6}".prop_map(Cell::Error),
    ]
}

proptest! {
    #[test]
    fn any_cells_are_read_or_refused_and_a_record_has_no_error(cells in prop::collection::vec(any_cell(), 0..26), kind in 0_usize..3, is_hidden in any::<bool>()) {
        let row = SheetRow { number: 2, is_hidden, cells };
        let rows = [row];
        let reader = RowReader::new(mapping(Kind::ALL[kind], Field::ALL), rules(), &rows);
        let read = reader.read(&rows[0]);
        let is_refused = read.findings.iter().any(|finding| finding.level == Level::Error);
        prop_assert_eq!(read.record.is_some(), !is_refused && read.skipped.is_none(), "{:?}", read);
        prop_assert!(read.findings.iter().all(|finding| finding.value.chars().count() <= 60));
    }

    #[test]
    fn texts_are_what_the_form_makes_of_them(text in "[ -~\u{200b}\u{a0}\t\u{e9}]{0,12}", long in prop_oneof!["[a-z]{195,206}", "[a-z é]{195,206}"], is_long in any::<bool>(), field in 0_usize..5) {
        const FIELDS: [(Field, CustomerField); 5] = [
            (Field::Name, CustomerField::Name),
            (Field::Address, CustomerField::Address),
            (Field::City, CustomerField::City),
            (Field::Province, CustomerField::Province),
            (Field::Email, CustomerField::Email),
        ];
        let (field, of) = FIELDS[field];
        let text = if is_long { long } else { text };
        let expected = <Customer as Editable>::clean(of, &text);
        prop_assume!(!says_nothing(text.trim()) && !text.contains('-'));
        prop_assume!(of != CustomerField::Email || !text.contains(['<', '>', ',', ';']));
        let row = SheetRow { number: 2, is_hidden: false, cells: vec![Cell::Text("1".into()), Cell::Text("Siti".into()), Cell::Text(text)] };
        let mut chosen = mapping(Kind::Customers, &[Field::Number, Field::Name, field]);
        if of == CustomerField::Name {
            chosen.columns = vec![Some(Field::Number), None, Some(Field::Name)];
        }
        let read = RowReader::new(chosen, rules(), &[]).read(&row);
        let found = match &read.record {
            Some(Record::Customer(customer)) => Ok(customer.field(of).unwrap_or("").to_owned()),
            _ => Err(read.findings[0].reason),
        };
        // A mark that says "as above" is refused, which forms know nothing of.
        prop_assume!(found != Err(Reason::Ditto));
        prop_assert_eq!(found, expected.map_err(Reason::from));
    }
}

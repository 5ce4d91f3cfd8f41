//! Tests of suggestions: realistic headers in both languages.

use super::*;
use crate::imports::header;
use proptest::prelude::*;

/// A sheet from row 1 on; cells are parted by `|`. What can be a number is one where `numeric` says so; else everything is text, as in CSV.
fn sheet(rows: &[&str], numeric: bool) -> Vec<SheetRow> {
    let cell = |text: &str| match text.trim() {
        "" => Cell::Empty,
        text => match text.parse() {
            Ok(number) if numeric => Cell::Number(number),
            _ => Cell::Text(text.into()),
        },
    };
    let row = |(place, text): (usize, &&str)| SheetRow {
        number: place as u32 + 1,
        is_hidden: false,
        cells: text.split('|').map(cell).collect(),
    };
    rows.iter().enumerate().map(row).collect()
}

fn suggested(rows: &[&str]) -> Suggested {
    let rows = sheet(rows, false);
    let header = header::find(&rows).expect("a header");
    suggest(&header, &rows[header.last_row as usize..])
}

/// The words of the suggested fields, `.` for none, and the kind.
fn fields(suggested: &Suggested) -> String {
    let words: Vec<&str> = suggested.columns.iter().map(|column| column.map_or(".", |found| found.field.as_str())).collect();
    format!("{}: {}", suggested.kind.as_str(), words.join(" "))
}

/// Sheets as utilities have them, with what they hold: the kind, and the field of each column.
const SHEETS: &[(&[&str], &str)] = &[
    (
        &["No|No. Pelanggan|Nama|Alamat|No HP|Gol|Wilayah|Status", "1|000124|Siti|Jl. Melati 5|081234567890|R1|Utara|Aktif"],
        "customers: . number name address phone tariff_class zone status",
    ),
    (
        &["NOSAMB|NAMA|ALAMAT|TELP|NO KTP|GOLONGAN|ZONA", "010124|SITI|MELATI 5|022555019|3273010101900001|NIAGA|1"],
        "customers: number name address phone nik tariff_class zone",
    ),
    (
        &["IDPEL|NAMA_PELANGGAN|ALAMAT_PELANGGAN|NO_METER|MERK|TGL_PASANG|STAND_PASANG", "1|Siti|Jl. A|WM-1|Itron|12/01/2020|0"],
        "customers: number name address serial model installed_on register",
    ),
    (
        &[
            "No. Langganan|Nama Pelanggan|No. Seri Meter|Merek Meter|Tanggal Pasang|Koordinat",
            "12|Siti|S1|Itron|12-1-20|-6.2,106.8",
        ],
        "customers: number name serial model installed_on position",
    ),
    (
        &[
            "Customer Number|Customer Name|Phone|E-mail|Address|City|Province|Postal Code",
            "1|Siti|081234567890|a@b.id|Jl. A|Bandung|Jabar|40115",
        ],
        "customers: number name phone email address city province postal_code",
    ),
    (
        &["ID Pelanggan|Nama|NIK|WA|Jml Jiwa|Lat|Long|Jenis Bangunan", "1|Siti|3273010101900001|081234567890|4|-6.2|106.8|Ruko"],
        "customers: number name nik phone household_size latitude longitude property_kind",
    ),
    (
        &["Meter Number|Prior Meter Reading|Current Meter Reading|Read Date", "M1|1200|1235|2025-01-13"],
        "readings: serial . register read_at",
    ),
    (
        &[
            "Meter No|Old Meter Reading|New Meter Reading|Prior Meter Read Date|Current Meter Read Date",
            "M1|1200|1235|2025-01-13|2025-02-13",
        ],
        "readings: serial . register . read_at",
    ),
    (&["No Pelanggan|Nama|Saldo Piutang Pelanggan", "000124|Siti|150000"], "customers: number name ."),
    (&["No Pelanggan|Nama|Closing Balance Due", "000124|Siti|150000"], "customers: number name ."),
    (
        &["No Samb|Nama|Alamat|Stand Lalu|Stand Kini|Pakai|Tgl Baca|Petugas", "1|Siti|Jl. A|120|135|15|12/01/2024|Budi"],
        "readings: number . . . register . read_at .",
    ),
    (&["No Urut Pelanggan|No Pelanggan|Nama", "1|001|Siti"], "customers: . number name"),
    (&["No Urut Pelanggan|Nama|Alamat", "1|Siti|Jl. A"], "customers: . name address"),
    (&["No Meter|Tanggal|Stand Akhir (m3)", "WM-1|12/01/2024|135"], "readings: serial read_at register"),
    (&["No Seri Meter|Tanggal|Stand Akhir (m3)", "ABCDEF|12/01/2024|135"], "readings: serial read_at register"),
    (&["Serial Number|Reading Date|Meter Reading|Remarks", "WM-1|2024-01-12|135|ok"], "readings: serial read_at register ."),
    (&["No Pelanggan|Debet|Kredit|Saldo", "000124|5000|0|-5000"], "balances: number . . balance"),
    (&["Account No|Debit|Credit", "A124|5000|0"], "customers: number . ."),
    (&["Account No|Credit", "A124|5000"], "balances: number balance"),
    (&["Serial no.|Register|Read Date|Meter Reading", "0012345|001|12/02/2024|1234"], "readings: serial . read_at register"),
    (&["Account No|Name|Address|City|State", "A124|Siti|Jl. A|Springfield|IL"], "customers: number name address city ."),
    (&["Account No|Name|Address|State", "A124|Siti|Jl. A|Active"], "customers: number name address status"),
    (&["Meter ID|timestamp|register", "WM-1|2024-01-12T00:00:00Z|135"], "readings: serial read_at register"),
    (&["No Pelanggan|Nama|Alamat|Saldo", "1|Siti|Jl. A|Rp 50.000"], "balances: number . . balance"),
    (&["Kode Pelanggan|Saldo Awal (Rp)", "1|50.000"], "balances: number balance"),
    (&["Account No|Opening Balance", "1|50000"], "balances: number balance"),
    (
        &[
            "custNo|custName|custAddr|mobilePhone|meterNo|meterBrand|installDate|zoneCode|rateClass",
            "1|Siti|Jl|0812345678|W1|Itron|2020-01-12|U|R1",
        ],
        "customers: number name address phone serial model installed_on zone tariff_class",
    ),
    (
        &["No. SL|Nama|Alamat|RT|RW|Kelurahan|Kecamatan|No. Telepon/HP|Jenis Tarif", "1|Siti|Jl A|1|2|A|B|0812345678|R1"],
        "customers: number name address . . . . phone tariff_class",
    ),
    (
        &["Pelanggan||Meter||", "Nomor|Nama|No Seri|Merk|Tgl Pasang", "1|Siti|W1|Itron|12/01/2020"],
        "customers: number name serial model installed_on",
    ),
    (
        &["NOSAL|NAMA|ANGKA BULAN LALU|ANGKA BULAN INI|M3|TGL CATAT", "1|Siti|1|2|1|12/01/2024"],
        "readings: number . . register . read_at",
    ),
    (
        &["No Meter|Stand Lalu|Stand Ini|Tgl Baca Lalu|Tgl Baca Ini", "W1|1|2|12/01/2024|12/02/2024"],
        "readings: serial . register . read_at",
    ),
    (&["No Pel.|Nama|Sisa Saldo Per 31 Des 2023", "1|Siti|50.000"], "balances: number . balance"),
    (&["Kode|Nama|Telpon|Zona|Tipe", "1|Siti|0812345678|U|Rumah"], "customers: number name phone zone property_kind"),
    (
        &[
            "nosamb|norekening|nama|kodegol|koderayon|nohp|serimeter|merekmeter|tglpasang",
            "1|R1|Siti|R1|U|0812345678|S1|Itron|2019-01-10",
        ],
        "customers: number . name tariff_class zone phone serial model installed_on",
    ),
    (
        &[
            "No|No Pelanggan|Nama|Stan Lalu|Stan Skrg|Pakai|Tgl Baca|Petugas Baca",
            "1|010001|Siti|100|110|10|12 Januari 2025|Udin",
        ],
        "readings: . number . . register . read_at .",
    ),
    (
        &["NO|N O S A L|NM.PLG|ALMT|ST.AWAL|ST.AKHIR|TGL.CATAT", "1|010001|SITI|Jl. A|10|20|25/01/2025"],
        "readings: . number . . . register read_at",
    ),
    (&["AccountId|MeterReadingDateTime|MeterReadValue", "2344|22/04/2019 09:24|01002"], "readings: number read_at register"),
    (
        &[
            "METER_KEY|READING_START_DATE|READING_END_DATE|READING_START_READING|READING_END_READING",
            "1|01-APR-2014|30-SEP-2014|1|5",
        ],
        "readings: serial . read_at . register",
    ),
    (
        &["MANUFACTURERSERIALNUM_PK|METERREAD|METERREADDATE|PREVIOUSMETERREADING", "S1|12|2016-01-28|11"],
        "readings: serial register read_at .",
    ),
    (
        &["Sr. No.|Consumer No.|Consumer Name|Meter Sr. No.|Initial Reading", "1|CN1|Siti|IN1|0"],
        "customers: . number name serial register",
    ),
    (&["No|Pelanggan|Alamat|No Meter", "1|Siti|Jl. A|M1"], "customers: . name address serial"),
    (&["NOSAMB|NAMA|BLTH|STAND AWAL|STAND AKHIR|M3", "010001|Siti|202501|100|120|20"], "readings: number . read_at . register ."),
    (&["Kode|Nama|Saldo Awal|Mutasi|Saldo Akhir", "P001|Siti|10000|5000|15000"], "balances: number . . . balance"),
    (&["No Pelanggan|Nama|Telp|HP", "1|Siti||0812345678"], "customers: number name . phone"),
    (&["No Samb|Nama|Alamat|X|Y", "1|Siti|Jl. A|106.8|-6.2"], "customers: number name address longitude latitude"),
    (&["No Samb|Nama|Alamat|X|Y", "1|Siti|Jl. A|-6.2|106.8"], "customers: number name address longitude latitude"),
    (&["No Pelanggan|Nama|Alamat|Tarif (Rp)", "1|Siti|Jl. A|2500"], "customers: number name address ."),
    (
        &["No|No. KK|No Pelanggan|Nama|Kode Wilayah|Nama Wilayah|Premise Address", "1|3273010101200001|0012|Siti|01|Utara|Jl. A"],
        "customers: . . number name . zone connection_address",
    ),
    (&["Meter SN|Date Time|Totalizer (m3)|Flow", "WM-1|2025-01-13 07:30|12.5|0"], "readings: serial read_at register ."),
    (&["No Meter|Tanggal Baca|Jam Baca|Stand Akhir", "WM-1|12/01/2024|13.45|135"], "readings: serial read_at read_time register"),
    (
        &["Account No|Read Time|Read Date|Meter Reading|Read Type", "A124|1:45 PM|2024-01-12|135|E"],
        "readings: number read_time read_at register .",
    ),
    (&["No Meter|Waktu|Tanggal|Stand Akhir", "WM-1|134500|12/01/2024|135"], "readings: serial read_time read_at register"),
    (&["No Meter|Jam Baca|Stand Akhir", "WM-1|12/01/2024 13.45|135"], "readings: serial read_at register"),
    (&["No Meter|Tgl Baca|Waktu|Stand Akhir", "WM-1|12/01/2024|pagi|135"], "readings: serial read_at . register"),
    (&["No Meter|Waktu|Volume Kumulatif (L)", "WM-1|13/01/2025 07.30|12500"], "readings: serial read_at register"),
    (
        &["Account|Meter|Prev Date|Prev Read|Curr Date|Curr Read", "001|M1|2024-12-05|100|2025-01-05|110"],
        "readings: number serial . . read_at register",
    ),
    (
        &["CUSTOMER_NO|CUSTOMER_NM|ADDR1|STATUS_CD|X_COORD|Y_COORD|ZONE_NM", "001|Siti|Jl. A|Aktif|106.8|-6.2|Utara"],
        "customers: number name address status longitude latitude zone",
    ),
    (&["No|No SL|Nama|Alamat Domisili", "1|001|Siti|Jl. A"], "customers: . number name address"),
    (&["No SL|Nama|Kategori Pelanggan|Golongan", "1|Siti|Ruko|N1"], "customers: number name property_kind tariff_class"),
    (&["No SL|Nama|Kategori Pelanggan", "1|Siti|Niaga"], "customers: number name tariff_class"),
    (&["No SL|Nama|Kelas Pelanggan|Golongan", "1|Siti|R2|R1"], "customers: number name . tariff_class"),
    (&["No SL|Nama|Unit Pelayanan|Rute|Wilayah", "1|Siti|IKK Barat|07|Utara"], "customers: number name . . zone"),
    (&["No SL|Nama|Rute|Dusun", "1|Siti|07|Krajan"], "customers: number name . zone"),
    (&["No Samb|Nama|Address1|Address2", "001|Siti|Jl. A|RT 2"], "customers: number name address ."),
    (&["Kode|Nama|No. Identitas Pelanggan", "P1|Siti|3273010101900001"], "customers: number name nik"),
    (&["Account Number|Concessionaire Name|Address", "001|Siti|Jl. A"], "customers: number name address"),
    (
        &["No SL|Nama|Jan 2025|||Feb 2025||", "||Awal|Akhir|M3|Awal|Akhir|M3", "001|Siti|100|110|10|110|125|15"],
        "readings: number . . month_register . . month_register .",
    ),
    (&["Blok|Nama|No HP|Alamat", "A1-02|Siti|081234567890|Jl. A"], "customers: number name phone address"),
    (&["Blok|Nama|No HP", "A1|Siti|081234567890", "A1|Budi|081234567891"], "customers: zone name phone"),
    (&["Blok|No Samb|Nama|Alamat", "A1|001|Siti|Jl. A"], "customers: zone number name address"),
    (&["No. Kamar|Nama Penghuni|No. WA", "A1|Siti|081234567890"], "customers: number name phone"),
    (
        &["No. Pelangan|Nma Pelanggan|Alamt|No. Hanphone|Golngan", "1|Siti|Jl. A|081234567890|R1"],
        "customers: number name address phone tariff_class",
    ),
];

#[test]
fn sheets_of_utilities_are_mapped_by_their_names() {
    for (rows, expected) in SHEETS {
        assert_eq!(fields(&suggested(rows)), *expected, "{rows:?}");
    }
}

#[test]
fn values_speak_where_names_do_not() {
    let rows =
        ["No Pelanggan|Nama|Kolom A|Kolom B|Kolom C|Kolom D", "1|Siti|3273010101900001|081234567890|siti@contoh.id|-6,2; 106,8"];
    let found = suggested(&rows);
    assert_eq!(fields(&found), "customers: number name nik phone email position");
    assert!(found.columns[2..].iter().flatten().all(|column| column.because == Because::Values));
    assert_eq!(found.columns[0].expect("a field").because, Because::NameAndValues);
}

#[test]
fn a_name_that_its_values_deny_is_less_sure() {
    let sure = |value: &str| {
        let found = suggested(&["No Pelanggan|Nama|NIK", &format!("1|Siti|{value}")]);
        found.columns[2].expect("a field").confidence_per_mille
    };
    assert_eq!(sure("3273010101900001"), 1_000);
    assert_eq!(sure("belum"), 650);
}

#[test]
fn a_field_stands_once_and_a_unit_is_kept() {
    let found = suggested(&["No Meter|Nama|Tgl Baca|Stand Meter (Liter)|Stand Akhir", "W1|Siti|12/01/2024|135000|135"]);
    assert_eq!(fields(&found), "readings: serial . read_at register .");
    assert_eq!(found.mapping.choice(Field::Register).unit, Some(Unit::Litres));
    assert!(found.mapping.is_complete());
    let said = suggest_for(Kind::Customers, &header::find(&sheet(&["No Meter|Nama"], false)).expect("a header"), &[]);
    assert_eq!(said.mapping.missing(), [Field::Number]);
}

#[test]
fn what_each_row_counts_is_a_unit_of_the_register() {
    let found = suggested(&["Meter Number|Read Date|Reading|Unit", "L1|2025-01-13|1234|CCF", "L2|2025-01-13|1235|ccf"]);
    assert_eq!(fields(&found), "readings: serial read_at register .");
    assert_eq!(found.mapping.choice(Field::Register).unit, Some(Unit::HundredCubicFeet));
    let found = suggested(&["No Meter|Tgl Baca|Stand Akhir|Jenis Kelamin", "L1|2025-01-13|1234|L"]);
    assert_eq!(found.mapping.choice(Field::Register).unit, None, "a man is no litre");
}

#[test]
fn values_that_go_up_and_down_are_no_registers() {
    let hours = |values: [&str; 4]| {
        let row = |(hour, value): (usize, &&str)| format!("WM-1|2024-03-10 0{hour}:00|{value}");
        let rows: Vec<String> = values.iter().enumerate().map(row).collect();
        let sheet: Vec<&str> = std::iter::once("meter_id|timestamp|value").chain(rows.iter().map(String::as_str)).collect();
        fields(&suggested(&sheet))
    };
    assert_eq!(hours(["3.2", "0", "1.1", "0.4"]), "readings: serial read_at .", "what was used in each hour");
    assert_eq!(hours(["3.2", "3.2", "4.1", "4.5"]), "readings: serial read_at register");
    assert_eq!(hours(["4.5", "4.1", "3.2", "3.2"]), "readings: serial read_at register", "the newest first");
}

#[test]
fn columns_of_months_that_rise_are_registers_and_others_are_not() {
    let found = suggested(&["No Samb|Nama|Alamat|Jan 2026|Feb 2026|Mar 2026", "1|Siti|Jl. A|10|22|30", "2|Budi|Jl. B|5|5|9"]);
    assert_eq!(fields(&found), "readings: number . . month_register month_register month_register");
    let found = suggested(&["No Meter|Stand Januari 2026 (liter)|Stand Februari 2026 (liter)", "A1|1000|2500", "A2|300|900"]);
    assert_eq!(fields(&found), "readings: serial month_register month_register");
    assert_eq!(found.mapping.choice(Field::MonthRegister).unit, Some(Unit::Litres));
    let used = suggested(&["No Samb|Nama|Alamat|Jan 2026|Feb 2026|Mar 2026", "1|Siti|Jl. A|12|9|14", "2|Budi|Jl. B|20|21|17"]);
    assert_eq!(fields(&used), "customers: number name address . . .", "what was used");
    let whole = suggested(&["No Samb|Tgl Baca|Stand Kini|Jan 2026|Feb 2026", "1|03/03/2026|31|10|22"]);
    assert_eq!(fields(&whole), "readings: number read_at register . .", "a reading is there without them");
}

#[test]
fn columns_numbered_as_meters_are_the_meters_of_a_row() {
    let found = suggested(&["No Samb|Nama|Alamat|Meter 1|Meter 2|Meter 3", "1|Siti|Jl. A|WM-1|WM-2|", "2|Budi|Jl. B|WM-3|-|"]);
    assert_eq!(fields(&found), "customers: number name address serial further_serial further_serial");
    let found = suggested(&["No Samb|Nama|Alamat|No Meter 2|No Meter 1|Merk", "1|Siti|Jl. A|WM-2|WM-1|Itron"]);
    assert_eq!(fields(&found), "customers: number name address further_serial serial model");
    let shown = suggested(&["No Samb|Nama|Alamat|Meter 1|Meter 2", "1|Siti|Jl. A|120|45", "2|Budi|Jl. B|18|"]);
    assert!(!fields(&shown).contains("further_serial"), "what the meters show");
}

#[test]
fn of_two_columns_that_are_as_sure_neither_is() {
    let found = suggested(&["No Samb|Nama|Alamat||No Samb|Nama", "1|Siti|Jl. A||2|Budi"]);
    assert_eq!(fields(&found), "customers: number name address . . .");
    assert_eq!(found.columns[0].map(|found| found.confidence_per_mille), Some(1_000 - DOUBTFUL));
    assert_eq!(found.columns[2].map(|found| found.confidence_per_mille), Some(1_000));
}

#[test]
fn numbers_of_a_workbook_are_known_as_what_they_stand_for() {
    let rows = sheet(&["No Pelanggan|Nama|Kolom A|Tgl Pasang", "124|Siti|81234567890|45303"], true);
    let header = header::find(&rows).expect("a header");
    let found = suggest(&header, &rows[1..]);
    assert_eq!(fields(&found), "customers: number name phone installed_on");
    assert_eq!(found.columns[3].expect("a field").because, Because::NameAndValues);
}

#[test]
fn times_alone_that_a_workbook_has_are_beside_their_day() {
    let rows = sheet(&["No Meter|Jam Baca|Tgl Baca|Stand Akhir", "WM-1|0.5729|45303|135"], true);
    let header = header::find(&rows).expect("a header");
    assert_eq!(fields(&suggest(&header, &rows[1..])), "readings: serial read_time read_at register");
    let mut stored = rows[1].clone();
    stored.cells[1] = Cell::Time(jiff::civil::datetime(1899, 12, 31, 13, 45, 0, 0));
    assert_eq!(fields(&suggest(&header, &[stored])), "readings: serial read_time read_at register");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_sheet_has_a_header_or_none_and_each_field_once(rows in prop::collection::vec("[a-zA-Z0-9éN|o. ()/-]{0,40}|\\PC{0,20}", 0..8)) {
        let texts: Vec<&str> = rows.iter().map(String::as_str).collect();
        let rows = sheet(&texts, true);
        if let Some(header) = header::find(&rows) {
            let found = suggest(&header, &rows);
            let fields: Vec<Field> = found.columns.iter().flatten().map(|column| column.field).collect();
            prop_assert!(fields.iter().enumerate().all(|(place, field)| field.is_of_many() || !fields[..place].contains(field)));
            prop_assert!(found.columns.iter().flatten().all(|column| (LEAST..=1_000).contains(&column.confidence_per_mille)));
            prop_assert!(header.confidence_per_mille <= 1_000 && found.confidence_per_mille <= 1_000);
            prop_assert_eq!(found.mapping.columns.len(), found.columns.len());
        }
    }
}

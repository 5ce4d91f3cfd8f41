//! Lists as files, made on a device without a network; and what LibreOffice, which is not ours, reads of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::Client;
use domain::exports::{Cell, Column, Kind, Layout};
use domain::people::Language;
use domain::sync::edit::CustomerField;
use domain::{LocalDay, TimeZone, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::ui::exports::{Export, ExportFormat, ExportedList, MOST_ON_PAPER, Made, Taking};
use protocol::ui::{
    Answer, CasesQuery, CustomerFilter, CustomerQuery, CustomerSort, ExportsRequest, ExportsResponse, FleetQuery, MeterSelection,
    OutboxItem, OutboxState, Phase, Request,
};
use std::path::Path;
use std::process::Command;
use sync_server::cli::provision::transact;
use sync_server::core::open_connection;
use sync_server::metering::fleet;
use tests::alerts::number;
use tests::cases::leak;
use tests::field::{phase, sign_in, until};
use tests::ops::{code, edit, op, push};
use tests::world::{Running, World};
use uuid::Uuid;
use workbooks::List;

const NIK: &str = "3273010101900001";

async fn ask(client: &Client, request: ExportsRequest) -> Result<ExportsResponse, Problem> {
    match client.call(Request::Exports(request)).await? {
        Answer::Exports(response) => Ok(*response),
        other => panic!("{other:?}"),
    }
}

fn export(list: ExportedList, format: ExportFormat) -> Export {
    Export { id: Uuid::now_v7(), list, format, time_zone: TimeZone::Jakarta, with_nik: false }
}

/// A file, taken in parts as a page takes it.
async fn file(client: &Client, export: Export) -> (Made, Vec<u8>) {
    let id = export.id;
    let made = match ask(client, ExportsRequest::Make(Box::new(export))).await.expect("made") {
        ExportsResponse::Made(made) => made,
        other => panic!("{other:?}"),
    };
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < made.bytes {
        match ask(client, ExportsRequest::Take(Taking { id, offset: bytes.len() as u64 })).await.expect("a part") {
            ExportsResponse::Part(part) => bytes.extend(STANDARD.decode(part.base64).expect("base64")),
            other => panic!("{other:?}"),
        }
    }
    let again = ask(client, ExportsRequest::Take(Taking { id, offset: 0 })).await;
    assert_eq!(again.expect_err("it was taken").code, Code::NotFound);
    (made, bytes)
}

async fn csv(client: &Client, export: Export) -> String {
    String::from_utf8(file(client, export).await.1).expect("UTF-8")
}

async fn everybody(client: &Client) -> u32 {
    match client.call(Request::Customers(CustomerQuery::default())).await.expect("an answer") {
        Answer::Customers(found) => found.total,
        other => panic!("{other:?}"),
    }
}

/// The first customer as somebody would name themselves who means harm.
async fn named(running: &Running) {
    let sets = [
        (CustomerField::Name, "Pelanggan", "=cmd()"),
        (CustomerField::Phone, "", "+62 812-3456-7890"),
        (CustomerField::Nik, "", NIK),
    ];
    let results = push(running, "admin", vec![op(Uuid::now_v7(), 1, None, &edit(running.world.customers[0], &sets))]).await;
    assert_eq!(code(&results[0]), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_exported_without_a_network_as_it_is_searched_filtered_and_sorted() {
    let running = World::new().start().await;
    named(&running).await;
    leak(&running).await;
    let desk = running.client("desk").await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    running.server.stop().await;
    phase(&desk, Phase::Offline).await;

    let by = |descending| CustomerQuery { sort: CustomerSort::Name, descending, ..CustomerQuery::default() };
    let all = csv(&desk, export(ExportedList::Customers(by(false)), ExportFormat::Csv)).await;
    let lines: Vec<&str> = all.lines().collect();
    assert!(lines[0].starts_with("\u{feff}Nomor pelanggan;Nama;") && lines[0].contains("(WIB)"), "{all}");
    assert!(lines[1].starts_with("'000;\"'=cmd()\";'+62 812-3456-7890;") && !all.contains(NIK), "{all}");
    assert!(lines[2].starts_with("'001;Pelanggan;") && lines.len() == 3, "{all}");
    let turned = csv(&desk, export(ExportedList::Customers(by(true)), ExportFormat::Csv)).await;
    assert!(turned.lines().nth(1).is_some_and(|line| line.starts_with("'001;")), "{turned}");
    let found = CustomerQuery { search: "cmd".into(), ..by(false) };
    let with_nik = Export { with_nik: true, ..export(ExportedList::Customers(found), ExportFormat::Csv) };
    let found = csv(&desk, with_nik).await;
    assert!(found.contains(&format!(";'{NIK};")) && found.lines().count() == 2, "{found}");
    let owing = CustomerQuery { only: Some(CustomerFilter::Suspended), ..by(false) };
    assert_eq!(csv(&desk, export(ExportedList::Customers(owing), ExportFormat::Csv)).await.lines().count(), 1, "the names alone");

    let meters = csv(&desk, export(ExportedList::Meters(FleetQuery::default()), ExportFormat::Csv)).await;
    assert!(meters.contains("WM-TEST-A;Uji;\"'=cmd()\";") && meters.lines().count() == 3, "{meters}");
    let cases = ExportedList::Cases(CasesQuery { open: true, ..CasesQuery::default() });
    let cases = csv(&desk, export(cases, ExportFormat::Csv)).await;
    assert!(cases.contains("WM-TEST-A") && cases.lines().count() >= 2, "{cases}");

    let (made, workbook) = file(&desk, export(ExportedList::Customers(by(false)), ExportFormat::Xlsx)).await;
    assert!(made.name.starts_with("pelanggan-") && made.name.ends_with(".xlsx") && made.rows == 2, "{made:?}");
    assert!(made.as_of.is_some() && workbook.starts_with(b"PK"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_on_record_and_its_author_cannot_withdraw_it() {
    let running = World::new().start().await;
    named(&running).await;
    let desk = running.client("desk").await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    until(&desk, "all rows", async || (everybody(&desk).await == 2).then_some(())).await;
    let found = ExportedList::Customers(CustomerQuery { search: "cmd".into(), ..CustomerQuery::default() });
    csv(&desk, Export { with_nik: true, ..export(found.clone(), ExportFormat::Csv) }).await;
    let on_record = "SELECT COUNT(*) FROM audit WHERE kind = 'export_made' AND json_extract(changes, '$.list[1]') = 'customers'
        AND json_extract(changes, '$.rows[1]') = '1' AND json_extract(changes, '$.format[1]') = 'csv'
        AND json_extract(changes, '$.with_nik[1]') = 'true' AND json_extract(changes, '$.question[1]') LIKE '%cmd%'
        AND json_extract(changes, '$.permitted') IS NULL";
    until(&desk, "that it is on record", async || (number(&running, on_record).await == 1).then_some(())).await;

    running.server.stop().await;
    phase(&desk, Phase::Offline).await;
    csv(&desk, export(found, ExportFormat::Csv)).await;
    let waiting = async || match desk.call(Request::Outbox).await.expect("an answer") {
        Answer::Outbox(items) => {
            let waits = |item: &OutboxItem| item.kind == "export_made" && item.state != OutboxState::Sent;
            items.into_iter().filter(waits).map(|item| item.op).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let kept = waiting().await;
    assert_eq!(kept.len(), 1, "it waits for the server");
    let refused = desk.call(Request::Discard { op: kept[0] }).await.expect_err("it stays");
    assert_eq!(refused.code, Code::AlreadySent);
    assert_eq!(waiting().await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_export_and_a_list_that_is_too_long_for_paper_is_refused() {
    let world = World::new();
    let file = world.config().database();
    let mut db = open_connection(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    transact(&mut db, |tx| {
        let utility = tx.db.query_row("SELECT utility FROM customer LIMIT 1", [], |row| row.get(0))?;
        for place in 0..MOST_ON_PAPER {
            let id = domain::CustomerId(Uuid::now_v7());
            fleet::add_customer(tx, utility, id, &format!("9{place:04}"), &format!("Warga {place:04}"))?;
        }
        Ok(())
    })
    .expect("more customers");
    drop(db);
    let running = world.start().await;
    let lists = [
        ExportedList::Customers(CustomerQuery::default()),
        ExportedList::Meters(FleetQuery::default()),
        ExportedList::Cases(CasesQuery::default()),
        ExportedList::Labels(MeterSelection::Rows(Vec::new())),
    ];
    for name in ["technician", "customer"] {
        let client = running.client(name).await;
        sign_in(&client, name).await;
        for list in lists.clone() {
            let made = ask(&client, ExportsRequest::Make(Box::new(export(list, ExportFormat::Csv)))).await;
            assert_eq!(made.expect_err("denied").code, Code::Denied, "{name}");
        }
    }
    let desk = running.client("desk").await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    until(&desk, "everybody", async || (everybody(&desk).await > MOST_ON_PAPER).then_some(())).await;
    let paper = ask(&desk, ExportsRequest::Make(Box::new(export(lists[0].clone(), ExportFormat::Pdf)))).await;
    assert_eq!(paper.expect_err("too long").code, Code::TooLarge);
    let all = csv(&desk, export(lists[0].clone(), ExportFormat::Csv)).await;
    assert_eq!(all.lines().count() as u32, 1 + 2 + MOST_ON_PAPER);
    let signed_out = export(lists[0].clone(), ExportFormat::Csv);
    let id = signed_out.id;
    ask(&desk, ExportsRequest::Make(Box::new(signed_out))).await.expect("made");
    desk.call(Request::SignOut { everywhere: false, with_unsent: true }).await.expect("signed out");
    let left = ask(&desk, ExportsRequest::Take(Taking { id, offset: 0 })).await;
    assert_eq!(left.expect_err("nothing is left of it").code, Code::NotFound);
    running.server.stop().await;
}

/// What people might write who mean harm, and what only looks like a number, a date or a link.
const TEXTS: [&str; 20] = [
    "=cmd()",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=HYPERLINK(\"http://contoh.example\";\"x\")",
    "Sari;=1+1",
    "Sari,=1+1",
    "Sari|=1+1",
    "Sari \"=1+1\"",
    "a\";=1+1",
    "'=1+1",
    "http://contoh.example/a",
    "0812",
    "+62 812-3456-7890",
    NIK,
    "12/5",
    "8E10",
    "Jl. Melati 5\n=1+1",
    "Nur'aini \u{6c34}",
];

const KINDS: [Kind; 9] =
    [Kind::Code, Kind::Text, Kind::Text, Kind::Thousandths, Kind::Rupiah, Kind::Whole, Kind::Instant, Kind::Day, Kind::Text];

fn layout(language: Language) -> Layout {
    let columns = KINDS.iter().map(|kind| Column { name: format!("Kolom {kind:?}"), kind: *kind, width: 12 }).collect();
    Layout { columns, language, zone: TimeZone::Makassar }
}

/// Rows with each of the texts in each column of text, and as many with texts out of the letters that do harm.
fn rows() -> Vec<Vec<Cell>> {
    let mut random = fastrand::Rng::with_seed(2_026);
    let letters: Vec<char> = "=+-@;,|\"'k0/.:".chars().collect();
    let drawn = |random: &mut fastrand::Rng| -> String {
        let long = random.usize(0..8);
        (0..long).map(|_| letters[random.usize(0..letters.len())]).collect()
    };
    let mut rows = Vec::new();
    for place in 0..2 * TEXTS.len() {
        let texts: Vec<String> = (0..4)
            .map(|column| match TEXTS.get(place) {
                Some(_) => TEXTS[(place + column) % TEXTS.len()].to_owned(),
                None => drawn(&mut random),
            })
            .collect();
        let day = LocalDay::from_ymd(2026, 1, 1).expect("a day").plus(random.i32(0..900));
        let at = TimeZone::Makassar.start_of(day).plus(random.i64(0..1_440) * 60_000);
        rows.push(vec![
            Cell::text(texts[0].as_str()),
            Cell::text(texts[1].as_str()),
            Cell::text(texts[2].as_str()),
            Cell::Number(random.i64(-9_999_999..9_999_999)),
            Cell::Number(random.i64(-99_999_999..99_999_999)),
            if place % 5 == 0 { Cell::Nothing } else { Cell::Number(random.i64(-100..100)) },
            Cell::At(at),
            Cell::Day(day),
            Cell::text(texts[3].as_str()),
        ]);
    }
    rows
}

/// What LibreOffice makes of a file. Its profile is the test's own.
fn converted(folder: &Path, name: &str, reading: Option<&str>, to: &str) -> String {
    let out = folder.join("out");
    let mut office = Command::new("soffice");
    office.arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display())).arg("--headless");
    office.args(reading.map(|filter| format!("--infilter={filter}")));
    office.args(["--convert-to", to, "--outdir"]).arg(&out).arg(folder.join(name)).env("LC_ALL", "C.UTF-8");
    let said = office.output().unwrap_or_else(|error| panic!("LibreOffice (`cargo xtask setup`): {error}"));
    let end = to.split(':').next().expect("an ending");
    let stem = name.split('.').next().expect("a stem");
    let made = std::fs::read_to_string(out.join(format!("{stem}.{end}")));
    made.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&said.stderr)))
}

/// Text in quotes and nothing else; fields are separated by tabs, and numbers are as they are shown.
const TYPED: &str = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,true,true";

/// The fields of that, each with whether it is text.
fn fields(csv: &str) -> Vec<Vec<(bool, String)>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut is_text, mut is_within) = (false, false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_within && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => (is_within, is_text) = (!is_within, true),
            '\t' | '\n' if !is_within => {
                row.push((std::mem::take(&mut is_text), std::mem::take(&mut field)));
                if letter == '\n' {
                    rows.push(std::mem::take(&mut row));
                }
            }
            letter => field.push(letter),
        }
    }
    rows
}

fn day(of: LocalDay) -> String {
    let (year, month, day) = of.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

#[test]
fn libreoffice_reads_a_workbook_with_its_types_and_computes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (layout, english) = (layout(Language::Id), layout(Language::En));
    let mut rows = rows();
    let most: Vec<Cell> =
        KINDS.iter().map(|kind| if *kind == Kind::Whole { Cell::Number(i64::MAX) } else { Cell::Nothing }).collect();
    rows.push(most);
    let mut workbook = List::begin("Pelanggan", &layout, folder.path()).expect("begun");
    rows.iter().for_each(|row| workbook.put(&layout, row).expect("written"));
    let bytes = workbook.finish("Keterangan", &["=cmd()".to_owned()]).expect("ended");
    std::fs::write(folder.path().join("list.xlsx"), bytes).expect("written");
    let read = fields(&converted(folder.path(), "list.xlsx", None, TYPED));
    let names: Vec<(bool, String)> = layout.columns.iter().map(|column| (true, column.name.clone())).collect();
    assert_eq!(read[0], names);
    let expected = |kind: Kind, cell: &Cell| match cell {
        Cell::Nothing => (false, String::new()),
        Cell::Text(text) => (true, text.clone()),
        // More than a floating number holds.
        Cell::Number(i64::MAX) => (true, i64::MAX.to_string()),
        Cell::Number(number) => {
            let kind = if kind == Kind::Rupiah { Kind::Whole } else { kind };
            (false, english.shown(kind, *number).replace('\u{2212}', "-"))
        }
        Cell::At(at) => (false, layout.instant(*at)),
        Cell::Day(of) => (false, day(*of)),
    };
    assert_eq!(read.len(), 1 + rows.len());
    for (row, seen) in rows.iter().zip(&read[1..]) {
        let wanted: Vec<(bool, String)> = KINDS.iter().zip(row).map(|(kind, cell)| expected(*kind, cell)).collect();
        assert_eq!(seen, &wanted);
    }
    let whole = converted(folder.path(), "list.xlsx", None, "fods");
    assert!(!whole.contains("table:formula") && !whole.contains("xlink:href=\"http"), "a formula or a link");
    assert!(whole.contains("table:name=\"Keterangan\""));
}

#[test]
fn libreoffice_reads_a_csv_with_its_types_and_computes_nothing_by_any_separator() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = rows();
    let without_marks = |text: &str| text.replace('\'', "");
    for (language, reading) in [(Language::Id, "CSV:59,34,76,1,,1057"), (Language::En, "CSV:44,34,76,1,,1033")] {
        let (layout, english) = (layout(language), layout(Language::En));
        let mut text = layout.csv_head();
        rows.iter().for_each(|row| text.push_str(&layout.csv_line(row)));
        std::fs::write(folder.path().join("list.csv"), &text).expect("written");
        let read = fields(&converted(folder.path(), "list.csv", Some(reading), TYPED));
        assert_eq!(read.len(), 1 + rows.len());
        for (row, seen) in rows.iter().zip(&read[1..]) {
            for ((kind, cell), (is_text, value)) in KINDS.iter().zip(row).zip(seen) {
                let at = |at: UtcMillis| format!("{}:00", layout.instant(at));
                let (wanted_text, wanted) = match cell {
                    Cell::Nothing => (false, String::new()),
                    Cell::Text(text) => (true, without_marks(text)),
                    Cell::Number(number) => (false, english.plain(*kind, *number)),
                    Cell::At(instant) => (false, at(*instant)),
                    Cell::Day(of) => (false, day(*of)),
                };
                let value = if *is_text { without_marks(value) } else { value.clone() };
                assert_eq!((*is_text, value), (wanted_text, wanted), "{language:?} {kind:?}: {cell:?}");
            }
        }
        for separator in [44, 59, 124, 9] {
            let whole = converted(folder.path(), "list.csv", Some(&format!("CSV:{separator},34,76,1")), "fods");
            assert!(!whole.contains("table:formula"), "{language:?}, separated by {separator}");
        }
    }
}

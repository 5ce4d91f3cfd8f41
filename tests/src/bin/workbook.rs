//! Writes a workbook of so many rows and prints how long it took and the most memory, for `bench reports workbook`: `workbook COUNT FILE`. A program of
//! its own, because that of the benchmarks holds the typesetter, the server and the client as well, which take memory before anything is written.
#![allow(clippy::print_stdout, reason = "a program on the command line")]

use domain::exports::{Cell, Kind};
use domain::people::Language;
use domain::reports::{Column, Head, Period, Report, ReportKind, Table};
use domain::sales::letterhead::Letterhead;
use domain::{LocalDay, TimeZone, UtcMillis};
use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;
use tests::memory::memory_mb;
use workbooks::Book;

/// The day of the first row: 25 November 2025.
const AT: UtcMillis = UtcMillis(1_764_054_300_000);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, file] = arguments.as_slice() else { return Err("workbook COUNT FILE".into()) };
    let count: u32 = count.parse()?;
    let started = Instant::now();
    workbook(count, Path::new(file))?;
    let seconds = started.elapsed().as_secs_f64();
    let peak_mb = memory_mb(std::process::id()).ok_or("the kernel does not tell the peak of memory")?;
    println!("{}", serde_json::json!({ "seconds": seconds, "made": count, "peak_mb": peak_mb }));
    Ok(())
}

/// Rows that come one by one, as they would from a query.
fn workbook(count: u32, file: &Path) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let head = Head {
        language: Language::Id,
        zone: TimeZone::Jakarta,
        utility: "Tirta Bening".into(),
        letterhead: Letterhead::default(),
        period: Period::month(TimeZone::Jakarta.day_of(AT).month()),
        as_of: AT,
        reach: None,
    };
    let kinds = [
        Kind::Code,
        Kind::Text,
        Kind::Text,
        Kind::Code,
        Kind::Day,
        Kind::Instant,
        Kind::Volume,
        Kind::Volume,
        Kind::Rupiah,
        Kind::Rupiah,
        Kind::Rupiah,
        Kind::Whole,
    ];
    let column = |(place, kind): (usize, &Kind)| {
        let name = format!("Kolom {place}");
        if matches!(kind, Kind::Volume | Kind::Rupiah) { Column::summed(name, *kind, 14) } else { Column::new(name, *kind, 14) }
    };
    let table = Table::new("Pemakaian", kinds.iter().enumerate().map(column).collect(), Vec::new());
    let mut book = Book::begin(&Report::new(ReportKind::UsageDetail, &head), folder.path())?;
    let mut rows = book.rows(&table)?;
    for number in 0..count {
        rows.put(&row(number))?;
    }
    book.add(rows)?;
    Ok(book.finish(BufWriter::new(File::create(file)?))?)
}

fn row(number: u32) -> [Cell; 12] {
    let (n, day) = (i64::from(number), LocalDay(TimeZone::Jakarta.day_of(AT).0 + (number % 300) as i32));
    [
        Cell::Text(format!("{number:06}")),
        Cell::Text(format!("Sari Lestari {}", number % 997)),
        Cell::Text(format!("Jl. Melati {}, Bandung", number % 311)),
        Cell::Text(format!("WM-2024-{number:06}")),
        Cell::Day(day),
        Cell::At(TimeZone::Jakarta.start_of(day).plus(n % 1_440 * 60_000)),
        Cell::Number(n * 1_007),
        Cell::Number(n * 2_003),
        Cell::Number(n * 7),
        Cell::Number(n * 11),
        Cell::Number(n * 13),
        Cell::Number(n % 31),
    ]
}

//! Our side: the crates that the app and the server write with, each time in a process of its own, so that its peak of memory is of this work
//! alone: `bench reports-worker receipts|detail COUNT FILE`, and the program `workbook`, which holds no more than what writes one.

use super::super::Outcome;
use super::Done;
use domain::people::Language;
use domain::reports::kinds::{DetailLine, UsageDetail, usage_detail};
use domain::reports::{Head, Period};
use domain::sales::letterhead::Letterhead;
use domain::sales::payment::Method;
use domain::sales::receipt::{Gift, Money, Paid, Receipt};
use domain::sales::voucher::Grant;
use domain::{Millilitres, Rupiah, TimeZone, UtcMillis};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use tests::memory::memory_mb;

/// When everything was paid: 25 November 2025, 14.05 in Jakarta.
const AT: UtcMillis = UtcMillis(1_764_054_300_000);

/// Has a worker make so many receipts, rows of a workbook, or lines of a report on paper, into a file.
pub fn run(work: &str, count: u32, file: &Path) -> Outcome<Done> {
    let mut worker = match work {
        "workbook" => Command::new(tests::world::program("workbook")),
        work => {
            let mut worker = Command::new(std::env::current_exe()?);
            worker.arg("reports-worker").arg(work);
            worker
        }
    };
    worker.arg(count.to_string()).arg(file);
    let output = worker.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{work} ended with {}", output.status).into());
    }
    let done: Done = serde_json::from_slice(&output.stdout)?;
    if done.made == count { Ok(done) } else { Err(format!("{work}: {} of {count}", done.made).into()) }
}

/// The worker's own program.
pub fn worker(arguments: &[String]) -> Outcome {
    let [work, count, file] = arguments else { return Err("bench reports-worker WORK COUNT FILE".into()) };
    let (count, file): (u32, &Path) = (count.parse()?, Path::new(file));
    let started = Instant::now();
    match work.as_str() {
        "receipts" => receipts(count, file)?,
        "detail" => detail(count, file)?,
        other => return Err(format!("there is no work {other}").into()),
    }
    let seconds = started.elapsed().as_secs_f64();
    let peak_mb = memory_mb(std::process::id()).ok_or("the kernel does not tell the peak of memory")?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&Done { seconds, made: count, peak_mb })?)?;
    Ok(())
}

/// One receipt after the other, each of another customer, order and amount; the last one is kept.
fn receipts(count: u32, file: &Path) -> Outcome {
    let granted = Grant { discount: Rupiah(10_000), bonus: Rupiah(3_000) };
    let mut receipt = Receipt {
        language: Language::Id,
        money: Money::Real,
        utility: "Tirta Bening".into(),
        letterhead: Letterhead::default(),
        number: String::new(),
        customer: ("Sari Lestari".into(), "0042".into()),
        connection: ("Rumah".into(), "Jl. Merdeka 1, Bandung".into()),
        meter: Some("WM-2024-001".into()),
        paid_at: AT,
        time_zone: TimeZone::Jakarta,
        paid: Paid::Gateway(Method::Qris, "IW-0190f2a8c5e17b3e9d4a6f1b2c3d4e5f".into()),
        amount: Rupiah(90_000),
        voucher: Some(Gift { code: "HEMAT10".parse()?, granted }),
        returned: Rupiah(0),
        returns: Vec::new(),
    };
    let mut pdf = Vec::new();
    for number in 0..count {
        receipt.number = format!("TB-{number:06}");
        receipt.customer = (format!("Sari Lestari {}", number % 997), format!("{number:06}"));
        receipt.connection.1 = format!("Jl. Merdeka {}, Bandung", number % 311);
        receipt.meter = Some(format!("WM-2024-{number:06}"));
        receipt.paid = Paid::Gateway(Method::Qris, format!("IW-{number:032x}"));
        receipt.amount = Rupiah(90_000 + i64::from(number % 500) * 1_000);
        pdf = ::reports::receipt(&receipt)?;
    }
    Ok(std::fs::write(file, pdf)?)
}

fn head() -> Head {
    Head {
        language: Language::Id,
        zone: TimeZone::Jakarta,
        utility: "Tirta Bening".into(),
        letterhead: Letterhead::default(),
        period: Period::month(TimeZone::Jakarta.day_of(AT).month()),
        as_of: AT,
        reach: None,
    }
}

/// A report of so many connections on paper.
fn detail(count: u32, file: &Path) -> Outcome {
    let line = |number: u32| DetailLine {
        zone: format!("Zona {}", number / 2_000),
        number: format!("{number:06}"),
        name: format!("Sari Lestari {}", number % 997),
        address: format!("Jl. Melati {}", number % 311),
        serial: format!("WM-2024-{number:06}"),
        registers: Some((Millilitres(1_000_000), Millilitres(1_000_000 + i64::from(number) * 1_007))),
        volume: Millilitres(i64::from(number) * 1_007),
        charged: Some(Rupiah(i64::from(number) * 7)),
    };
    let report = usage_detail(&head(), &UsageDetail { lines: (0..count).map(line).collect() });
    Ok(std::fs::write(file, ::reports::reports(&[report])?)?)
}

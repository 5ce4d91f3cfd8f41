//! A report from the rows of the cache: which days it is of, how far the cache reaches, and the kind's own rows.

use crate::alerts::words::Sentences;
use crate::error::Error;
use crate::queries;
use crate::queries::RevenueMemory;
use crate::queries::reports as rows;
use crate::queries::reports::Within;
use crate::reports::make::rows_of;
use crate::reports::{credit, fleet, revenue, technicians, usage, words};
use domain::people::Language;
use domain::reports::{Design, Head, Period, Report, ReportKind};
use domain::{LocalDay, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::ui::reports::{Filled, MOST_ON_PAPER};
use rusqlite::Connection;

/// What is to be filled.
pub struct Asked {
    /// The report, as it is kept.
    pub design: Design,
    /// Its language.
    pub language: Language,
    /// As of when the cache is.
    pub as_of: Option<UtcMillis>,
    /// The instant it is.
    pub now: UtcMillis,
}

/// What every kind is filled with.
pub struct Filling<'a> {
    /// The cache.
    pub db: &'a Connection,
    /// Words in the report's language.
    pub words: &'a Sentences,
    /// What the report is given besides its rows.
    pub head: Head,
    /// Of which part of the utility it is.
    pub within: Within,
    /// All days of what the report's days are a part of.
    pub whole: Period,
    /// The instant it is.
    pub now: UtcMillis,
}

/// Fills a report.
///
/// # Errors
/// A kind that no cache has rows of, or the cache cannot be read.
pub fn fill(db: &Connection, memory: &RevenueMemory, with: &Asked) -> Result<(Report, Filled), Error> {
    let (design, kind) = (&with.design, with.design.kind);
    let zone = queries::utility_zone(db)?;
    let today = zone.day_of(with.now);
    let whole = design.days.whole(today);
    let asked = match kind {
        kind if kind.is_of_the_moment() => Period::day(today),
        ReportKind::Revenue | ReportKind::Vouchers => begun(whole, design.days.period(today), queries::latest_day(db, with.now)?),
        _ => design.days.period(today),
    };
    let period = match kind {
        ReportKind::UsageComparison => over(asked.whole_months(), today),
        kind if kind.is_of_months() => asked.whole_months(),
        _ => asked,
    };
    let (utility, letterhead) = queries::letterhead(db)?;
    let known = Known::of(db, memory, kind)?;
    // Since the app was started without a network, the rows alone say how far they go.
    let as_of = with.as_of.or(known.newest);
    let reach = known.first.filter(|first| *first > period.first);
    let words = Sentences::of(with.language);
    let within = Within { zone: design.zone, class: design.class };
    let head = Head { language: with.language, zone, utility, letterhead, period, as_of: as_of.unwrap_or(with.now), reach };
    let filling = Filling { db, words: &words, head, within, whole, now: with.now };
    let mut report = match kind {
        ReportKind::Revenue => revenue::revenue(&filling, memory)?,
        ReportKind::Vouchers => revenue::vouchers(&filling, memory)?,
        ReportKind::UsageSummary => usage::summary(&filling)?,
        ReportKind::UsageDetail => usage::detail(&filling)?,
        ReportKind::UsageComparison => usage::comparison(&filling)?,
        ReportKind::DeviceStatus => fleet::meters(&filling)?,
        ReportKind::Alerts => fleet::cases(&filling)?,
        ReportKind::Receivables => credit::receivables(&filling)?,
        ReportKind::Technicians => technicians::technicians(&filling)?,
        ReportKind::CashBook | ReportKind::YearlyStatement | ReportKind::UsageLetter => {
            return Err(Problem::new(Code::BadRequest, "kind: this device has no rows of it").into());
        }
    };
    report.subtitle = subtitle(&filling)?;
    report.check().map_err(|error| Problem::new(Code::TooLarge, error.to_string()))?;
    let parts = report.parts();
    let pieces = design.pieces.clone().unwrap_or_else(|| report.pieces());
    if design.pieces.is_some() {
        report = report.arranged(&pieces);
    }
    let tables = report.tables().map(|table| table.title.clone()).collect();
    let rows = rows_of(&report);
    let filled = Filled { period, as_of, reach, parts, pieces, tables, rows, fits_paper: rows <= MOST_ON_PAPER };
    Ok((report, filled))
}

/// Some days of a whole, with the one that has begun in the east alone, where that is of the same whole: *Pendapatan* has its money as well.
fn begun(whole: Period, days: Period, latest: LocalDay) -> Period {
    Period { last: whole.last.min(days.last.max(latest)), ..days }
}

/// The months of a period that are over; all of them where none is.
fn over(months: Period, today: LocalDay) -> Period {
    let last = months.last.min(today.month().first_day().plus(-1));
    if last < months.first { months } else { Period { last, ..months } }
}

/// What the cache has of a kind.
#[derive(Default)]
struct Known {
    /// The first day; none where the kind is not of days.
    first: Option<LocalDay>,
    /// When the newest of its rows was written; none where rows do not say that.
    newest: Option<UtcMillis>,
}

impl Known {
    fn of(db: &Connection, memory: &RevenueMemory, kind: ReportKind) -> Result<Self, Error> {
        Ok(match kind {
            ReportKind::Revenue | ReportKind::Vouchers => {
                let days = memory.now(db)?;
                Self { first: days.first(), newest: days.newest() }
            }
            kind if kind.is_of_months() => Self { first: rows::first_month(db)?.map(|month| month.first_day()), newest: None },
            _ => Self::default(),
        })
    }
}

/// Of which part of the utility a report is.
fn subtitle(with: &Filling<'_>) -> Result<String, Error> {
    let zones = rows::zone_names(with.db)?;
    let zone = with.within.zone.and_then(|zone| zones.into_iter().find(|(id, _)| *id == zone)).map(|(_, name)| name);
    let class = with.within.class.map(|class| words::class(with.words, class));
    Ok(zone.into_iter().chain(class).collect::<Vec<_>>().join(" \u{b7} "))
}

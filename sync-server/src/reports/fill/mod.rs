//! A report from the server's own tables: those kinds that a schedule can make. Everything is read in one snapshot.

mod cases;
mod devices;
mod office;
mod receivables;
mod revenue;

use crate::alerts::words::sentence;
use crate::core::Db;
use crate::error::Error;
use crate::reports::rows::schedules::time_zone;
use crate::reports::rows::source;
use crate::reports::rows::source::Within;
use crate::sales::rows::utility;
use domain::billing::tariff::TariffClass;
use domain::people::Language;
use domain::reports::{Design, Head, Period, Report, ReportKind};
use domain::{LocalDay, UtcMillis};

/// What a report is filled by. Nothing else decides about it but the rows that there are.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    /// Key of the utility.
    pub utility: i64,
    /// The report.
    pub design: &'a Design,
    /// Its days.
    pub period: Period,
    /// Its language.
    pub language: Language,
    /// The instant up to which its rows are complete.
    pub at: UtcMillis,
}

/// What every kind is filled with.
pub struct Filling<'a> {
    /// The snapshot.
    pub db: &'a Db,
    /// What the report is given besides its rows.
    pub head: Head,
    /// Of which part of the utility it is.
    pub within: Within,
    /// The local day it is.
    pub today: LocalDay,
}

impl Filling<'_> {
    /// A sentence of the screens in the report's language.
    pub fn say(&self, key: &str) -> String {
        sentence(self.head.language, key, [])
    }

    /// What a class is called.
    pub fn class(&self, of: TariffClass) -> String {
        self.say(&format!("class-{}", of.as_str()))
    }
}

/// The days of a report that is made on a day: those of the moment, or those that its design names.
pub fn period_of(design: &Design, today: LocalDay) -> Period {
    if design.kind.is_of_the_moment() { Period::day(today) } else { design.days.period(today) }
}

/// Fills a report; none if it is of a kind that the server does not fill.
///
/// # Errors
/// The database.
pub fn fill(db: &Db, with: &Parameters<'_>) -> Result<Option<Report>, Error> {
    let Parameters { utility, design, period, language, at } = *with;
    let (zone, named) = (time_zone(db, utility)?, utility::named(db, utility)?);
    // The server has all there ever was: nothing is to be said of how far it reaches.
    let head = Head { language, zone, utility: named.name, letterhead: named.letterhead, period, as_of: at, reach: None };
    let within = Within { utility, zone: design.zone, class: design.class };
    let filling = Filling { db, head, within, today: zone.day_of(at) };
    let mut report = match design.kind {
        ReportKind::Revenue => revenue::revenue(&filling)?,
        ReportKind::Receivables => receivables::receivables(&filling)?,
        ReportKind::DeviceStatus => devices::meters(&filling)?,
        ReportKind::Alerts => cases::alerts(&filling)?,
        ReportKind::Vouchers => revenue::vouchers(&filling)?,
        ReportKind::CashBook => office::cash_book(&filling)?,
        ReportKind::Technicians => office::technicians(&filling)?,
        _ => return Ok(None),
    };
    report.subtitle = subtitle(&filling)?;
    Ok(Some(match &design.pieces {
        Some(pieces) => report.arranged(pieces),
        None => report,
    }))
}

/// Of which part of the utility a report is.
fn subtitle(with: &Filling<'_>) -> Result<String, Error> {
    let zones = source::zone_names(with.db, with.within.utility)?;
    let zone = with.within.zone.and_then(|zone| zones.into_iter().find(|(id, _)| *id == zone)).map(|(_, name)| name);
    let class = with.within.class.map(|class| with.class(class));
    Ok(zone.into_iter().chain(class).collect::<Vec<_>>().join(" \u{b7} "))
}

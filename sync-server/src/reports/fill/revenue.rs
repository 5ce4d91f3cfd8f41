//! Revenue, from the sums of days: the figures are those of *Pendapatan*, and of the same report on a device.

use crate::error::Error;
use crate::reports::fill::Filling;
use crate::reports::rows::source;
use crate::revenue;
use crate::revenue::rows::days;
use domain::reports::kinds::{BREAKDOWNS, BY_DAY, Breakdown, Revenue, RevenueLine, RevenueSums, Vouchers};
use domain::reports::{Period, Report, Step, kinds};
use domain::revenue::{DayRange, Dimension, Figures, Sums};
use domain::sales::payment::Method;
use domain::{LocalDay, Rupiah, ZoneId};

/// Revenue.
///
/// # Errors
/// The database.
pub fn revenue(with: &Filling<'_>) -> Result<Report, Error> {
    let (period, within) = (with.head.period, with.within);
    let range = DayRange { from: period.first, to: period.last.min(with.today) };
    let first = source::first_day(with.db, within.utility)?;
    let (step, cut) = if period.days() <= BY_DAY {
        (Step::Day, domain::revenue::Step::Day)
    } else {
        (Step::Month, domain::revenue::Step::Month)
    };
    let mut lines = Vec::new();
    for part in cut.parts(range) {
        lines.push(RevenueLine { first: part.from, sums: RevenueSums::of(&figures(with, part)?) });
    }
    let whole = figures(with, range)?;
    let before = period.compared(range.to).filter(|before| first.is_some_and(|first| first <= before.first));
    let earlier = before.map(|before| figures(with, range_of(before))).transpose()?.map(|sums| RevenueSums::of(&sums));
    let narrowed = within.zone.is_some() || within.class.is_some();
    let mut breakdowns = Vec::new();
    for by in BREAKDOWNS.into_iter().filter(|_| !narrowed) {
        breakdowns.push(breakdown(with, range, by)?);
    }
    let unearned = unearned(with, (first, range), whole.unearned_change)?;
    let of = Revenue { step, lines, whole: RevenueSums::of(&whole), before: earlier, unearned, breakdowns, top: Vec::new() };
    Ok(kinds::revenue(&with.head, &of))
}

/// Vouchers: what each campaign gave. Its first and last day are not among these sums, as on devices.
///
/// # Errors
/// The database.
pub fn vouchers(with: &Filling<'_>) -> Result<Report, Error> {
    let period = with.head.period;
    let range = DayRange { from: period.first, to: period.last.min(with.today) };
    let (by, utility) = (Dimension::Campaign, with.within.utility);
    let values = revenue::sums(with.db, utility, range, by)?.values(by);
    let words: Vec<String> = values.iter().filter_map(|(value, _)| value.clone()).collect();
    let names = days::names(with.db, utility, &words)?;
    Ok(kinds::vouchers(&with.head, &Vouchers::of(values, |value| names.get(value).cloned())))
}

const fn range_of(period: Period) -> DayRange {
    DayRange { from: period.first, to: period.last }
}

/// The figures of some days of a part of the utility, as the ledger has them.
fn figures(with: &Filling<'_>, range: DayRange) -> Result<Figures, Error> {
    let narrowed = match (with.within.zone, with.within.class) {
        (Some(zone), _) => Some((Dimension::Zone, zone.to_string())),
        (None, Some(class)) => Some((Dimension::Class, class.as_str().to_owned())),
        (None, None) => None,
    };
    let sums = |by| revenue::sums(with.db, with.within.utility, range, by);
    Ok(match narrowed {
        None => Figures::of(sums(Dimension::All)?.whole()),
        Some((by, value)) => sums(by)?.part(by, &value).map(Figures::of).unwrap_or_default(),
    })
}

/// What was owed as water before some days and after them: the sum of all changes since the first day.
fn unearned(with: &Filling<'_>, (first, range): (Option<LocalDay>, DayRange), change: Rupiah) -> Result<(Rupiah, Rupiah), Error> {
    let until = DayRange { from: first.unwrap_or(range.from), to: range.from.plus(-1) };
    let begun = if until.from <= until.to { figures(with, until)?.unearned_change } else { Rupiah(0) };
    Ok((begun, Rupiah(begun.0 + change.0)))
}

fn breakdown(with: &Filling<'_>, range: DayRange, by: Dimension) -> Result<Breakdown, Error> {
    let values = revenue::sums(with.db, with.within.utility, range, by)?.values(by);
    let words: Vec<String> = values.iter().filter_map(|(value, _)| value.clone()).collect();
    let zones = source::zone_names(with.db, with.within.utility)?;
    let people = days::names(with.db, with.within.utility, &words)?;
    let name = |value: Option<&str>| match (by, value) {
        // Charges have no way to pay, and the gateway no cashier.
        (_, None) => with.say("report-by-other"),
        (Dimension::Method, Some(value)) => method(with, value),
        (Dimension::Class, Some(value)) => with.say(&format!("class-{value}")),
        (Dimension::Zone, Some(value)) => zone_name(&zones, value),
        (_, Some(value)) => people.get(value).cloned().unwrap_or_else(|| value.to_owned()),
    };
    let part = |(value, of): (Option<String>, Sums)| (name(value.as_deref()), RevenueSums::of(&Figures::of(&of)));
    let mut parts: Vec<(String, RevenueSums)> = values.into_iter().map(part).collect();
    parts.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.received().0));
    Ok(Breakdown { by: with.say(&format!("report-by-{}", by.as_str())), parts })
}

fn zone_name(zones: &[(ZoneId, String)], value: &str) -> String {
    let zone = zones.iter().find(|(id, _)| id.to_string() == value);
    zone.map_or_else(|| value.to_owned(), |(_, name)| name.clone())
}

/// A way to pay, by its word: cash, or one of the gateway's.
fn method(with: &Filling<'_>, word: &str) -> String {
    match Method::try_from(word.to_owned()) {
        Ok(Method::VirtualAccount(bank)) => {
            crate::alerts::words::sentence(with.head.language, "pay-va", [("bank", bank.name().into())])
        }
        Ok(Method::Qris) => "QRIS".into(),
        Ok(Method::Gopay) => "GoPay".into(),
        Ok(Method::Page) => with.say("pay-page"),
        Err(_) if word == "cash" => with.say("pay-cash"),
        Err(_) => word.to_owned(),
    }
}

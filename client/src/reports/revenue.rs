//! Revenue and vouchers, from the days of revenue: the figures are those of *Pendapatan*.

use crate::error::Error;
use crate::queries;
use crate::queries::reports as rows;
use crate::queries::reports::Within;
use crate::queries::{Days, RevenueMemory};
use crate::reports::fill::Filling;
use crate::reports::words;
use domain::reports::kinds::{BREAKDOWNS, BY_DAY, Breakdown, Revenue, RevenueLine, RevenueSums, Vouchers};
use domain::reports::{Period, Report, Step, kinds};
use domain::revenue::{DayRange, Dimension, Figures, Sums};
use domain::{LocalDay, Rupiah, ZoneId};

/// Revenue.
pub fn revenue(with: &Filling<'_>, memory: &RevenueMemory) -> Result<Report, Error> {
    let names = rows::zone_names(with.db)?;
    let mut days = memory.now(with.db)?;
    let (period, within) = (with.head.period, with.within);
    let range = so_far(with)?;
    let first = days.first();
    // Only what this device holds all days of.
    let before = with.whole.compared(range.to).filter(|before| first.is_some_and(|first| first <= before.first));
    let (step, cut) = if period.days() <= BY_DAY {
        (Step::Day, domain::revenue::Step::Day)
    } else {
        (Step::Month, domain::revenue::Step::Month)
    };
    let line = |part: DayRange| RevenueLine { first: part.from, sums: figures(&mut days, part, within).1 };
    let lines = cut.parts(range).into_iter().map(line).collect();
    let (whole, sums) = figures(&mut days, range, within);
    let earlier = before.map(|before| figures(&mut days, range_of(before), within).1);
    let unearned = unearned(&mut days, (first, range), within, whole.unearned_change);
    let narrowed = within.zone.is_some() || within.class.is_some();
    let breakdowns =
        if narrowed { Vec::new() } else { BREAKDOWNS.map(|by| breakdown(with, &mut days, (range, by), &names)).into() };
    let of = Revenue { step, lines, whole: sums, before: earlier, unearned, breakdowns, top: Vec::new() };
    Ok(kinds::revenue(&with.head, &of))
}

/// Vouchers: what each campaign gave. Its first and last day are not among these rows.
pub fn vouchers(with: &Filling<'_>, memory: &RevenueMemory) -> Result<Report, Error> {
    let mut days = memory.now(with.db)?;
    let sums = days.of(so_far(with)?, &[Dimension::Campaign]);
    let of = Vouchers::of(sums.values(Dimension::Campaign), |value| days.name(value).cloned());
    Ok(kinds::vouchers(&with.head, &of))
}

const fn range_of(period: Period) -> DayRange {
    DayRange { from: period.first, to: period.last }
}

/// The days of the report's period that have begun somewhere in the utility, as *Pendapatan* has them.
fn so_far(with: &Filling<'_>) -> Result<DayRange, Error> {
    let period = with.head.period;
    Ok(DayRange { from: period.first, to: period.last.min(queries::latest_day(with.db, with.now)?) })
}

/// The figures of some days of a part of the utility, as the ledger has them and as a report does.
fn figures(days: &mut Days, range: DayRange, within: Within) -> (Figures, RevenueSums) {
    let narrowed = match (within.zone, within.class) {
        (Some(zone), _) => Some((Dimension::Zone, zone.to_string())),
        (None, Some(class)) => Some((Dimension::Class, class.as_str().to_owned())),
        (None, None) => None,
    };
    let figures = match narrowed {
        None => Figures::of(days.of(range, &[]).whole()),
        Some((by, value)) => days.of(range, &[by]).part(by, &value).map(Figures::of).unwrap_or_default(),
    };
    (figures, RevenueSums::of(&figures))
}

/// What was owed as water before some days and after them: the sum of all changes since the first day.
fn unearned(days: &mut Days, (first, range): (Option<LocalDay>, DayRange), within: Within, change: Rupiah) -> (Rupiah, Rupiah) {
    let until = DayRange { from: first.unwrap_or(range.from), to: range.from.plus(-1) };
    let begun = if until.days() > 0 { figures(days, until, within).0.unearned_change } else { Rupiah(0) };
    (begun, Rupiah(begun.0 + change.0))
}

fn breakdown(with: &Filling<'_>, days: &mut Days, (range, by): (DayRange, Dimension), zones: &[(ZoneId, String)]) -> Breakdown {
    let sums = days.of(range, &[by]);
    let name = |value: Option<&str>| match value {
        // Charges have no way to pay, and the gateway no cashier.
        None => with.words.say("report-by-other", []),
        Some(value) => match by {
            Dimension::Method => words::method(with.words, value),
            Dimension::Class => with.words.say(&format!("class-{value}"), []),
            Dimension::Zone => {
                let zone = zones.iter().find(|(id, _)| id.to_string() == value);
                zone.map_or_else(|| value.to_owned(), |(_, name)| name.clone())
            }
            _ => days.name(value).cloned().unwrap_or_else(|| value.to_owned()),
        },
    };
    let part = |(value, of): (Option<String>, Sums)| (name(value.as_deref()), RevenueSums::of(&Figures::of(&of)));
    let mut parts: Vec<(String, RevenueSums)> = sums.values(by).into_iter().map(part).collect();
    parts.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.received().0));
    Breakdown { by: words::dimension(with.words, by), parts }
}

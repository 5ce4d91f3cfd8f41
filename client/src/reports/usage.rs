//! Use by whole months, which an admin's device holds of each connection.

use crate::error::Error;
use crate::queries::reports as rows;
use crate::queries::reports::Supplied;
use crate::reports::fill::Filling;
use crate::reports::words;
use domain::billing::tariff::TariffClass;
use domain::reports::kinds::{ComparisonLine, DetailLine, SummaryLine, UsageComparison, UsageDetail, UsageSummary};
use domain::reports::{Period, Report, Step, kinds};
use domain::{ConnectionId, LocalDay, LocalMonth, Millilitres};
use std::collections::{BTreeMap, HashMap};

/// What each connection used, month by month.
type Used = HashMap<ConnectionId, Vec<(LocalMonth, Millilitres)>>;

fn used_in(with: &Filling<'_>, period: Period) -> Result<Used, Error> {
    rows::months_used(with.db, (period.first.month(), period.last.month()))
}

/// All of a connection's use; none where no use was measured.
fn sum(used: &Used, connection: ConnectionId) -> Option<Millilitres> {
    let months = used.get(&connection)?;
    Some(Millilitres(months.iter().map(|(_, volume)| volume.0).sum()))
}

/// Use by zone and class.
pub fn summary(with: &Filling<'_>) -> Result<Report, Error> {
    let (supplied, used) = (rows::supplied(with.db, with.within)?, used_in(with, with.head.period)?);
    let mut lines: Vec<SummaryLine> = Vec::new();
    // By zone and class, in the order in which zones come.
    let mut places: HashMap<(String, TariffClass), usize> = HashMap::new();
    for of in &supplied {
        let place = *places.entry((of.zone.clone(), of.class)).or_insert_with(|| {
            let class = words::class(with.words, of.class);
            lines.push(SummaryLine { zone: of.zone.clone(), class, connections: 0, volume: Millilitres(0), charged: None });
            lines.len() - 1
        });
        let line = &mut lines[place];
        line.connections += 1;
        line.volume = Millilitres(line.volume.0 + sum(&used, of.connection).unwrap_or_default().0);
    }
    let over_time = over_time(with.head.period, &supplied, &used);
    let before = before(with, &supplied)?;
    let of = UsageSummary { lines, step: Step::Month, over_time, before };
    Ok(kinds::usage_summary(&with.head, &of))
}

/// The use of each month; nothing where nothing was measured.
fn over_time(period: Period, supplied: &[Supplied], used: &Used) -> Vec<(LocalDay, Option<Millilitres>)> {
    let mut months: BTreeMap<i32, Option<i64>> = (period.first.month().0..=period.last.month().0).map(|of| (of, None)).collect();
    for (month, volume) in supplied.iter().filter_map(|of| used.get(&of.connection)).flatten() {
        if let Some(sum) = months.get_mut(&month.0) {
            *sum = Some(sum.unwrap_or_default() + volume.0);
        }
    }
    months.into_iter().map(|(month, volume)| (LocalMonth(month).first_day(), volume.map(Millilitres))).collect()
}

/// The use of an equal stretch before; none where this device does not hold all of it, and of months that go on: they are whole months, with
/// which no part of one is compared.
fn before(with: &Filling<'_>, supplied: &[Supplied]) -> Result<Option<Millilitres>, Error> {
    let (period, today) = (with.head.period, with.head.zone.day_of(with.now));
    if today <= period.last {
        return Ok(None);
    }
    let earlier = period.before();
    let is_held = rows::first_month(with.db)?.is_some_and(|first| first <= earlier.first.month());
    if !is_held {
        return Ok(None);
    }
    let used = used_in(with, earlier)?;
    Ok(Some(Millilitres(supplied.iter().filter_map(|of| sum(&used, of.connection)).map(|volume| volume.0).sum())))
}

/// The use of each connection.
pub fn detail(with: &Filling<'_>) -> Result<Report, Error> {
    let used = used_in(with, with.head.period)?;
    let line = |of: Supplied| DetailLine {
        volume: sum(&used, of.connection).unwrap_or_default(),
        zone: of.zone,
        number: of.number,
        name: of.name,
        address: of.address,
        serial: of.serial,
        registers: None,
        charged: None,
    };
    let lines = rows::supplied(with.db, with.within)?.into_iter().map(line).collect();
    Ok(kinds::usage_detail(&with.head, &UsageDetail { lines }))
}

/// The use of each connection beside an equal part of an earlier stretch; beside nothing in a month that goes on, of which only the sum is held.
pub fn comparison(with: &Filling<'_>) -> Result<Report, Error> {
    let (period, today) = (with.head.period, with.head.zone.day_of(with.now));
    let earlier = with.whole.whole_months().compared(period.last).filter(|_| period.last < today).map(Period::whole_months);
    let used = used_in(with, period)?;
    let used_before = earlier.map(|earlier| used_in(with, earlier)).transpose()?.unwrap_or_default();
    let line = |of: Supplied| ComparisonLine {
        now: sum(&used, of.connection).unwrap_or_default(),
        before: sum(&used_before, of.connection),
        zone: of.zone,
        number: of.number,
        name: of.name,
    };
    let lines = rows::supplied(with.db, with.within)?.into_iter().map(line).collect();
    let of = UsageComparison { earlier: earlier.map(|earlier| earlier.text(with.head.language)), lines };
    Ok(kinds::usage_comparison(&with.head, &of))
}

//! Bandingkan: two windows of a connection's days beside each other, where its use is going, and what its month will come to.

use crate::error::Error;
use crate::queries::usage::neighbours;
use crate::queries::{Supply, charged, choose, days, supplies};
use domain::billing::charging::day_costs;
use domain::billing::tariff::{DayVolume, TariffVersion, month_charge};
use domain::metering::compare::calendars::Calendar;
use domain::metering::compare::forecast::{MonthForecast, PAST_DAYS, PastDay, month_end};
use domain::metering::compare::trend::trend;
use domain::metering::compare::{
    CalendarEffect, Compared, DayKind, DayValue, Lined, Pair, Side, Window, around, effect, equal_parts, weekdays,
};
use domain::{ConnectionId, LocalDay, LocalMonth, Millilitres, Rupiah, UtcMillis};
use protocol::sync::rows::UsageDay;
use protocol::ui::{CalendarDays, ComparedBar, ComparedDays, Comparing, ComparisonQuery, UsageComparison, UsageForecast};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Pairs of days that are bars of their own: two months. More are shown by month.
const MOST_BARS: usize = 62;

/// Two windows with every part named.
struct Asked {
    comparing: Comparing,
    a: Window,
    b: Window,
    by: Lined,
}

impl Asked {
    /// Names what is not named by the last day that is over.
    fn new(query: ComparisonQuery, over: LocalDay) -> Option<Self> {
        let comparing = match query.comparing {
            Comparing::Months { month } => Comparing::Months { month: Some(month.unwrap_or(over.month())) },
            Comparing::MonthsOfYears { month } => Comparing::MonthsOfYears { month: Some(month.unwrap_or(over.month())) },
            Comparing::Weeks { end } => Comparing::Weeks { end: Some(end.unwrap_or(over)) },
            Comparing::Years { year } => Comparing::Years { year: Some(year.unwrap_or(over.ymd().0)) },
            ranges @ Comparing::Ranges { .. } => ranges,
        };
        let (a, b) = match comparing {
            Comparing::Months { month } => month.map(|month| (Window::month(month), Window::month(LocalMonth(month.0 - 1))))?,
            Comparing::MonthsOfYears { month } => {
                month.map(|month| (Window::month(month), Window::month(LocalMonth(month.0 - 12))))?
            }
            Comparing::Weeks { end } => end.map(|end| (Window::week(end), Window::week(end.plus(-7))))?,
            Comparing::Years { year } => year.map(|year| (Window::year(year), Window::year(year.saturating_sub(1))))?,
            Comparing::Ranges { a, b } => (Window::new(a.first, a.last)?, Window::new(b.first, b.last)?),
        };
        let by = match comparing {
            Comparing::Years { .. } => Lined::Date,
            _ if query.by_weekday => Lined::Weekday,
            _ => Lined::Place,
        };
        Some(Self { comparing, a, b, by })
    }

    /// The days beside each other, with those that the shorter side leaves without another.
    fn compared(&self, db: &Connection, supply: &Supply, over: LocalDay) -> Result<Option<(Compared, Option<Window>)>, Error> {
        let Some((a, b)) = equal_parts(self.a, self.b, over, self.by) else { return Ok(None) };
        let connection = supply.place.connection;
        let prices = charged::prices(db, connection)?;
        let mut values = values_of(db, connection, &prices, a)?;
        values.extend(values_of(db, connection, &prices, b)?);
        let compared = Compared::of(a, b, self.by, |day| values.get(&day).copied().unwrap_or_default());
        let behind = |asked: Window, part: Window| Window::new(part.last.plus(1), asked.last.min(over));
        Ok(Some((compared, behind(self.a, a).or(behind(self.b, b)))))
    }
}

/// Bandingkan. Costs the days of both windows and of twelve weeks, of one connection, and of a calendar's period where one is named.
///
/// # Errors
/// The cache cannot be read.
pub fn comparison(db: &Connection, query: ComparisonQuery, now: UtcMillis) -> Result<Option<UsageComparison>, Error> {
    let all = supplies(db)?;
    let Some(supply) = choose(db, &all, query.connection)? else { return Ok(None) };
    let today = supply.place.time_zone.day_of(now);
    let over = today.plus(-1);
    let asked = Asked::new(query, over);
    let compared = match &asked {
        Some(asked) => asked.compared(db, supply, over)?,
        None => None,
    };
    let past = days(db, supply.place.connection, today.0 - PAST_DAYS, today.0)?;
    let measured = measured(&past, over);
    Ok(Some(UsageComparison {
        place: supply.place.clone(),
        comparing: asked.map_or(query.comparing, |asked| asked.comparing),
        over,
        compared: compared.map(|(compared, rest)| view(db, supply, over, &compared, rest)).transpose()?.map(Box::new),
        trend: trend(&measured, over),
        weekdays: weekdays(&measured),
        forecast: forecast(db, supply, &past, today)?,
        neighbours: neighbours::newest(db, supply.place.connection, over.month())?,
    }))
}

/// The pairs of days of a comparison, for a file.
///
/// # Errors
/// The cache cannot be read.
pub fn comparison_rows(db: &Connection, query: ComparisonQuery, now: UtcMillis) -> Result<Vec<Pair>, Error> {
    let all = supplies(db)?;
    let Some(supply) = choose(db, &all, query.connection)? else { return Ok(Vec::new()) };
    let over = supply.place.time_zone.day_of(now).plus(-1);
    let Some(asked) = Asked::new(query, over) else { return Ok(Vec::new()) };
    Ok(asked.compared(db, supply, over)?.map_or_else(Vec::new, |(compared, _)| compared.pairs))
}

/// What each day of a window used and cost. A month is charged from its first day on.
fn values_of(
    db: &Connection,
    connection: ConnectionId,
    prices: &[TariffVersion],
    window: Window,
) -> Result<BTreeMap<LocalDay, DayValue>, Error> {
    let rows = days(db, connection, window.first.month().first_day().0, window.last.0)?;
    let volumes: Vec<DayVolume> = rows.iter().map(|row| DayVolume { day: row.day, volume: row.volume }).collect();
    let of_month = |month: &[DayVolume]| day_costs(prices, month);
    let costs: Vec<(LocalDay, Rupiah)> = volumes.chunk_by(|a, b| a.day.month() == b.day.month()).flat_map(of_month).collect();
    let value = |(row, (_, cost)): (&UsageDay, (LocalDay, Rupiah))| {
        let cost = (!prices.is_empty()).then_some(cost);
        (row.day, DayValue { volume: row.volume, cost, kind: kind(row) })
    };
    Ok(rows.iter().zip(costs).map(value).collect())
}

fn kind(row: &UsageDay) -> DayKind {
    DayKind::of(row.covered_ms, !row.hours.is_empty())
}

/// The measured days up to one.
fn measured(rows: &[UsageDay], last: LocalDay) -> Vec<(LocalDay, Millilitres)> {
    rows.iter().filter(|row| row.day <= last && kind(row).is_complete()).map(|row| (row.day, row.volume)).collect()
}

fn view(
    db: &Connection,
    supply: &Supply,
    over: LocalDay,
    compared: &Compared,
    rest: Option<Window>,
) -> Result<ComparedDays, Error> {
    let by_month = compared.pairs.len() > MOST_BARS;
    Ok(ComparedDays {
        a: compared.a,
        b: compared.b,
        counted: compared.counted(),
        left_out: compared.left_out,
        rest,
        change: compared.change(),
        cost_change: compared.cost_change(),
        bars: if by_month { months(&compared.pairs) } else { compared.pairs.iter().map(bar).collect() },
        by_month,
        calendars: calendars(db, supply.place.connection, over, (compared.a, compared.b))?,
    })
}

fn bar(pair: &Pair) -> ComparedBar {
    let ((a, now), (b, before)) = (pair.a, pair.b);
    let volume = |value: DayValue| (value.kind != DayKind::Missing).then_some(value.volume.0);
    let cost = |value: DayValue| value.cost.filter(|_| value.kind != DayKind::Missing);
    ComparedBar {
        a,
        b,
        volume: volume(now),
        before: volume(before),
        cost: cost(now),
        cost_before: cost(before),
        kind: now.kind,
        kind_before: before.kind,
    }
}

/// The same by months of the first side, of the days that count.
fn months(pairs: &[Pair]) -> Vec<ComparedBar> {
    let of_month = |pairs: &[Pair]| {
        let counted: Vec<&Pair> = pairs.iter().filter(|pair| pair.counts()).collect();
        let is_known = !counted.is_empty();
        let volume = |of: fn(&Pair) -> DayValue| is_known.then(|| counted.iter().map(|pair| of(pair).volume.0).sum::<i64>());
        let cost = |of: fn(&Pair) -> DayValue| -> Option<Rupiah> {
            let costs: Option<Vec<i64>> = counted.iter().map(|pair| Some(of(pair).cost?.0)).collect();
            costs.filter(|_| is_known).map(|costs| Rupiah(costs.iter().sum()))
        };
        let kind = if is_known { DayKind::Hourly } else { DayKind::Missing };
        let first = pairs.first()?;
        Some(ComparedBar {
            a: first.a.0,
            b: first.b.0,
            volume: volume(|pair| pair.a.1),
            before: volume(|pair| pair.b.1),
            cost: cost(|pair| pair.a.1),
            cost_before: cost(|pair| pair.b.1),
            kind,
            kind_before: kind,
        })
    };
    pairs.chunk_by(|one, next| one.a.0.month() == next.a.0.month()).filter_map(of_month).collect()
}

/// The calendars of which one side has more days, and what their last period did.
fn calendars(
    db: &Connection,
    connection: ConnectionId,
    over: LocalDay,
    (a, b): (Side, Side),
) -> Result<Vec<CalendarDays>, Error> {
    let mut found = Vec::new();
    for calendar in Calendar::ALL {
        let (in_a, in_b) = (calendar.days_in(a.window), calendar.days_in(b.window));
        if in_a != in_b {
            found.push(CalendarDays { calendar, a: in_a, b: in_b, effect: last_effect(db, connection, over, calendar)? });
        }
    }
    Ok(found)
}

/// What the last period of a calendar that is over did.
fn last_effect(
    db: &Connection,
    connection: ConnectionId,
    over: LocalDay,
    calendar: Calendar,
) -> Result<Option<CalendarEffect>, Error> {
    let Some(period) = calendar.periods().filter(|period| period.window.last <= over).last() else { return Ok(None) };
    let (first, last) = around(period.window);
    let rows = days(db, connection, first.0, last.0)?;
    Ok(effect(period.window, &measured(&rows, over)))
}

/// What this month will come to, and cost. Costs the rows of twelve weeks.
pub(super) fn forecast_of(db: &Connection, supply: &Supply, today: LocalDay) -> Result<Option<UsageForecast>, Error> {
    let past = days(db, supply.place.connection, today.0 - PAST_DAYS, today.0)?;
    forecast(db, supply, &past, today)
}

/// What this month will come to by the rows of twelve weeks and of today: on every page the same.
pub(in crate::queries) fn month_ahead(past: &[UsageDay], today: LocalDay) -> Option<MonthForecast> {
    let used_today = past.iter().filter(|row| row.day == today).map(|row| row.volume).sum();
    month_end(&past_days(past, today), today, used_today)
}

fn past_days(rows: &[UsageDay], today: LocalDay) -> Vec<PastDay> {
    let past = rows.iter().filter(|row| row.day < today);
    past.map(|row| PastDay { day: row.day, volume: row.volume, is_complete: kind(row).is_complete() }).collect()
}

fn forecast(db: &Connection, supply: &Supply, past: &[UsageDay], today: LocalDay) -> Result<Option<UsageForecast>, Error> {
    let Some(volume) = month_ahead(past, today) else { return Ok(None) };
    let prices = charged::prices(db, supply.place.connection)?;
    let cost = (!prices.is_empty()).then(|| costs_of(&prices, &past_days(past, today), today.month(), &volume));
    Ok(Some(UsageForecast { month: today.month(), volume, cost }))
}

/// What a month costs that comes to what is expected, to the low and to the high end of the band.
fn costs_of(prices: &[TariffVersion], known: &[PastDay], month: LocalMonth, forecast: &MonthForecast) -> [Rupiah; 3] {
    let so_far = known.iter().filter(|day| day.day.month() == month).map(|day| DayVolume { day: day.day, volume: day.volume });
    let so_far: Vec<DayVolume> = so_far.collect();
    [forecast.volume, forecast.low, forecast.high].map(|end| {
        let ahead = forecast.ahead.iter().map(|(day, volume)| DayVolume { day: *day, volume: forecast.share(*volume, end) });
        month_charge(prices, &so_far.iter().copied().chain(ahead).collect::<Vec<_>>()).total()
    })
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;

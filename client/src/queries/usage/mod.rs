//! Pemakaian: the bars of a stretch, beside those of the stretch before, over equal parts of both.

pub mod comparison;
mod costs;
mod marks;
mod neighbours;
mod parts;
pub mod usual;

use crate::error::Error;
use crate::queries::usage::costs::Costs;
use crate::queries::usage::parts::{EqualPart, Part, by_day, by_month, hours};
use crate::queries::{Supply, charged, choose, day, supplies};
use domain::{ConnectionId, LocalDay, LocalMonth, Millilitres, Rupiah, TimeZone, UtcMillis};
use protocol::ui::{Bar, Money, Neighbours, Span, Usage};
use rusqlite::Connection;

/// A stretch with every part named.
#[derive(Clone, Copy)]
enum Stretch {
    Day(LocalDay),
    Week(LocalDay),
    Month(LocalMonth),
    Year(i16),
}

impl Stretch {
    fn new(span: Span, today: LocalDay) -> Self {
        match span {
            Span::Day { day } => Self::Day(day.unwrap_or(today)),
            Span::Week { end } => Self::Week(end.unwrap_or(today)),
            Span::Month { month } => Self::Month(month.unwrap_or(today.month())),
            Span::Year { year } => Self::Year(year.unwrap_or(today.ymd().0)),
        }
    }

    fn to_span(self) -> Span {
        match self {
            Self::Day(day) => Span::Day { day: Some(day) },
            Self::Week(end) => Span::Week { end: Some(end) },
            Self::Month(month) => Span::Month { month: Some(month) },
            Self::Year(year) => Span::Year { year: Some(year) },
        }
    }

    fn moved(self, by: i32) -> Self {
        match self {
            Self::Day(day) => Self::Day(day.plus(by)),
            Self::Week(end) => Self::Week(end.plus(7 * by)),
            Self::Month(month) => Self::Month(LocalMonth(month.0 + by)),
            Self::Year(year) => Self::Year(year + by as i16),
        }
    }

    /// First and last day.
    fn bounds(self) -> (LocalDay, LocalDay) {
        match self {
            Self::Day(day) => (day, day),
            Self::Week(end) => (end.plus(-6), end),
            Self::Month(month) => (month.first_day(), month.first_day().plus(month.days() - 1)),
            Self::Year(year) => {
                let first = LocalMonth(i32::from(year) * 12);
                (first.first_day(), LocalMonth(first.0 + 12).first_day().plus(-1))
            }
        }
    }

    fn parts(self, db: &Connection, connection: ConnectionId) -> Result<Vec<Part>, Error> {
        match self {
            Self::Day(at) => hours(db, connection, at),
            Self::Week(_) | Self::Month(_) => {
                let (from, to) = self.bounds();
                by_day(db, connection, from, to)
            }
            Self::Year(year) => by_month(db, connection, year),
        }
    }
}

/// Pemakaian. Costs the rows of two stretches of one connection: 62 days at most, and for a year those of two months more.
///
/// # Errors
/// The cache cannot be read.
pub fn usage(db: &Connection, wanted: Option<ConnectionId>, span: Span, now: UtcMillis) -> Result<Option<Usage>, Error> {
    let all = supplies(db)?;
    let Some(supply) = choose(db, &all, wanted)? else { return Ok(None) };
    let (zone, connection) = (supply.place.time_zone, supply.place.connection);
    let today = zone.day_of(now);
    let stretch = Stretch::new(span, today);
    let (parts, earlier) = (stretch.parts(db, connection)?, stretch.moved(-1).parts(db, connection)?);
    let until = known_until(supply, now);
    let (passed, known) = (elapsed(stretch, &parts, zone, now), elapsed(stretch, &parts, zone, until));
    let (unpaired, behind) = days_behind(&parts, &earlier);
    let paired_ms: i64 = parts.iter().take(earlier.len()).map(|part| part.length_ms).sum();
    let ends = zone.start_of(stretch.bounds().0).plus(paired_ms);
    let (oldest, newest) = extent(db, connection)?;
    let reaches = |other: Stretch| {
        let (from, to) = other.bounds();
        oldest.zip(newest).is_some_and(|(oldest, newest)| from <= newest && to >= oldest)
    };
    // A day's own sum: what was shared out over a gap is in it and in none of its hours.
    let total = match stretch {
        Stretch::Day(at) => day(db, connection, at.0)?.map_or(Millilitres::ZERO, |row| row.volume),
        _ => Millilitres(parts.iter().filter_map(|part| part.volume).sum()),
    };
    let passed_ms: i64 = passed.iter().sum();
    let covered_ms: i64 = parts.iter().map(|part| part.covered_ms).sum();
    let equal = parts::equal(db, connection, (&earlier, &parts, &known))?;
    let costs = Costs::of(db, connection, stretch, &parts)?;
    let earlier_costs = Costs::of(db, connection, stretch.moved(-1), &earlier)?;
    let money = costs.map(|costs| Money {
        total: costs.total(),
        fee: costs.fee,
        before: earlier_costs.as_ref().zip(equal.as_ref()).and_then(|(earlier, equal)| equal_cost(earlier, equal)),
        bars: costs.bars,
        bars_before: earlier_costs.map(|earlier| earlier.bars).unwrap_or_default(),
    });
    let usual = match stretch {
        Stretch::Day(day) => Some(usual::of_day(db, supply, day, now)?),
        _ => None,
    };
    let is_this_month = matches!(stretch, Stretch::Month(month) if month == today.month());
    let (from, to) = stretch.bounds();
    let basis = if (from..=to).contains(&today) { charged::basis(db, &supply.place, now)? } else { None };
    Ok(Some(Usage {
        place: supply.place.clone(),
        places: all.iter().map(|supply| supply.place.clone()).collect(),
        span: stretch.to_span(),
        bars: bars(&parts, &earlier, &passed),
        total,
        total_before: equal.map(|equal| Millilitres(equal.iter().map(|part| part.used).sum())),
        behind,
        unpaired,
        compared_until: (until < ends).then_some(until),
        coverage: percent(covered_ms, passed_ms),
        previous: Some(stretch.moved(-1)).filter(|other| reaches(*other)).map(Stretch::to_span),
        next: Some(stretch.moved(1)).filter(|other| reaches(*other)).map(Stretch::to_span),
        usual,
        money,
        block: basis.and_then(|basis| basis.block),
        month: today.month(),
        neighbours: neighbours_of(db, connection, stretch)?,
        forecast: if is_this_month { comparison::forecast_of(db, supply, today)? } else { None },
        marks: marks::marks(db, supply, stretch, oldest)?,
    }))
}

/// What a connection used in a month so far.
pub(in crate::queries) struct MonthSoFar {
    /// All of it.
    pub used: Millilitres,
    /// What of that was used on days that the month before has not.
    pub behind: Millilitres,
    /// Used in the equal part of the month before; `None` if that was not measured.
    pub before: Option<Millilitres>,
}

/// What a connection used this month, and in the equal part of the month before. Costs the rows of both.
///
/// # Errors
/// The cache cannot be read.
pub(in crate::queries) fn month_so_far(db: &Connection, supply: &Supply, now: UtcMillis) -> Result<MonthSoFar, Error> {
    let (zone, connection) = (supply.place.time_zone, supply.place.connection);
    let stretch = Stretch::Month(zone.day_of(now).month());
    let (parts, earlier) = (stretch.parts(db, connection)?, stretch.moved(-1).parts(db, connection)?);
    let known = elapsed(stretch, &parts, zone, known_until(supply, now));
    let equal = parts::equal(db, connection, (&earlier, &parts, &known))?;
    let used = Millilitres(parts.iter().filter_map(|part| part.volume).sum());
    let before = equal.map(|equal| Millilitres(equal.iter().map(|part| part.used).sum()));
    Ok(MonthSoFar { used, behind: days_behind(&parts, &earlier).1, before })
}

/// The days of a month that the month before has not, as far as anything is known of them: how many, and what was used on them. All other stretches
/// have as many parts as the one before.
fn days_behind(parts: &[Part], earlier: &[Part]) -> (u32, Millilitres) {
    let volumes = || parts.iter().skip(earlier.len()).filter_map(|part| part.volume);
    (volumes().count() as u32, Millilitres(volumes().sum()))
}

/// What neighbours used in a stretch.
fn neighbours_of(db: &Connection, connection: ConnectionId, stretch: Stretch) -> Result<Vec<Neighbours>, Error> {
    match stretch {
        Stretch::Day(_) | Stretch::Week(_) => Ok(Vec::new()),
        Stretch::Month(month) => Ok(neighbours::newest(db, connection, month)?.into_iter().collect()),
        Stretch::Year(_) => {
            let (from, to) = stretch.bounds();
            neighbours::between(db, connection, from.month(), to.month())
        }
    }
}

/// Up to when use is known: the last report of the meter, or now where there is none.
fn known_until(supply: &Supply, now: UtcMillis) -> UtcMillis {
    supply.meter.and_then(|meter| meter.t).map_or(now, |t| t.min(now))
}

fn percent(part: i64, whole: i64) -> u8 {
    if whole <= 0 { 0 } else { (part * 100 / whole).clamp(0, 100) as u8 }
}

fn bars(parts: &[Part], before: &[Part], elapsed: &[i64]) -> Vec<Bar> {
    parts
        .iter()
        .zip(elapsed)
        .enumerate()
        .map(|(place, (part, elapsed))| Bar {
            at: part.at,
            volume: part.volume,
            coverage: percent(part.covered_ms, *elapsed),
            before: before.get(place).and_then(|part| part.volume),
        })
        .collect()
}

/// How much of each part has passed at an instant.
fn elapsed(stretch: Stretch, parts: &[Part], zone: TimeZone, at: UtcMillis) -> Vec<i64> {
    let mut start = zone.start_of(stretch.bounds().0);
    parts
        .iter()
        .map(|part| {
            let passed = at.since(start).clamp(0, part.length_ms);
            start = start.plus(part.length_ms);
            passed
        })
        .collect()
}

/// What the equal part of the stretch before cost: of the part that is under way as much as it used of it.
fn equal_cost(earlier: &Costs, equal: &[EqualPart]) -> Option<Rupiah> {
    let mut sum = 0;
    for (part, cost) in equal.iter().zip(&earlier.bars) {
        sum += part.share_of((*cost)?.0);
    }
    Some(Rupiah(sum))
}

/// First and last day with data.
fn extent(db: &Connection, connection: ConnectionId) -> Result<(Option<LocalDay>, Option<LocalDay>), Error> {
    let mut query = db.prepare_cached(
        "SELECT (SELECT day FROM usage_day WHERE connection = ?1 ORDER BY day LIMIT 1),
                (SELECT day FROM usage_day WHERE connection = ?1 ORDER BY day DESC LIMIT 1)",
    )?;
    let read =
        |row: &rusqlite::Row<'_>| Ok((row.get::<_, Option<i32>>(0)?.map(LocalDay), row.get::<_, Option<i32>>(1)?.map(LocalDay)));
    Ok(query.query_row([connection.to_string()], read)?)
}

//! Pemakaian: the bars of a stretch, beside those of the stretch before, over equal parts of both.

use crate::error::Error;
use crate::queries::{choose, day, days, read, supplies};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{ConnectionId, LocalDay, LocalMonth, Millilitres, TimeZone, UtcMillis};
use protocol::sync::rows::UsageMonth;
use protocol::ui::{Bar, Span, Usage};
use rusqlite::{Connection, params};

/// One bar's value: used, and how much of it was measured.
#[derive(Clone, Copy)]
struct Part {
    at: i32,
    volume: Option<i64>,
    covered_ms: i64,
    length_ms: i64,
}

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

/// Pemakaian. Costs the rows of two stretches of one connection: 62 days at most.
///
/// # Errors
/// The cache cannot be read.
pub fn usage(db: &Connection, wanted: Option<ConnectionId>, span: Span, now: UtcMillis) -> Result<Option<Usage>, Error> {
    let all = supplies(db)?;
    let Some(supply) = choose(db, &all, wanted)? else { return Ok(None) };
    let (zone, connection) = (supply.place.time_zone, supply.place.connection);
    let today = zone.day_of(now);
    let stretch = Stretch::new(span, today);
    let parts = stretch.parts(db, connection)?;
    let before = stretch.moved(-1).parts(db, connection)?;
    let elapsed = elapsed(stretch, &parts, zone, now);
    let (oldest, newest) = extent(db, connection)?;
    let reaches = |other: Stretch| {
        let (from, to) = other.bounds();
        oldest.zip(newest).is_some_and(|(oldest, newest)| from <= newest && to >= oldest)
    };
    let passed_ms: i64 = elapsed.iter().sum();
    let covered_ms: i64 = parts.iter().map(|part| part.covered_ms).sum();
    Ok(Some(Usage {
        place: supply.place.clone(),
        places: all.iter().map(|supply| supply.place.clone()).collect(),
        span: stretch.to_span(),
        bars: bars(&parts, &before, &elapsed),
        total: Millilitres(parts.iter().filter_map(|part| part.volume).sum()),
        total_before: equal_part(&before, &parts, &elapsed),
        coverage: percent(covered_ms, passed_ms),
        previous: Some(stretch.moved(-1)).filter(|other| reaches(*other)).map(Stretch::to_span),
        next: Some(stretch.moved(1)).filter(|other| reaches(*other)).map(Stretch::to_span),
    }))
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

/// How much of each part has passed.
fn elapsed(stretch: Stretch, parts: &[Part], zone: TimeZone, now: UtcMillis) -> Vec<i64> {
    let mut start = zone.start_of(stretch.bounds().0);
    parts
        .iter()
        .map(|part| {
            let passed = now.since(start).clamp(0, part.length_ms);
            start = start.plus(part.length_ms);
            passed
        })
        .collect()
}

/// What the stretch before used in as much of it as has passed of this one; `None` unless all of that was measured.
fn equal_part(before: &[Part], parts: &[Part], elapsed: &[i64]) -> Option<Millilitres> {
    let mut sum = 0;
    for ((part, passed), earlier) in parts.iter().zip(elapsed).zip(before) {
        if *passed == 0 {
            break;
        }
        sum += i128::from(earlier.volume?) * i128::from(*passed) / i128::from(part.length_ms);
    }
    (elapsed.first().is_some_and(|passed| *passed > 0)).then_some(Millilitres(sum as i64))
}

fn hours(db: &Connection, connection: ConnectionId, at: LocalDay) -> Result<Vec<Part>, Error> {
    let used = day(db, connection, at.0)?.map(|row| row.to_rollup()).unwrap_or_default();
    let part = |(hour, used): (usize, &domain::metering::reading::rollup::HourUse)| Part {
        at: hour as i32,
        volume: (used.covered_ms > 0).then_some(used.volume.0),
        covered_ms: used.covered_ms,
        length_ms: HOUR_MS,
    };
    Ok(used.hours.iter().enumerate().map(part).collect())
}

fn by_day(db: &Connection, connection: ConnectionId, from: LocalDay, to: LocalDay) -> Result<Vec<Part>, Error> {
    let mut known = days(db, connection, from.0, to.0)?.into_iter().peekable();
    Ok((from.0..=to.0)
        .map(|at| {
            let row = known.next_if(|row| row.day.0 == at);
            Part {
                at,
                volume: row.as_ref().map(|row| row.volume.0),
                covered_ms: row.map_or(0, |row| row.covered_ms),
                length_ms: DAY_MS,
            }
        })
        .collect())
}

fn by_month(db: &Connection, connection: ConnectionId, year: i16) -> Result<Vec<Part>, Error> {
    let first = i32::from(year) * 12;
    let mut query =
        db.prepare_cached("SELECT body FROM usage_month WHERE connection = ?1 AND month BETWEEN ?2 AND ?3 ORDER BY month")?;
    let bodies = query
        .query_map(params![connection.to_string(), first, first + 11], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    let known: Vec<UsageMonth> = bodies.iter().map(|body| read(body)).collect::<Result<_, _>>()?;
    Ok((first..first + 12)
        .map(|at| {
            let row = known.iter().find(|row| row.month.0 == at);
            Part {
                at,
                volume: row.map(|row| row.volume.0),
                covered_ms: row.map_or(0, |row| row.covered_ms),
                length_ms: i64::from(LocalMonth(at).days()) * DAY_MS,
            }
        })
        .collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn part(volume: Option<i64>) -> Part {
        Part { at: 0, volume, covered_ms: DAY_MS, length_ms: DAY_MS }
    }

    #[test]
    fn half_a_day_is_measured_against_half_a_day() {
        let (parts, before) = ([part(Some(9)), part(Some(3)), part(None)], [part(Some(100)), part(Some(40)), part(None)]);
        assert_eq!(equal_part(&before, &parts, &[DAY_MS, DAY_MS / 2, 0]), Some(Millilitres(120)));
        assert_eq!(
            equal_part(&before, &parts, &[DAY_MS, DAY_MS, 1]),
            None,
            "a day that was not measured cannot be compared with"
        );
        assert_eq!(equal_part(&before, &parts, &[0, 0, 0]), None, "nothing has passed yet");
    }
}

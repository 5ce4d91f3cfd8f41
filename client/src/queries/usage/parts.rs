//! The parts of a stretch: hours, days, months; and what the equal part of the stretch before used.

use crate::error::Error;
use crate::queries::{day, days, read};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{ConnectionId, LocalDay, LocalMonth};
use protocol::sync::rows::{UsageDay, UsageMonth};
use rusqlite::{Connection, params};

/// One bar's value: used, and how much of it was measured.
#[derive(Clone, Copy)]
pub struct Part {
    pub at: i32,
    pub volume: Option<i64>,
    pub covered_ms: i64,
    pub length_ms: i64,
}

pub fn hours(db: &Connection, connection: ConnectionId, at: LocalDay) -> Result<Vec<Part>, Error> {
    let used = day(db, connection, at.0)?.map(|row| row.to_rollup()).unwrap_or_default();
    let part = |(hour, used): (usize, &domain::metering::reading::rollup::HourUse)| Part {
        at: hour as i32,
        volume: (used.covered_ms > 0).then_some(used.volume.0),
        covered_ms: used.covered_ms,
        length_ms: HOUR_MS,
    };
    Ok(used.hours.iter().enumerate().map(part).collect())
}

pub fn by_day(db: &Connection, connection: ConnectionId, from: LocalDay, to: LocalDay) -> Result<Vec<Part>, Error> {
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

pub fn by_month(db: &Connection, connection: ConnectionId, year: i16) -> Result<Vec<Part>, Error> {
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

/// As much of a part of the stretch before as is known of the same part of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EqualPart {
    /// What was used in it.
    pub used: i64,
    /// What the whole part used.
    whole: i64,
    /// How much of the part it is.
    passed_ms: i64,
    length_ms: i64,
}

impl EqualPart {
    /// Its share of what the whole part came to: by what was used, and by the time where nothing was.
    pub fn share_of(self, amount: i64) -> i64 {
        let (share, of) = if self.whole > 0 { (self.used, self.whole) } else { (self.passed_ms, self.length_ms) };
        (i128::from(amount) * i128::from(share) / i128::from(of.max(1))) as i64
    }
}

/// The stretch before, as much of it as is known of this one: `earlier` and `parts` are the two, `known` how much of each part is; `None`
/// unless all of that was measured.
pub fn equal(
    db: &Connection,
    connection: ConnectionId,
    (earlier, parts, known): (&[Part], &[Part], &[i64]),
) -> Result<Option<Vec<EqualPart>>, Error> {
    let mut all = Vec::new();
    for ((part, passed), before) in parts.iter().zip(known).zip(earlier) {
        if *passed == 0 {
            break;
        }
        let Some(whole) = before.volume else { return Ok(None) };
        // A February of 28 days is over on the leap day of another, and one of 29 with the last day of the other.
        let is_over = *passed >= part.length_ms.min(before.length_ms);
        let passed = if is_over { before.length_ms } else { *passed };
        let exact = if is_over { Some(whole) } else { under_way(db, connection, before, passed)? };
        let used = exact.unwrap_or((i128::from(whole) * i128::from(passed) / i128::from(before.length_ms)) as i64);
        all.push(EqualPart { used, whole, passed_ms: passed, length_ms: before.length_ms });
    }
    Ok((!all.is_empty()).then_some(all))
}

/// What the first so many milliseconds of an earlier day or month used, by its hours; `None` where those are not known.
fn under_way(db: &Connection, connection: ConnectionId, before: &Part, passed: i64) -> Result<Option<i64>, Error> {
    match before.length_ms {
        HOUR_MS => Ok(None),
        DAY_MS => Ok(day(db, connection, before.at)?.and_then(|row| of_day(&row, passed))),
        _ => {
            let first = LocalMonth(before.at).first_day().0;
            let whole = (passed / DAY_MS) as i32;
            let rows = days(db, connection, first, first + whole)?;
            let Some((last, full)) = rows.split_last().filter(|_| rows.len() == whole as usize + 1) else { return Ok(None) };
            Ok(of_day(last, passed % DAY_MS).map(|part| part + full.iter().map(|row| row.volume.0).sum::<i64>()))
        }
    }
}

fn of_day(row: &UsageDay, passed: i64) -> Option<i64> {
    let used = row.to_rollup();
    let (hour, rest) = ((passed / HOUR_MS) as usize, passed % HOUR_MS);
    let known = used.hours.get(..=hour)?;
    let is_known = known.iter().all(|hour| hour.covered_ms > 0);
    let whole: i64 = known.iter().take(hour).map(|hour| hour.volume.0).sum();
    is_known.then(|| whole + known[hour].volume.0 * rest / HOUR_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Millilitres;

    fn part(volume: Option<i64>) -> Part {
        Part { at: 0, volume, covered_ms: DAY_MS, length_ms: DAY_MS }
    }

    fn used(equal: Option<Vec<EqualPart>>) -> Option<i64> {
        equal.map(|parts| parts.iter().map(|part| part.used).sum())
    }

    fn cache() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE usage_day (connection TEXT, day INTEGER, body TEXT)").unwrap();
        db
    }

    #[test]
    fn half_a_day_is_measured_against_half_a_day() {
        let db = cache();
        let connection = ConnectionId(uuid::Uuid::nil());
        let (parts, before) = ([part(Some(9)), part(Some(3)), part(None)], [part(Some(100)), part(Some(40)), part(None)]);
        let against = |known: [i64; 3]| used(equal(&db, connection, (&before, &parts, &known)).unwrap());
        assert_eq!(against([DAY_MS, DAY_MS / 2, 0]), Some(120));
        assert_eq!(against([DAY_MS, DAY_MS, 1]), None, "a day that was not measured cannot be compared with");
        assert_eq!(against([0, 0, 0]), None, "nothing has passed yet");
    }

    #[test]
    fn on_a_leap_day_all_of_the_other_february_has_passed_and_nothing_of_its_march() {
        let db = cache();
        let connection = ConnectionId(uuid::Uuid::nil());
        let first = LocalDay::from_ymd(2027, 2, 1).expect("a day");
        for day in (0..31).map(|place| first.plus(place)) {
            let hours = vec![(1_000, HOUR_MS); 24];
            let row = UsageDay { connection, day, volume: Millilitres(24_000), covered_ms: DAY_MS, hours, draws: None };
            let body = serde_json::to_string(&row).unwrap();
            db.execute("INSERT INTO usage_day VALUES (?1, ?2, ?3)", params![connection.to_string(), day.0, body]).unwrap();
        }
        let february = |days: i64| Part { at: first.month().0, length_ms: days * DAY_MS, ..part(Some(28 * 24_000)) };
        let by = |passed: i64| used(equal(&db, connection, (&[february(28)], &[february(29)], &[passed])).unwrap());
        assert_eq!(by(27 * DAY_MS + 12 * HOUR_MS), Some(27 * 24_000 + 12_000));
        assert_eq!(by(28 * DAY_MS + 12 * HOUR_MS), Some(28 * 24_000));
        // A February of 29 days is over with the other.
        assert_eq!(used(equal(&db, connection, (&[february(29)], &[february(28)], &[28 * DAY_MS])).unwrap()), Some(28 * 24_000));
    }

    #[test]
    fn the_morning_is_measured_against_the_morning_and_not_against_half_of_the_day() {
        let db = cache();
        let connection = ConnectionId(uuid::Uuid::nil());
        let mut hours = vec![(0, HOUR_MS); 24];
        hours[20] = (90_000, HOUR_MS);
        hours[6] = (10_000, HOUR_MS);
        let row = UsageDay { connection, day: LocalDay(0), volume: Millilitres(100_000), covered_ms: DAY_MS, hours, draws: None };
        let body = serde_json::to_string(&row).unwrap();
        db.execute("INSERT INTO usage_day VALUES (?1, 0, ?2)", params![connection.to_string(), body]).unwrap();
        let (parts, before) = ([part(Some(9))], [part(Some(100_000))]);
        let by_noon = equal(&db, connection, (&before, &parts, &[DAY_MS / 2])).unwrap();
        assert_eq!(used(by_noon.clone()), Some(10_000), "its evening comes after noon");
        let share = by_noon.expect("a part")[0].share_of(5_000);
        assert_eq!(share, 500, "and what it cost is of the same water, not half of the day's");
    }
}

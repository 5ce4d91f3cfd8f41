//! The water balance of a zone, made when it is asked for from the sums by day that taking readings in keeps: nothing of it is stored (adr/0050).
//!
//! It costs some searches for each connection of the zone and a row for each of its days: for 1,000 connections and 30 days about 60,000 rows,
//! on a reading connection.

use crate::billing::{charging, prices};
use crate::core::Db;
use crate::error::Error;
use crate::metering::inflows;
use crate::metering::rows::inflows::usage_key;
use crate::metering::rows::zone_balance::InZone;
use crate::metering::rows::{inflows as inflow_rows, usage, zone_balance as rows, zones};
use domain::core::local_time::HOUR_MS;
use domain::metering::zone_balance::{
    Balance, BalancePeriod, ConnectionDays, Inflow, Missing, Reckoning, Span, Stay, USUAL_DAYS, average_price, per_mille,
};
use domain::{LocalDay, TimeZone, UtcMillis, ZoneId};
use protocol::core::problem::Code;
use protocol::metering::zone_balance::{
    DAYS, LOSSES_DAYS, SILENT, SilentMeter, ZoneBalance, ZoneBalanceAsked, ZoneLoss, ZoneLosses,
};

/// A meter is named as silent if that is so for this long at least: a report may be some minutes late.
const NAMED_MS: i64 = HOUR_MS;

/// A connection of whose days something is not known.
struct Silent {
    connection: i64,
    span: Span,
    missing: Missing,
    is_faulty: bool,
}

/// The balance of a zone of a utility.
///
/// # Errors
/// There is no such zone; the days are none or too many (`days`); or the database.
pub fn of(db: &Db, utility: i64, asked: &ZoneBalanceAsked, now: UtcMillis) -> Result<ZoneBalance, Error> {
    let (zone, row) =
        zones::find(db, utility, asked.zone)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such zone"))?;
    let (from, to) = days(asked, row.time_zone.day_of(now))?;
    let mut silent: Vec<Silent> = Vec::new();
    let mut connections = 0;
    let period = BalancePeriod { zone: row.time_zone, first: from, last: to, now };
    let times = (row.time_zone.start_of(from), row.time_zone.start_of(to.plus(1)).min(now));
    let balance = reckon(db, zone, period, |of, spans, missing| {
        connections += 1;
        if let Some(span) = least_known(spans, of.is_faulty, times).filter(|_| missing.silent_ms >= NAMED_MS) {
            silent.push(Silent { connection: of.num, span, missing, is_faulty: of.is_faulty });
        }
    })?;
    silent.sort_by_key(|of| std::cmp::Reverse((of.missing.silent, of.missing.silent_ms)));
    let silent_count = u32::try_from(silent.len()).unwrap_or(u32::MAX);
    let silent = silent.into_iter().take(SILENT).map(|of| named(db, &of)).collect::<Result<_, _>>()?;
    let (charged, volume) = charging::water_of_months(db, utility, (from.month(), to.month()))?;
    Ok(ZoneBalance {
        at: now,
        zone: row.id,
        name: row.name,
        time_zone: row.time_zone,
        connections,
        balance,
        price_per_m3: average_price(charged, volume),
        silent,
        silent_count,
        inflows: inflows::of_zone(db, zone)?,
    })
}

/// The first and the last day that are asked for.
fn days(asked: &ZoneBalanceAsked, today: LocalDay) -> Result<(LocalDay, LocalDay), Error> {
    let refused = || Error::problem(Code::BadRequest, "days: ask for 1 to 92 local days up to today");
    let (count, from, to) = match (asked.days, asked.from, asked.to) {
        (None, Some(from), Some(to)) => (i64::from(to.0) - i64::from(from.0) + 1, from, to),
        (days, None, None) => {
            let (days, last) = (days.unwrap_or(LOSSES_DAYS), today.plus(-1));
            (i64::from(days), LocalDay(last.0.saturating_sub(days).saturating_add(1)), last)
        }
        _ => return Err(refused()),
    };
    let is_right = (1..=i64::from(DAYS)).contains(&count) && to <= today && from >= LocalDay(0);
    is_right.then_some((from, to)).ok_or_else(refused)
}

/// When the meter was there of which least is known between two instants: it may have been replaced since. A faulty one is there now.
fn least_known(spans: &[Span], is_faulty: bool, (from, to): (UtcMillis, UtcMillis)) -> Option<Span> {
    let unknown_ms = |span: &Span| {
        let end = span.until.map_or(to, |until| until.min(to));
        end.since(span.known_until.map_or(span.since, |known| known.max(span.since)).max(from))
    };
    if is_faulty { spans.last().copied() } else { spans.iter().copied().max_by_key(unknown_ms) }
}

fn named(db: &Db, of: &Silent) -> Result<SilentMeter, Error> {
    let (meter, serial, address) = rows::named(db, of.connection, of.span.since)?;
    let (volume, has_usual, known_until) = (of.missing.silent, of.missing.has_usual, of.span.known_until);
    Ok(SilentMeter { meter, serial, address, volume, has_usual, known_until, is_faulty: of.is_faulty })
}

/// The balances of all zones of a utility with a bulk meter, in short.
///
/// # Errors
/// The database.
pub fn losses(db: &Db, utility: i64, now: UtcMillis) -> Result<ZoneLosses, Error> {
    let one = |(num, zone, time_zone): (i64, ZoneId, TimeZone)| -> Result<ZoneLoss, Error> {
        let Balance { total, counted, .. } = newest(db, (num, time_zone), LOSSES_DAYS, now)?;
        let (lost, unexplained) = (per_mille(total.lost(), total.inflow), per_mille(total.unexplained, total.inflow));
        Ok(ZoneLoss { zone, counted, lost, unexplained })
    };
    Ok(ZoneLosses { zones: rows::zones(db, utility)?.into_iter().map(one).collect::<Result<_, _>>()? })
}

/// The balance of a zone over so many days, the newest that are over.
///
/// # Errors
/// The database.
pub fn newest(db: &Db, (zone, time_zone): (i64, TimeZone), days: i32, now: UtcMillis) -> Result<Balance, Error> {
    let last = time_zone.day_of(now).plus(-1);
    reckon(db, zone, BalancePeriod { zone: time_zone, first: last.plus(1 - days), last, now }, |_, _, _| {})
}

/// Makes a balance; `see` is shown each connection with the meters at it and what of it is estimated.
fn reckon(db: &Db, zone: i64, period: BalancePeriod, mut see: impl FnMut(&InZone, &[Span], Missing)) -> Result<Balance, Error> {
    let days = (period.first, period.last);
    let inflow = |stored: &inflow_rows::StoredInflow| -> Result<Inflow, Error> {
        let span = Span { since: stored.shown.since, until: stored.shown.until, known_until: stored.shown.known_until };
        Ok(Inflow { span, days: usage::measured(db, usage_key(stored.num), days)? })
    };
    let stored = inflow_rows::of_zone(db, zone)?;
    let inflows = stored.iter().map(inflow).collect::<Result<Vec<_>, _>>()?;
    let mut reckoning = Reckoning::new(period, &inflows);
    for of in &stored {
        for time in inflow_rows::unknown(db, of, period.zone.start_of(period.first))? {
            reckoning.leave_out(time);
        }
    }
    for of in rows::connections(db, zone)? {
        let spans = rows::spans(db, of.num)?;
        let known = spans.iter().filter_map(|span| span.known_until).max();
        // A meter may have fallen silent long before: its usual day is that of the days before it did.
        let known = known.map_or(period.first, |known| period.zone.day_of(known).min(period.first));
        let connection = ConnectionDays {
            stays: stays(&rows::past_zones(db, of.num)?, of.zone, zone),
            days: usage::measured(db, of.num, (known.plus(-2 * USUAL_DAYS as i32), period.last))?,
            charged_from: prices::charged_from(db, of.num)?,
            is_faulty: of.is_faulty,
            spans,
        };
        see(&of, &connection.spans, reckoning.add(&connection));
    }
    Ok(reckoning.finish())
}

/// When a connection was in a zone: it was in each of its past ones until it left it, from when it had left the one before. A clock that was set
/// back between two moves leaves no time for the stay between them, and no instant in two zones.
fn stays(past: &[(i64, UtcMillis)], now: i64, wanted: i64) -> Vec<Stay> {
    let mut since: Option<UtcMillis> = None;
    let mut found = Vec::new();
    for (zone, until) in past {
        if *zone == wanted {
            found.push(Stay { since, until: Some(*until) });
        }
        since = since.max(Some(*until));
    }
    if now == wanted {
        found.push(Stay { since, until: None });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::empty;
    use crate::core::transact;
    use crate::metering::rows::connections::write_past_zone;
    use proptest::prelude::*;

    #[test]
    fn of_two_meters_the_one_that_was_silent_is_named_though_it_was_replaced() {
        let span = |since: i64, until: Option<i64>, known: Option<i64>| Span {
            since: UtcMillis(since),
            until: until.map(UtcMillis),
            known_until: known.map(UtcMillis),
        };
        let (dead, new) = (span(0, Some(100), Some(20)), span(100, None, Some(195)));
        let named = |is_faulty: bool, from: i64| least_known(&[dead, new], is_faulty, (UtcMillis(from), UtcMillis(200)));
        assert_eq!((named(false, 10), named(true, 10)), (Some(dead), Some(new)));
        assert_eq!(named(false, 98), Some(new), "of the days before nobody has asked");
        let never = span(100, None, None);
        assert_eq!(least_known(&[dead, never], false, (UtcMillis(10), UtcMillis(200))), Some(never));
    }

    #[test]
    fn a_connection_was_in_a_zone_from_when_it_left_the_one_before() {
        let past = [(1, UtcMillis(10)), (2, UtcMillis(20))];
        let stay = |since: Option<i64>, until: Option<i64>| Stay { since: since.map(UtcMillis), until: until.map(UtcMillis) };
        assert_eq!(stays(&past, 3, 1), [stay(None, Some(10))]);
        assert_eq!(stays(&past, 3, 2), [stay(Some(10), Some(20))]);
        assert_eq!(stays(&past, 3, 3), [stay(Some(20), None)]);
        assert_eq!(stays(&past, 1, 1), [stay(None, Some(10)), stay(Some(20), None)], "it came back");
        assert_eq!(stays(&[], 1, 1), [stay(None, None)]);
        assert!(stays(&[], 1, 2).is_empty());
    }

    #[test]
    fn a_connection_that_came_back_and_left_again_was_in_its_zone_before_too() {
        let mut db = empty();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        for (zone, at) in [(1, 10), (2, 20), (1, 30)] {
            transact(&mut db, UtcMillis(at), |tx| write_past_zone(tx, 7, zone)).unwrap();
        }
        let past = rows::past_zones(&db, 7).unwrap();
        let stay = |since: Option<i64>, until: i64| Stay { since: since.map(UtcMillis), until: Some(UtcMillis(until)) };
        assert_eq!(stays(&past, 3, 1), [stay(None, 10), stay(Some(20), 30)]);
        assert_eq!(stays(&past, 3, 2), [stay(Some(10), 20)], "and not since ever");
        // Rights go by the last one.
        let last: i64 = db.query_row(rows::RIGHTS_UNTIL, [], |row| row.get(0)).unwrap();
        assert_eq!(last, 30);
    }

    proptest! {
        /// Wherever it was moved, and however the clock was set meanwhile: before an instant it was in the first zone that it had not left by then.
        #[test]
        fn a_connection_is_in_one_zone_at_each_instant_however_often_it_was_moved(
            past in prop::collection::vec((0..3_i64, 0..40_i64), 0..8), now in 0..3_i64, end in 0..45_i64,
        ) {
            let past: Vec<(i64, UtcMillis)> = past.into_iter().map(|(zone, until)| (zone, UtcMillis(until))).collect();
            let end = UtcMillis(end);
            let holds = |stay: &Stay| stay.since.is_none_or(|since| since < end) && stay.until.is_none_or(|until| end <= until);
            let found: Vec<i64> =
                (0..3).flat_map(|zone| stays(&past, now, zone).into_iter().filter(holds).map(move |_| zone)).collect();
            let expected = past.iter().find(|(_, until)| end <= *until).map_or(now, |(zone, _)| *zone);
            prop_assert_eq!(found, [expected]);
        }
    }
}

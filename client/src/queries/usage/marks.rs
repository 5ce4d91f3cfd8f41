//! What happened in a stretch that explains its bars: cases, purchases, another price, another meter, advice that is applied since then.

use crate::error::Error;
use crate::queries::money::{many, one};
use crate::queries::usage::Stretch;
use crate::queries::{Supply, charged};
use domain::core::local_time::DAY_MS;
use domain::{ConnectionId, LocalDay, Rupiah, UtcMillis};
use protocol::sales::money::Purchase;
use protocol::sync::rows::{MeterCase, MeterState, TipState};
use protocol::ui::{MarkOf, UsageMark};
use rusqlite::{Connection, params};

/// Marks of a stretch at most: more than these nobody can tell apart in a chart.
const MOST: usize = 24;

/// Something that happened on a local day, in an hour of it where that is known.
struct Happened {
    day: LocalDay,
    hour: u8,
    what: MarkOf,
}

/// The marks of a stretch, in order. `oldest` is the first day of which anything was measured. Costs the cases, purchases and advice of one
/// connection in the stretch.
///
/// # Errors
/// The cache cannot be read.
pub fn marks(db: &Connection, supply: &Supply, stretch: Stretch, oldest: Option<LocalDay>) -> Result<Vec<UsageMark>, Error> {
    let connection = supply.place.connection;
    let (from, to) = stretch.bounds();
    let zone = supply.place.time_zone;
    let bounds = (zone.start_of(from), zone.start_of(to.plus(1)));
    let mut found: Vec<Happened> = Vec::new();
    let mut at = |t: UtcMillis, what: MarkOf| {
        if t >= bounds.0 && t < bounds.1 {
            found.push(Happened { day: zone.day_of(t), hour: zone.clock_of(t).0, what });
        }
    };
    for case in cases(db, connection, bounds)? {
        at(case.opened_at, MarkOf::Case { cause: case.about() });
    }
    for purchase in purchases(db, connection, bounds)? {
        at(purchase.settled_at.unwrap_or(purchase.at), MarkOf::TopUp { amount: purchase.amount, times: 1 });
    }
    if let Some(since) = installed(db, connection)?.filter(|since| oldest.is_some_and(|oldest| oldest < zone.day_of(*since))) {
        at(since, MarkOf::OtherMeter);
    }
    let on = |day: LocalDay, what: MarkOf| Happened { day, hour: 0, what };
    found.extend(price_changes(db, connection)?.into_iter().map(|day| on(day, MarkOf::OtherPrice)));
    let tips: Vec<TipState> = many(db, "SELECT body FROM tip_state WHERE connection = ?1", [connection.to_string()])?;
    found.extend(tips.into_iter().filter_map(|tip| Some(on(tip.applied?, MarkOf::Tip { tip: tip.tip }))));
    found.retain(|happened| (from..=to).contains(&happened.day));
    found.sort_by_key(|happened| (happened.day, happened.hour));
    let place = |happened: &Happened| match stretch {
        Stretch::Day(_) => i32::from(happened.hour),
        Stretch::Week(_) | Stretch::Month(_) => happened.day.0 - from.0,
        Stretch::Year(_) => happened.day.month().0 - from.month().0,
    };
    let mark = |happened: Happened| UsageMark { bar: place(&happened) as u32, day: happened.day, what: happened.what };
    Ok(together(found.into_iter().map(mark)))
}

/// Purchases of one bar are one mark.
fn together(marks: impl Iterator<Item = UsageMark>) -> Vec<UsageMark> {
    let mut all: Vec<UsageMark> = Vec::new();
    for mark in marks {
        if !is_added(&mut all, &mark) && all.len() < MOST {
            all.push(mark);
        }
    }
    all
}

/// Adds a purchase to the mark of its bar, if there is one.
fn is_added(all: &mut [UsageMark], mark: &UsageMark) -> bool {
    let MarkOf::TopUp { amount: more, .. } = &mark.what else { return false };
    for other in all.iter_mut().filter(|other| other.bar == mark.bar) {
        if let MarkOf::TopUp { amount, times } = &mut other.what {
            *amount = Rupiah(amount.0.saturating_add(more.0));
            *times += 1;
            return true;
        }
    }
    false
}

fn cases(db: &Connection, connection: ConnectionId, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<MeterCase>, Error> {
    let sql = "SELECT body FROM meter_case WHERE connection = ?1 AND at >= ?2 AND at < ?3 ORDER BY at";
    many(db, sql, params![connection.to_string(), from.0, until.0])
}

/// Those that were settled. One that was begun the day before may be of this stretch.
fn purchases(db: &Connection, connection: ConnectionId, (from, until): (UtcMillis, UtcMillis)) -> Result<Vec<Purchase>, Error> {
    let sql =
        "SELECT body FROM purchase WHERE connection = ?1 AND at >= ?2 AND at < ?3 AND json_extract(body, '$.state') = 'settled'
               ORDER BY at";
    many(db, sql, params![connection.to_string(), from.0 - DAY_MS, until.0])
}

/// Since when the meter that is there is anywhere.
fn installed(db: &Connection, connection: ConnectionId) -> Result<Option<UtcMillis>, Error> {
    let sql = "SELECT s.body FROM meter m JOIN meter_state s ON s.id = m.id WHERE m.connection = ?1";
    let state: Option<MeterState> = one(db, sql, &connection.to_string())?;
    Ok(state.and_then(|state| state.condition?.in_service_since))
}

/// The days on which other prices began; the first prices are no change.
fn price_changes(db: &Connection, connection: ConnectionId) -> Result<Vec<LocalDay>, Error> {
    let mut days: Vec<LocalDay> = charged::prices(db, connection)?.into_iter().map(|version| version.effective_from).collect();
    days.sort_unstable();
    days.dedup();
    Ok(days.into_iter().skip(1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(bar: u32, what: MarkOf) -> UsageMark {
        UsageMark { bar, day: LocalDay(20_000), what }
    }

    fn bought(bar: u32, amount: i64, times: u32) -> UsageMark {
        mark(bar, MarkOf::TopUp { amount: Rupiah(amount), times })
    }

    #[test]
    fn purchases_of_one_bar_are_one_mark_and_others_stay_apart() {
        let all = [bought(1, 50_000, 1), mark(1, MarkOf::OtherPrice), bought(1, 20_000, 1), bought(2, 10_000, 1)];
        let expected = vec![bought(1, 70_000, 2), mark(1, MarkOf::OtherPrice), bought(2, 10_000, 1)];
        assert_eq!(together(all.into_iter()), expected);
    }

    #[test]
    fn there_are_so_many_marks_at_most() {
        assert_eq!(together((0..100).map(|bar| bought(bar, 1, 1))).len(), MOST);
    }
}

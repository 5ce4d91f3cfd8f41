//! Hemat air: how a connection uses water, the advice that fits it, what is said of it, and what it saved. All of it is of this device's rows.

use crate::error::Error;
use crate::queries::money::one;
use crate::queries::usage::comparison::month_ahead;
use crate::queries::{charged, choose, days, read, supplies};
use crate::store::rows::tips as kept;
use domain::billing::tariff::{DayVolume, TariffVersion};
use domain::metering::compare::forecast::PAST_DAYS;
use domain::patterns::{KEPT_DAYS, Patterns, Use, is_whole};
use domain::people::Customer;
use domain::tips::{
    Effect, KEEP_DAYS, MeasuredBy, MonthCourse, SHOWER_DAYS, TipName, WINDOW_DAYS, effect, find, for_you, is_by_shower,
    own_volume, rank, shower_effect, this_week, worth,
};
use domain::{ConnectionId, LocalDay, Millilitres, UserId, UtcMillis};
use protocol::sync::rows::{Entity, TipState, UsageDay};
use protocol::ui::{MarkedTip, Saved, TipResult, TipsView};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Advice that is offered at once.
const OFFERED: usize = 3;

/// Days over which what was saved is summed up at most: a year.
const LONGEST: i32 = 365;

/// The page, and whether its advice of the week has not been shown before.
pub struct TipsFound {
    /// The page.
    pub view: TipsView,
    /// Whether the advice of the week is a new one.
    pub is_new: bool,
}

/// Hemat air. Costs the rows of twelve weeks of one connection, and for each advice that is applied those of the year behind it at most.
///
/// # Errors
/// The cache cannot be read.
pub fn tips(
    db: &Connection,
    wanted: Option<ConnectionId>,
    (user, now): (Option<UserId>, UtcMillis),
) -> Result<Option<TipsFound>, Error> {
    let all = supplies(db)?;
    let Some(supply) = choose(db, &all, wanted)? else { return Ok(None) };
    let connection = supply.place.connection;
    let today = supply.place.time_zone.day_of(now);
    let past = days(db, connection, today.0 - KEPT_DAYS, today.0 - 1)?;
    let mut patterns = Patterns::of(past.iter().map(|row| (row.day, row.to_rollup())));
    for row in past {
        if let Some(draws) = row.draws {
            patterns.put_draws(row.day, draws);
        }
    }
    let persons = persons(db, connection)?;
    let summary = patterns.summary(persons);
    let marked = marked(db, connection, today)?;
    let is_applied = |name: &str| marked.iter().any(|of| of.applied.is_some() && of.tip.as_str() == name);
    let ranked = rank(&patterns.evidence(persons), is_applied);
    let shown = kept::shown(db, connection, today)?;
    let week = this_week(&ranked, &shown, today).cloned();
    let is_shown = |name: &str| shown.iter().any(|of| of.tip.as_str() == name && of.since.plus(KEEP_DAYS) > today);
    let is_new = week.as_ref().is_some_and(|offer| !is_shown(offer.tip.as_str()));
    let view = TipsView {
        place: supply.place.clone(),
        places: all.iter().map(|supply| supply.place.clone()).collect(),
        user,
        today,
        month: month(db, connection, today)?,
        summary,
        persons,
        for_you: for_you(&ranked, OFFERED),
        this_week: week,
        marked,
    };
    Ok(Some(TipsFound { view, is_new }))
}

/// How many live there, where somebody said so.
fn persons(db: &Connection, connection: ConnectionId) -> Result<Option<u8>, Error> {
    let sql = "SELECT cu.body FROM connection c JOIN customer cu ON cu.id = c.customer WHERE c.id = ?1";
    let customer: Option<Customer> = one(db, sql, &connection.to_string())?;
    Ok(customer.and_then(|customer| customer.household_size))
}

/// The month as far as it has come, with the forecast that *Bandingkan* shows.
fn month(db: &Connection, connection: ConnectionId, today: LocalDay) -> Result<MonthCourse, Error> {
    let rows = days(db, connection, today.0 - PAST_DAYS, today.0)?;
    let begin = today.month().first_day();
    let before = rows.iter().filter(|row| row.day >= begin && row.day < today).map(|row| row.volume).sum();
    let of_today = rows.iter().filter(|row| row.day == today).map(|row| row.volume).sum();
    let expected = month_ahead(&rows, today).map(|forecast| forecast.volume);
    Ok(MonthCourse::of(today, (before, of_today), expected, kept::goal(db, connection)?))
}

/// The advice of which something is said at a connection.
fn marked(db: &Connection, connection: ConnectionId, today: LocalDay) -> Result<Vec<MarkedTip>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.body, EXISTS (SELECT 1 FROM base_row b WHERE b.entity = ?2 AND b.id = t.id) FROM tip_state t
         WHERE t.connection = ?1 ORDER BY t.id",
    )?;
    let rows = query
        .query_map(params![connection.to_string(), Entity::TipState as u8], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, bool)>, _>>()?;
    let mut marked = Vec::new();
    for (body, waiting) in rows {
        let TipState { tip, applied, bookmarked, .. } = read(&body)?;
        if applied.is_none() && !bookmarked && !waiting {
            continue;
        }
        let result = applied.map(|applied| result(db, connection, &tip, (applied, today))).transpose()?;
        marked.push(MarkedTip { tip, applied, bookmarked, waiting, result });
    }
    Ok(marked)
}

/// What came of an advice that was applied on a day.
fn result(
    db: &Connection,
    connection: ConnectionId,
    tip: &TipName,
    (applied, today): (LocalDay, LocalDay),
) -> Result<TipResult, Error> {
    let furthest = WINDOW_DAYS.max(SHOWER_DAYS);
    let until = applied.plus(furthest).min(today.plus(-1));
    let around = days(db, connection, applied.plus(-furthest).0, until.0)?;
    let (effect, by) = measure(&around, tip, (applied, today));
    let Effect::Measured(measured) = effect else { return Ok(TipResult { effect, total: None, by }) };
    let from = applied.plus(1).max(today.plus(-LONGEST));
    let since = days(db, connection, from.month().first_day().0, today.0 - 1)?;
    let total = saved_since(&since, from, measured.saved(), &charged::prices(db, connection)?);
    Ok(TipResult { effect, total: Some(total), by })
}

/// What so much a day comes to on the days from one on, and in rupiah on the same days: those of which something is known. `rows` begin with a month.
fn saved_since(rows: &[UsageDay], from: LocalDay, saved: Millilitres, prices: &[TariffVersion]) -> Saved {
    let volumes: Vec<DayVolume> = rows.iter().map(|row| DayVolume { day: row.day, volume: row.volume }).collect();
    let days = volumes.iter().filter(|day| day.day >= from).count();
    let worth = (!prices.is_empty()).then(|| worth(prices, &volumes, from, saved));
    Saved { volume: Millilitres(saved.0 * days as i64), worth, days: u16::try_from(days).unwrap_or(u16::MAX) }
}

/// What an advice did that was applied on a day, by the days around it: by each shower or by the water alone that it is about where enough days say
/// how much that is, else by all of it.
fn measure(around: &[UsageDay], tip: &TipName, (applied, today): (LocalDay, LocalDay)) -> (Effect, MeasuredBy) {
    let fine = || around.iter().filter_map(|row| Some((row.day, row.draws.as_ref()?.fine()?)));
    let by = |volumes: &BTreeMap<LocalDay, Millilitres>| effect(applied, today, |day| volumes.get(&day).copied());
    if let Some(tip) = find(tip.as_str()) {
        let showers: BTreeMap<LocalDay, Use> = fine().map(|(day, found)| (day, found.shower)).collect();
        let of_showers = || shower_effect(applied, today, |day| showers.get(&day).copied());
        if let Some(measured) = is_by_shower(tip).then(of_showers).flatten() {
            return (Effect::Measured(measured), MeasuredBy::Showers);
        }
        let own: BTreeMap<LocalDay, Millilitres> =
            fine().filter_map(|(day, found)| Some((day, own_volume(tip.category, found)?))).collect();
        let of_own = by(&own);
        if matches!(of_own, Effect::Measured(_)) {
            return (of_own, MeasuredBy::Own);
        }
    }
    let whole: BTreeMap<LocalDay, Millilitres> =
        around.iter().filter(|row| is_whole(&row.to_rollup())).map(|row| (row.day, row.volume)).collect();
    (by(&whole), MeasuredBy::Day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Rupiah;
    use domain::billing::tariff::{TariffClass, defaults};
    use domain::core::local_time::DAY_MS;
    use domain::patterns::{DayDraws, Found};
    use uuid::Uuid;

    /// A day of 500 L with so many showers of so much each, L; with other water that hides it.
    fn day(day: LocalDay, showers: u16, each: i64) -> UsageDay {
        let shower = Use { count: showers, volume: Millilitres::litres(each * i64::from(showers)), minutes: 8 * showers };
        let draws = Some(DayDraws::Fine(Found { shower, ..Found::default() }));
        let connection = ConnectionId(Uuid::nil());
        UsageDay { connection, day, volume: Millilitres::litres(500), covered_ms: DAY_MS, hours: Vec::new(), draws }
    }

    #[test]
    fn what_was_saved_is_of_the_same_days_in_water_and_in_rupiah() {
        let from = LocalDay::from_ymd(2026, 11, 10).unwrap();
        // Of half of the days nothing is known.
        let rows: Vec<UsageDay> = (-9..20).filter(|by| by % 2 == 0).map(|by| day(from.plus(by), 0, 0)).collect();
        let residential = |version: &TariffVersion| version.class == TariffClass::Residential;
        let prices: Vec<TariffVersion> = defaults(LocalDay(0)).into_iter().filter(residential).collect();
        let found = saved_since(&rows, from, Millilitres::litres(100), &prices);
        // The first ten cubic metres cost Rp1,500 each.
        assert_eq!((found.volume, found.worth, found.days), (Millilitres::litres(1_000), Some(Rupiah(1_500)), 10));
    }

    #[test]
    fn shorter_showers_are_measured_by_each_and_other_advice_about_them_by_the_day() {
        let applied = LocalDay(20_500);
        let around: Vec<UsageDay> = (-SHOWER_DAYS..=SHOWER_DAYS)
            .map(|by| if by < 0 { day(applied.plus(by), 2, 60) } else { day(applied.plus(by), 3, 40) })
            .collect();
        let of = |name: &str, around: &[UsageDay]| {
            measure(around, &TipName::parse(name).unwrap(), (applied, applied.plus(SHOWER_DAYS + 1)))
        };
        let (Effect::Measured(found), MeasuredBy::Showers) = of("shower-timer", &around) else { panic!("by the day") };
        assert_eq!((found.window, found.saved()), (42, Millilitres::litres(40)), "two showers a day, of 20 L less");
        let (Effect::Measured(found), MeasuredBy::Day) = of("shower-off-while-soaping", &around) else { panic!("by showers") };
        assert_eq!((found.window, found.saved()), (28, Millilitres::ZERO));
        // A coarse meter knows no showers.
        let coarse: Vec<UsageDay> = around.iter().map(|of| UsageDay { draws: None, ..of.clone() }).collect();
        assert_eq!(of("shower-timer", &coarse).1, MeasuredBy::Day);
    }
}

//! Pendapatan, from the days of revenue that this device holds. It costs the months and days of both periods, which are in memory
//! ([`memory`]), and a look at which of them have changed.

mod memory;
#[cfg(test)]
mod tests;

pub use memory::{Days, RevenueMemory};

use crate::error::Error;
use crate::store::rows::read;
use domain::revenue::{DayRange, Dimension, Figures, Growth, Period, RevenueSums, Step, Sums};
use domain::{LocalDay, LocalMonth, Rupiah, TimeZone, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::sync::rows::Zone;
use protocol::ui::{RevenuePoint, RevenueQuestion, RevenueSlice, RevenueView};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

/// Pendapatan.
///
/// # Errors
/// The period cannot be (`period`), or the cache cannot be read.
pub fn revenue(db: &Connection, memory: &RevenueMemory, asked: RevenueQuestion, now: UtcMillis) -> Result<RevenueView, Error> {
    let zones = zones(db)?;
    let today = time_zone(db, &zones)?.day_of(now);
    let latest = latest(&zones, now);
    let period = asked.period.unwrap_or(Period::Month { month: today.month() });
    if !period.is_possible() {
        return Err(Problem::new(Code::BadRequest, "period: some days up to ten years can be shown").into());
    }
    let mut days = memory.now(db)?;
    let range = period.so_far(latest);
    let earlier_days = period.compared_with(asked.compare, latest);
    let dimensions = [asked.breakdown, Dimension::Month];
    let sums = days.of(range, &dimensions);
    let earlier_sums = earlier_days.map(|earlier| days.of(earlier, &dimensions));
    let figures = Figures::of(sums.whole());
    let earlier = earlier_sums.as_ref().map(|sums| Figures::of(sums.whole()));
    let step = asked.step.unwrap_or_else(|| period.step());
    let names = Names { zones: &zones, days: &days };
    let slices = slices(asked.breakdown, (&sums, earlier_sums.as_ref()), &names);
    let first = days.first();
    let up_to_the_end = first.map(|first| Figures::of(days.of(DayRange { from: first, to: range.to }, &[]).whole()));
    Ok(RevenueView {
        period,
        days: range,
        today,
        earlier_days,
        earlier_is_whole: earlier_days.zip(first).is_some_and(|(earlier, first)| first <= earlier.from),
        first,
        figures,
        of_earlier_months: of_earlier_months(&sums, range.from.month()),
        unearned: up_to_the_end.map_or(Rupiah(0), |all| all.unearned_change),
        earlier,
        growth: earlier.map(|earlier| Growth::between(&earlier, &figures)),
        bridge: figures.bridge(),
        breakdown: asked.breakdown,
        slices,
        step,
        series: series(&mut days, range, step),
        earlier_series: earlier_days.map(|earlier| series(&mut days, earlier, step)).unwrap_or_default(),
        heat: days.heat(range).iter().map(|hours| hours.iter().copied().map(Rupiah).collect()).collect(),
        as_of: days.newest(),
    })
}

/// The time zone of most connections.
///
/// # Errors
/// The cache cannot be read.
pub fn utility_zone(db: &Connection) -> Result<TimeZone, Error> {
    time_zone(db, &zones(db)?)
}

/// The last local day that has begun for a connection of the utility. A transfer counts for its connection's day, which begins first in the
/// east: without that day, an hour's money of eastern zones would be in no figure.
///
/// # Errors
/// The cache cannot be read.
pub fn latest_day(db: &Connection, now: UtcMillis) -> Result<LocalDay, Error> {
    Ok(latest(&zones(db)?, now))
}

fn latest(zones: &Zones, now: UtcMillis) -> LocalDay {
    zones.values().map(|(_, zone)| zone.day_of(now)).max().unwrap_or_else(|| TimeZone::Jakarta.day_of(now))
}

/// Names and time zones of the zones, by identifier.
type Zones = HashMap<String, (String, TimeZone)>;

fn zones(db: &Connection) -> Result<Zones, Error> {
    let mut query = db.prepare_cached("SELECT body FROM zone")?;
    let bodies = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    bodies
        .iter()
        .map(|body| {
            let zone: Zone = read(body)?;
            Ok((zone.id.to_string(), (zone.name, zone.time_zone)))
        })
        .collect()
}

/// The time zone of most connections: they are counted only where there are several.
fn time_zone(db: &Connection, zones: &Zones) -> Result<TimeZone, Error> {
    let is_everywhere = |zone: &TimeZone| zones.values().all(|(_, other)| other == zone);
    if let Some(zone) = TimeZone::ALL.into_iter().find(is_everywhere) {
        return Ok(zone);
    }
    let mut query = db.prepare_cached("SELECT zone, COUNT(*) FROM connection GROUP BY zone")?;
    let counted = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(String, i64)>, _>>()?;
    let mut most: BTreeMap<i64, (i64, TimeZone)> = BTreeMap::new();
    for (id, count) in counted {
        if let Some((_, zone)) = zones.get(&id) {
            most.entry(-zone.offset_ms()).or_insert((0, *zone)).0 += count;
        }
    }
    // Of two that have as many, the western one, as the server's summary has it.
    let most = most.into_iter().max_by_key(|(offset, (count, _))| (*count, *offset));
    Ok(most.map_or(TimeZone::Jakarta, |(_, (_, zone))| zone))
}

/// What of the sums belongs to months before one.
fn of_earlier_months(sums: &RevenueSums, month: LocalMonth) -> Figures {
    let mut before = Sums::default();
    for (value, of_month) in sums.values(Dimension::Month) {
        let is_before = value.and_then(|value| value.parse().ok()).is_some_and(|of: i32| of < month.0);
        if is_before {
            before.merge(&of_month);
        }
    }
    Figures::of(&before)
}

struct Names<'a> {
    zones: &'a Zones,
    days: &'a Days,
}

impl Names<'_> {
    fn of(&self, dimension: Dimension, value: &str) -> Option<String> {
        match dimension {
            Dimension::Zone => self.zones.get(value).map(|(name, _)| name.clone()),
            Dimension::Campaign | Dimension::Collector => self.days.name(value).cloned(),
            _ => None,
        }
    }
}

/// The parts of a period, with those that only the earlier days have: hours and months in their order, others by what was received.
fn slices(breakdown: Dimension, (sums, earlier): (&RevenueSums, Option<&RevenueSums>), names: &Names<'_>) -> Vec<RevenueSlice> {
    let mut parts: BTreeMap<Option<String>, (Figures, Option<Figures>)> = BTreeMap::new();
    for (value, of) in sums.values(breakdown) {
        parts.insert(value, (Figures::of(&of), earlier.map(|_| Figures::default())));
    }
    for (value, of) in earlier.into_iter().flat_map(|earlier| earlier.values(breakdown)) {
        parts.entry(value).or_default().1 = Some(Figures::of(&of));
    }
    let slice = |(value, (figures, earlier)): (Option<String>, (Figures, Option<Figures>))| RevenueSlice {
        name: value.as_deref().and_then(|value| names.of(breakdown, value)),
        value,
        figures,
        earlier,
        growth: earlier.map(|earlier| Growth::between(&earlier, &figures)),
    };
    let mut slices: Vec<RevenueSlice> = parts.into_iter().map(slice).collect();
    // What has no value comes last.
    slices.sort_by_key(|slice| {
        let number = slice.value.as_deref().and_then(|value| value.parse::<i64>().ok());
        let place = match breakdown {
            Dimension::Hour | Dimension::Month => (number.unwrap_or_default(), 0),
            _ => (-slice.figures.received.0, -slice.figures.consumed.0),
        };
        (slice.value.is_none(), place)
    });
    slices
}

fn series(days: &mut Days, range: DayRange, step: Step) -> Vec<RevenuePoint> {
    let point = |part: DayRange| RevenuePoint { days: part, figures: Figures::of(days.of(part, &[]).whole()) };
    step.parts(range).into_iter().map(point).collect()
}

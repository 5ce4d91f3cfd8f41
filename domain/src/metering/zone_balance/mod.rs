//! The balance of a zone: the water that its bulk meters let in against what its connections measured, by local day, and what explains the
//! difference. It is the water balance of the International Water Association, cut down to what meters say.
//!
//! Of each day that counts, exactly and in whole millilitres:
//!
//! ```text
//! inflow = charged + uncharged + silent + late + unexplained
//! ```
//!
//! - **charged**: measured at connections on days for which they are charged.
//! - **uncharged**: measured at connections on days before they are charged.
//! - **silent**: what meters that have said nothing for a day, or that the utility calls faulty, are estimated to have missed.
//! - **late**: what is yet to come of meters that report, estimated in the same way.
//! - **unexplained**: the rest. Below zero, more was measured at the connections than went in.
//!
//! What is not known of a connection's day is estimated by its own usual day, in proportion to the time. What a meter measured over a silence
//! that has ended is known: the rules of readings have shared it out over the days.

mod estimate;
mod figures;
mod inflow;
#[cfg(test)]
mod tests;

use crate::core::local_time::HOUR_MS;
use crate::metering::reading::GAP_MS;
use crate::metering::reading::rollup::HourUse;
use crate::{LocalDay, Millilitres, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

pub use estimate::USUAL_DAYS;
pub use figures::{LOSS_DAYS, LossJudged, average_price, judge_loss, per_mille, worth};

/// The first hour of the night, in which hardly anybody uses water: 02:00 to 04:00.
pub const NIGHT_FROM: usize = 2;

/// The hour at which the night ends.
pub const NIGHT_UNTIL: usize = 4;

/// The time during which a meter measured in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when on.
    pub since: UtcMillis,
    /// Until when; `None` while it lasts.
    pub until: Option<UtcMillis>,
    /// The last of its readings there that is used; nothing is known of the time after it.
    pub known_until: Option<UtcMillis>,
}

/// What was measured on one local day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Volume of the day.
    pub volume: Millilitres,
    /// Milliseconds of the day that were measured, and not shared out from a longer gap.
    pub covered_ms: i64,
    /// From 02:00 to 04:00.
    pub night: HourUse,
}

/// A bulk meter of the zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inflow {
    /// When it was one.
    pub span: Span,
    /// Its days, in order.
    pub days: Vec<(LocalDay, Measured)>,
}

/// When a connection was in the zone. A day belongs to the zone in which it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// From when on; `None` for always.
    pub since: Option<UtcMillis>,
    /// Until when; `None` while it lasts.
    pub until: Option<UtcMillis>,
}

/// A connection that is or was in the zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionDays {
    /// When it was there.
    pub stays: Vec<Stay>,
    /// The meters at it, in order of time.
    pub spans: Vec<Span>,
    /// Its days in order: those of the balance, and those before by which its usual day is known.
    pub days: Vec<(LocalDay, Measured)>,
    /// The first day for which it is charged; `None` while it is not.
    pub charged_from: Option<LocalDay>,
    /// Whether the utility calls its meter faulty.
    pub is_faulty: bool,
}

/// The days of a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalancePeriod {
    /// The zone's time zone.
    pub zone: TimeZone,
    /// The first local day.
    pub first: LocalDay,
    /// The last one.
    pub last: LocalDay,
    /// Now: what has not come by then is silent or late.
    pub now: UtcMillis,
}

impl BalancePeriod {
    /// The instants of a day: its beginning and its end.
    fn bounds(&self, day: LocalDay) -> (UtcMillis, UtcMillis) {
        (self.zone.start_of(day), self.zone.start_of(day.plus(1)))
    }
}

/// The parts of what went in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BalanceParts {
    /// Went into the zone.
    pub inflow: Millilitres,
    /// Measured at connections, and charged.
    pub charged: Millilitres,
    /// Measured at connections that were not charged yet.
    pub uncharged: Millilitres,
    /// Estimated of silent and faulty meters.
    pub silent: Millilitres,
    /// Estimated of what is yet to come of meters that report.
    pub late: Millilitres,
    /// The rest.
    pub unexplained: Millilitres,
}

impl BalanceParts {
    /// Measured at connections.
    pub fn measured(&self) -> Millilitres {
        self.charged + self.uncharged
    }

    /// What went in and was not charged: non-revenue water.
    pub fn lost(&self) -> Millilitres {
        self.inflow - self.charged
    }

    /// What of that is explained.
    pub fn explained(&self) -> Millilitres {
        self.uncharged + self.silent + self.late
    }

    fn add(&mut self, other: &Self) {
        self.inflow += other.inflow;
        self.charged += other.charged;
        self.uncharged += other.uncharged;
        self.silent += other.silent;
        self.late += other.late;
        self.unexplained += other.unexplained;
    }

    /// Makes the unexplained part what is left.
    fn close(&mut self) {
        self.unexplained = self.inflow - self.measured() - self.silent - self.late;
    }
}

/// Whether a day counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum DayState {
    /// What went in is known for all of it.
    Counted,
    /// A bulk meter has not reported all of it, or it is not over.
    #[default]
    InflowUnknown,
    /// The zone had no bulk meter for all of it.
    NoInflow,
}

/// The night of a day, from 02:00 to 04:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Night {
    /// Which local day.
    pub day: LocalDay,
    /// Went into the zone.
    pub inflow: Millilitres,
    /// Measured at connections.
    pub measured: Millilitres,
    /// How much of the connections' night was measured, per mille.
    pub coverage: u16,
}

/// A day of the balance. Of one that does not count, nothing is unexplained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DayBalance {
    /// Which local day.
    pub day: LocalDay,
    /// Whether it counts.
    pub state: DayState,
    /// Its parts.
    pub parts: BalanceParts,
    /// How much of the connections' day was measured, per mille.
    pub coverage: u16,
    /// Its night, if all that went in during it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub night: Option<Night>,
}

impl DayBalance {
    /// The unexplained part of what went in, per mille; `None` where the day does not count or nothing went in.
    pub fn unexplained_per_mille(&self) -> Option<i32> {
        let counts = self.state == DayState::Counted;
        per_mille(self.parts.unexplained, self.parts.inflow).filter(|_| counts)
    }
}

/// The balance of a zone over some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Balance {
    /// The sums of the days that count.
    pub total: BalanceParts,
    /// How many count.
    pub counted: u32,
    /// How much of the connections' time on these days was measured, per mille.
    pub coverage: u16,
    /// The night in which least went in, of the days that count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub night_minimum: Option<Night>,
    /// All days, in order.
    pub days: Vec<DayBalance>,
}

/// What a connection adds to the estimates of the days that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Estimated of its silent or faulty meter.
    pub silent: Millilitres,
    /// Milliseconds for which its meter was silent or faulty.
    pub silent_ms: i64,
    /// Whether its usual day is known, so that there is an estimate at all.
    pub has_usual: bool,
}

/// Times of a day of all connections, in milliseconds: there, and measured.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    there: i64,
    covered: i64,
    night_there: i64,
    night_covered: i64,
    night_volume: Millilitres,
}

/// A balance in the making: connections are added one after the other, so that of ten thousand none has to be held.
#[derive(Clone, Debug)]
pub struct Reckoning {
    period: BalancePeriod,
    days: Vec<(DayBalance, Times)>,
}

impl Reckoning {
    /// Begins with what went in.
    pub fn new(period: BalancePeriod, inflows: &[Inflow]) -> Self {
        let days = (period.first.0..=period.last.0).map(LocalDay);
        let days = days.map(|day| (inflow::day(&period, inflows, day), Times::default())).collect();
        Self { period, days }
    }

    /// Leaves out the days of a time of which nothing is known of a bulk meter that was there: before its first reading, or before its register
    /// began anew. As before its removal, six hours are taken as known.
    pub fn leave_out(&mut self, (from, to): (UtcMillis, UtcMillis)) {
        if to.since(from) <= GAP_MS {
            return;
        }
        for (day, _) in &mut self.days {
            let (start, end) = self.period.bounds(day.day);
            if from < end && start < to && day.state == DayState::Counted {
                (day.state, day.night) = (DayState::InflowUnknown, None);
            }
        }
    }

    /// Adds a connection; returns what of it is estimated.
    pub fn add(&mut self, connection: &ConnectionDays) -> Missing {
        let usual = estimate::Usual::of(&self.period, connection);
        let mut missing = Missing { has_usual: usual.volume.is_some(), ..Missing::default() };
        for (day, times) in &mut self.days {
            let (start, end) = self.period.bounds(day.day);
            if !connection.stays.iter().any(|stay| stay.holds(end)) {
                continue;
            }
            let measured = of_day(&connection.days, day.day);
            if connection.charged_from.is_some_and(|from| from <= day.day) {
                day.parts.charged += measured.volume;
            } else {
                day.parts.uncharged += measured.volume;
            }
            let gap = estimate::gap(&self.period, connection, (start, end), measured.volume, usual);
            day.parts.silent += gap.silent;
            day.parts.late += gap.late;
            if day.state == DayState::Counted {
                missing.silent += gap.silent;
                missing.silent_ms += gap.silent_ms;
            }
            let (from, until) = (start.plus(NIGHT_FROM as i64 * HOUR_MS), start.plus(NIGHT_UNTIL as i64 * HOUR_MS));
            times.there += there(&connection.spans, (start, end.min(self.period.now)));
            times.covered += measured.covered_ms;
            times.night_there += there(&connection.spans, (from, until.min(self.period.now)));
            times.night_covered += measured.night.covered_ms;
            times.night_volume += measured.night.volume;
        }
        missing
    }

    /// The balance.
    pub fn finish(self) -> Balance {
        let (mut total, mut counted, mut there, mut covered) = (BalanceParts::default(), 0, 0, 0);
        let mut night_minimum: Option<Night> = None;
        let mut days = Vec::with_capacity(self.days.len());
        for (mut day, times) in self.days {
            day.coverage = coverage(times.covered, times.there);
            if let Some(night) = &mut day.night {
                night.measured = times.night_volume;
                night.coverage = coverage(times.night_covered, times.night_there);
            }
            if day.state == DayState::Counted {
                day.parts.close();
                total.add(&day.parts);
                counted += 1;
                there += times.there;
                covered += times.covered;
                let is_less = |night: &Night| night_minimum.is_none_or(|least| night.inflow < least.inflow);
                night_minimum = day.night.filter(is_less).or(night_minimum);
            }
            days.push(day);
        }
        Balance { total, counted, coverage: coverage(covered, there), night_minimum, days }
    }
}

impl Stay {
    /// Whether the last moment before an instant lies in it.
    fn holds(&self, end: UtcMillis) -> bool {
        self.since.is_none_or(|since| since < end) && self.until.is_none_or(|until| end <= until)
    }
}

/// What was measured on a day.
fn of_day(days: &[(LocalDay, Measured)], day: LocalDay) -> Measured {
    days.binary_search_by_key(&day, |(at, _)| *at)
        .ok()
        .and_then(|place| days.get(place))
        .map_or_else(Measured::default, |of| of.1)
}

/// The part of a time during which a meter was there, as it begins and ends.
fn overlap(span: &Span, (from, to): (UtcMillis, UtcMillis)) -> Option<(UtcMillis, UtcMillis)> {
    let (from, to) = (from.max(span.since), span.until.map_or(to, |until| to.min(until)));
    (from < to).then_some((from, to))
}

/// Milliseconds of a time during which a meter was there.
fn there(spans: &[Span], time: (UtcMillis, UtcMillis)) -> i64 {
    spans.iter().filter_map(|span| overlap(span, time)).map(|(from, to)| to.since(from)).sum()
}

/// How much of a time was measured, per mille.
fn coverage(covered_ms: i64, there_ms: i64) -> u16 {
    if there_ms <= 0 {
        return 0;
    }
    (i128::from(covered_ms) * 1_000 / i128::from(there_ms)).clamp(0, 1_000) as u16
}

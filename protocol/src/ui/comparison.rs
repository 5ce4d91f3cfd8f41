//! *Bandingkan* on Pemakaian: two windows of days beside each other, in volume and in rupiah at once, so that changing the unit asks for nothing.

use crate::ui::{ConnectionRef, Neighbours};
use domain::metering::compare::calendars::Calendar;
use domain::metering::compare::forecast::MonthForecast;
use domain::metering::compare::trend::Trend;
use domain::metering::compare::{CalendarEffect, DayKind, Side, Weekdays, Window};
use domain::{ConnectionId, LocalDay, LocalMonth, Rupiah};
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparisonQuery {
    /// Which supply point; the chosen one if none is named, or the first.
    pub connection: Option<ConnectionId>,
    /// What is compared.
    pub comparing: Comparing,
    /// Whether Mondays are compared with Mondays. Whole years are compared by date in any case.
    #[serde(default)]
    pub by_weekday: bool,
}

/// What is compared with what. What is not named is the latest of which a day is over in the property's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Comparing {
    /// A month with the one before.
    Months {
        /// Which.
        month: Option<LocalMonth>,
    },
    /// A month with the same one of the year before.
    MonthsOfYears {
        /// Which.
        month: Option<LocalMonth>,
    },
    /// Seven days with the seven before.
    Weeks {
        /// The last of them.
        end: Option<LocalDay>,
    },
    /// A year with the one before.
    Years {
        /// Which.
        year: Option<i16>,
    },
    /// Any two.
    Ranges {
        /// The first.
        a: Window,
        /// What it is compared with.
        b: Window,
    },
}

/// Bandingkan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageComparison {
    /// The supply point.
    pub place: ConnectionRef,
    /// What is compared, every part of it named.
    pub comparing: Comparing,
    /// The last local day that is over.
    pub over: LocalDay,
    /// The days beside each other; `None` where one of the two has not begun.
    pub compared: Option<Box<ComparedDays>>,
    /// Where the last eight weeks are going.
    pub trend: Trend,
    /// What weekdays use; `None` where too few days are known.
    pub weekdays: Option<Weekdays>,
    /// What this month will come to; `None` where too few days are known.
    pub forecast: Option<UsageForecast>,
    /// What neighbours used in the newest month of which that is known.
    pub neighbours: Option<Neighbours>,
}

/// Days beside each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedDays {
    /// The first side: equal parts, measured days, sums.
    pub a: Side,
    /// What it is compared with.
    pub b: Side,
    /// Days that count on both sides.
    pub counted: u32,
    /// Days that are left out on both sides because one of the two was not measured.
    pub left_out: u32,
    /// Days that are over and are not compared because the other side is shorter.
    pub rest: Option<Window>,
    /// By how many percent `a` used more than `b`; `None` where nothing is there to compare with.
    pub change: Option<i64>,
    /// The same of what it cost, fees left out.
    pub cost_change: Option<i64>,
    /// Days, or months where they are many.
    pub bars: Vec<ComparedBar>,
    /// Whether the bars are months.
    pub by_month: bool,
    /// Calendars of which one side has more days than the other.
    pub calendars: Vec<CalendarDays>,
}

/// One bar of each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedBar {
    /// The day of the first side, or the first one of the month.
    pub a: LocalDay,
    /// The day of the other.
    pub b: LocalDay,
    /// Used, mL; of a month on the days that count. `None` where nothing is known.
    pub volume: Option<i64>,
    /// The same of the other side.
    pub before: Option<i64>,
    /// What it cost.
    pub cost: Option<Rupiah>,
    /// The same of the other side.
    pub cost_before: Option<Rupiah>,
    /// What is known of the day; of a month whether a day of it counts.
    pub kind: DayKind,
    /// The same of the other side.
    pub kind_before: DayKind,
}

impl ComparedBar {
    /// Whether it counts.
    pub const fn counts(&self) -> bool {
        self.kind.is_complete() && self.kind_before.is_complete()
    }
}

/// A calendar in the two windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDays {
    /// Which.
    pub calendar: Calendar,
    /// Its days in the first.
    pub a: u32,
    /// And in the other.
    pub b: u32,
    /// What its last period did here; `None` where too few days are known.
    pub effect: Option<CalendarEffect>,
}

/// What a month will come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageForecast {
    /// Which.
    pub month: LocalMonth,
    /// In volume.
    pub volume: MonthForecast,
    /// What the water of the month will cost, tax included and fee left out: expected, at least, at most. `None` where prices are not known.
    pub cost: Option<[Rupiah; 3]>,
}

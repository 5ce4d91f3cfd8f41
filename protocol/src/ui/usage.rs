//! Pemakaian: a stretch with its bars, beside the stretch before, in litres and in rupiah.

use crate::ui::{ConnectionRef, UsageForecast};
use domain::alerts::case::Cause;
use domain::billing::forecast::BlockNow;
use domain::metering::neighbours::Middle;
use domain::tips::TipName;
use domain::{LocalDay, LocalMonth, Millilitres, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// A stretch of Pemakaian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Span {
    /// The hours of a day; the latest if none is named.
    Day {
        /// Which.
        day: Option<LocalDay>,
    },
    /// The seven days that end with this one.
    Week {
        /// The last.
        end: Option<LocalDay>,
    },
    /// The days of a month.
    Month {
        /// Which.
        month: Option<LocalMonth>,
    },
    /// The months of a year.
    Year {
        /// Which.
        year: Option<i16>,
    },
}

/// One bar of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Hour of the day, [`LocalDay`] or [`LocalMonth`], by the span.
    pub at: i32,
    /// Used, mL; `None` where nothing was measured.
    pub volume: Option<i64>,
    /// Measured part, per cent.
    pub coverage: u8,
    /// The same bar of the stretch before, mL.
    pub before: Option<i64>,
}

/// Pemakaian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// The supply point shown.
    pub place: ConnectionRef,
    /// All of this customer's.
    pub places: Vec<ConnectionRef>,
    /// The stretch, every part of it named.
    pub span: Span,
    /// Its bars.
    pub bars: Vec<Bar>,
    /// Used in it.
    pub total: Millilitres,
    /// Used in the equal part of the stretch before; `None` if that was not measured.
    pub total_before: Option<Millilitres>,
    /// What of `total` was used on days of a month that the month before has not: it is not compared.
    pub behind: Millilitres,
    /// How many days these are.
    pub unpaired: u32,
    /// Up to when the two are compared; `None` where all of the stretch that can be compared has passed.
    pub compared_until: Option<UtcMillis>,
    /// Measured part of what has passed, per cent.
    pub coverage: u8,
    /// The stretch before and behind, where there is data.
    pub previous: Option<Span>,
    /// See `previous`.
    pub next: Option<Span>,
    /// What is usual by now, of a day.
    pub usual: Option<Usual>,
    /// What it costs; `None` until the prices have come.
    pub money: Option<Money>,
    /// The block in which the month is, where this is of it.
    pub block: Option<BlockNow>,
    /// The month it is.
    pub month: LocalMonth,
    /// What neighbours used: of a month in it or, while that is not known, in the newest one before it; of a year in each of its months. Of days
    /// nothing is known.
    pub neighbours: Vec<Neighbours>,
    /// What this month will come to, where the stretch is this month; `None` where too few days are known.
    pub forecast: Option<UsageForecast>,
    /// What happened in the stretch.
    pub marks: Vec<UsageMark>,
}

/// Something that happened and may explain a bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageMark {
    /// The place of its bar among those of the stretch.
    pub bar: u32,
    /// The local day.
    pub day: LocalDay,
    /// What it is.
    pub what: MarkOf,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mark")]
pub enum MarkOf {
    /// A case was found.
    Case {
        /// Why.
        cause: Cause,
    },
    /// Credit was bought.
    TopUp {
        /// For how much.
        amount: Rupiah,
        /// In so many purchases.
        times: u32,
    },
    /// Other prices hold from then on.
    OtherPrice,
    /// Another meter measures from then on.
    OtherMeter,
    /// An advice is applied since then.
    Tip {
        /// Which.
        tip: TipName,
    },
}

/// What the use of a stretch costs, by the prices of each day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Everything, the fees of months included.
    pub total: Rupiah,
    /// The fees in it.
    pub fee: Rupiah,
    /// What the use in the equal part of the stretch before cost.
    pub before: Option<Rupiah>,
    /// Of each bar.
    pub bars: Vec<Option<Rupiah>>,
    /// Of each bar of the stretch before.
    pub bars_before: Vec<Option<Rupiah>>,
}

/// What is usual by as much of a day as is known of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// So much; `None` where too little is known.
    pub by_now: Option<Millilitres>,
    /// Measured hours of past days, of those that are needed.
    pub measured_hours: u32,
}

/// A month of a group of neighbours beside the same month of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// Which month.
    pub month: LocalMonth,
    /// People in the households of the group; `None`: all connections of the zone and class.
    pub household_size: Option<u8>,
    /// Connections in the group.
    pub homes: u32,
    /// What they used.
    pub middle: Middle,
    /// What the connection used in the same month; `None` where that was not measured.
    pub own: Option<Millilitres>,
}

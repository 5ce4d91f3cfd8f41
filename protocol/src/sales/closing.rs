//! Admin's client ⇄ server: days of cash that are counted and closed, and months that are closed.

use crate::core::typed;
use domain::sales::cash_day::Booked;
use domain::sales::month_close::MonthFigures;
use domain::{ConnectionId, CustomerId, LocalDay, LocalMonth, Rupiah, TimeZone, UserId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Transfers of one answer at most.
pub const LATE_LISTED: usize = 200;

/// Which days of cash are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashDaysAsked {
    /// Of which local month, `year * 12 + (month - 1)`; the running one if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<LocalMonth>,
}

/// The days of a month on which cash was taken or given back, by cashier, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CashDays {
    /// The time zone of the days.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub time_zone: TimeZone,
    /// The day it is.
    pub today: LocalDay,
    /// The month.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub month: LocalMonth,
    /// The days.
    pub days: Vec<CashDay>,
}

/// A cashier's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CashDay {
    /// Who took the cash.
    pub cashier: UserId,
    /// Their name.
    pub cashier_name: String,
    /// The local day.
    pub day: LocalDay,
    /// What was counted: the closing of the day first, then each follow-up.
    pub rounds: Vec<CashRound>,
    /// What is booked and was not counted: of an open day all of it, of a closed one what came late.
    pub open: Booked,
}

/// What was counted at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CashRound {
    /// What was booked.
    pub booked: Booked,
    /// What was counted.
    pub counted: Rupiah,
    /// Why it differs.
    pub reason: String,
    /// Name of who counted.
    pub by_name: String,
    /// Whether the cashier counted their own cash.
    #[serde(default)]
    pub is_own: bool,
    /// When.
    pub at: UtcMillis,
}

/// Closes a cashier's day, or counts what came late. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CashCount {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Whose day.
    pub cashier: UserId,
    /// Which.
    pub day: LocalDay,
    /// How often it was counted before: 0 closes the day.
    pub round: u32,
    /// What was due when they looked, so that nobody counts against another sum.
    pub seen: Rupiah,
    /// What they counted; below zero where more was given back than taken.
    pub counted: Rupiah,
    /// Why it differs: 3 to 500 characters; nothing where it does not.
    #[serde(default, deserialize_with = "typed::line")]
    pub reason: String,
}

/// Which month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthAsked {
    /// `year * 12 + (month - 1)`.
    pub month: LocalMonth,
    /// Which closing of it: [`MonthClosing::id`]; the one that stands if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<Uuid>,
}

/// How far the utility is with its months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Months {
    /// The time zone of the months.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub time_zone: TimeZone,
    /// The month that is to be closed next; none where nothing was posted yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextMonth>,
    /// What was closed, those reopened as well, the newest first; 60 at most.
    pub closings: Vec<MonthClosing>,
}

/// The month that is to be closed next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NextMonth {
    /// Which.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub month: LocalMonth,
    /// Whether it is over.
    pub is_over: bool,
    /// Its figures as they are now.
    pub figures: MonthFigures,
    /// Cashiers' days of it that were not counted, or not all of it; the oldest first.
    pub open_days: Vec<OpenDay>,
}

/// A cashier's day of which cash was not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpenDay {
    /// Whose.
    pub cashier_name: String,
    /// Which.
    pub day: LocalDay,
    /// What is due.
    pub due: Rupiah,
}

/// A month that was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MonthClosing {
    /// Its identifier.
    pub id: Uuid,
    /// Which month.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub month: LocalMonth,
    /// Its figures as they were then.
    pub figures: MonthFigures,
    /// How many cashiers' days were open.
    pub open_days: i64,
    /// Why it was closed all the same.
    pub reason: String,
    /// Name of who closed it.
    pub by_name: String,
    /// When.
    pub at: UtcMillis,
    /// That it was reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened: Option<Reopened>,
    /// What belongs to it and came while this closing stood.
    pub late: LateSum,
    /// Whether it can be reopened: it is the last that is closed.
    pub can_reopen: bool,
}

/// That a month was reopened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reopened {
    /// Name of who did it.
    pub by_name: String,
    /// When.
    pub at: UtcMillis,
    /// Why.
    pub reason: String,
}

/// Corrections to a closed month: how many, and how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LateSum {
    /// How many transfers.
    pub count: i64,
    /// What they charge; below zero went back to customers.
    pub amount: Rupiah,
}

/// Corrections to a closed month, one by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LateTransfers {
    /// The month.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub month: LocalMonth,
    /// All of them together.
    pub sum: LateSum,
    /// The newest first; [`LATE_LISTED`] at most.
    pub transfers: Vec<LateTransfer>,
}

/// A correction to a closed month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LateTransfer {
    /// Its number in the ledger.
    pub no: i64,
    /// When it was posted.
    pub at: UtcMillis,
    /// `charge`, `charge_correction` or `monthly_fee`.
    pub kind: String,
    /// Whose.
    pub customer: CustomerId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Customer and connection, in words.
    pub whose: String,
    /// What it charges.
    pub amount: Rupiah,
}

/// Closes a month, or reopens the last one that is closed. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MonthRequest {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub month: LocalMonth,
    /// Why: 3 to 500 characters. To close a month it is needed where days of cash are open.
    #[serde(default, deserialize_with = "typed::line")]
    pub reason: String,
}

//! Pendapatan: what a device knows of revenue from its own rows, a day each ([`crate::sync::rows::RevenueDay`]), and what it asks the server.

use crate::revenue::{RevenueCustomers, RevenueCustomersAsked, RevenueTransfers, RevenueTransfersAsked};
use domain::revenue::{Bridge, Comparison, DayRange, Dimension, Figures, Growth, Period, Step};
use domain::{LocalDay, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// What a screen asks about revenue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "revenue", content = "of")]
pub enum RevenueRequest {
    /// The figures of a period, from this device's rows: without a network too.
    View(RevenueQuestion),
    /// The transfers behind a figure; an answer received before is given without a network as well.
    Transfers(RevenueTransfersAsked),
    /// Customers by their use and their purchases; an answer received before is given without a network as well.
    Customers(RevenueCustomersAsked),
}

/// The answer to [`RevenueRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevenueResponse {
    /// To [`RevenueRequest::View`].
    View(Box<RevenueView>),
    /// To [`RevenueRequest::Transfers`].
    Transfers {
        /// The transfers.
        page: Box<RevenueTransfers>,
        /// When it was received, if the server cannot be reached now.
        since: Option<UtcMillis>,
    },
    /// To [`RevenueRequest::Customers`].
    Customers {
        /// The customers.
        customers: Box<RevenueCustomers>,
        /// When it was received, if the server cannot be reached now.
        since: Option<UtcMillis>,
    },
}

/// What is wanted of Pendapatan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueQuestion {
    /// Of which period; the month it is if none is named.
    #[serde(default)]
    pub period: Option<Period>,
    /// With what it is compared.
    #[serde(default)]
    pub compare: Comparison,
    /// By what it is divided.
    #[serde(default)]
    pub breakdown: Dimension,
    /// Into what its course is cut; as fits the period if nothing is said.
    #[serde(default)]
    pub step: Option<Step>,
}

/// Pendapatan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueView {
    /// The period.
    pub period: Period,
    /// Its days that have begun, for connections in the east as well: all that follows is of these.
    pub days: DayRange,
    /// The local day it is, in the time zone of most connections.
    pub today: LocalDay,
    /// The days it is compared with; none if it is not.
    pub earlier_days: Option<DayRange>,
    /// Whether this device holds something of before the days that it is compared with: otherwise they may not be all of them.
    pub earlier_is_whole: bool,
    /// The first day of which this device holds something; none if there is nothing.
    pub first: Option<LocalDay>,
    /// Its figures.
    pub figures: Figures,
    /// Of it what belongs to local months before the period: late readings and corrections.
    pub of_earlier_months: Figures,
    /// The unearned balance at the end of these days, as far as this device holds all days before: what is owed as water, less what was lent.
    #[serde(default)]
    pub unearned: Rupiah,
    /// Those of the earlier days.
    pub earlier: Option<Figures>,
    /// By how much they grew.
    pub growth: Option<Growth>,
    /// From gross to net.
    pub bridge: Bridge,
    /// By what it is divided below.
    pub breakdown: Dimension,
    /// The parts of it. Their figures add up to those of the period.
    pub slices: Vec<RevenueSlice>,
    /// Into what its course is cut below.
    pub step: Step,
    /// Its course: its days without a gap.
    pub series: Vec<RevenuePoint>,
    /// The course of the earlier days; empty if there are none.
    pub earlier_series: Vec<RevenuePoint>,
    /// Received by weekday, from Monday, and local hour: 7 times 24.
    pub heat: Vec<Vec<Rupiah>>,
    /// As of when it is, at least: since when this device was up to date, by its clock; where it was started without a network, when the
    /// newest of the rows was written. None if there is nothing.
    pub as_of: Option<UtcMillis>,
}

/// The part of a period that has a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueSlice {
    /// The value, as [`Dimension`] says; none for what has none.
    pub value: Option<String>,
    /// What a zone, campaign or collector is called; none for others, and where it is not known here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its figures.
    pub figures: Figures,
    /// Those of the earlier days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<Figures>,
    /// By how much they grew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth: Option<Growth>,
}

/// A part of a period's course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenuePoint {
    /// Its days.
    pub days: DayRange,
    /// Its figures.
    pub figures: Figures,
}

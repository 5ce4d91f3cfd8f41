//! Beranda: a supply point as it is now; and all of a customer's beside each other.

use crate::sales::money::Purchase;
use crate::sync::rows::Credit;
use crate::ui::{ConnectionRef, MeterNow, Usual};
use domain::billing::forecast::ForecastBasis;
use domain::maintenance::visit::VisitChoice;
use domain::maintenance::work_order::{Window, WorkKind};
use domain::{ConnectionId, LocalDay, LocalMonth, Millilitres, NotificationId, TimeZone, WorkOrderId};
use serde::{Deserialize, Serialize};

/// Beranda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The supply point shown.
    pub place: ConnectionRef,
    /// All of this customer's.
    pub places: Vec<ConnectionRef>,
    /// Its meter's latest.
    pub meter: Option<MeterNow>,
    /// The local day it is.
    pub day: LocalDay,
    /// Used today.
    pub today: Millilitres,
    /// Today by hour, mL; `None` where nothing was measured.
    pub hours: Vec<Option<i64>>,
    /// The usage baseline of each hour, mL; `None` where too few days are known.
    #[serde(rename = "typical_hours")]
    pub baseline_hours: Vec<Option<i64>>,
    /// What is usual by now.
    pub usual: Usual,
    /// The usage baseline of the whole day.
    #[serde(rename = "typical_day")]
    pub baseline_day: Option<Millilitres>,
    /// The credit; `None` where there is none yet, or the connection is not charged.
    #[serde(default)]
    pub credit: Option<Credit>,
    /// What the forecast of the credit is computed from; `None` until the prices have come.
    pub basis: Option<ForecastBasis>,
    /// What was bought last.
    #[serde(default)]
    pub last_purchase: Option<Purchase>,
    /// The visits that are announced, the next one first.
    #[serde(default)]
    pub visits: Vec<AnnouncedVisit>,
}

/// A visit that a customer was notified of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedVisit {
    /// The newest notification of it.
    pub notification: NotificationId,
    /// At which connection.
    pub connection: ConnectionId,
    /// Which order.
    pub order: WorkOrderId,
    /// What is done.
    pub work: WorkKind,
    /// When.
    pub window: Window,
    /// The property's zone.
    pub time_zone: TimeZone,
    /// What may be chosen from in place of that; none where the utility alone sets it.
    pub choice: Option<VisitChoice>,
    /// Whether the time is one that was chosen on this device and that the server has not confirmed.
    pub waiting: bool,
}

/// A connection as the list of them shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyLine {
    /// Which.
    pub place: ConnectionRef,
    /// The local month it is there.
    pub month: LocalMonth,
    /// Used in it so far.
    pub used: Millilitres,
    /// What of that was used on days that the month before has not: it is not compared.
    pub behind: Millilitres,
    /// Used in the equal part of the month before; `None` where that was not measured.
    pub before: Option<Millilitres>,
    /// The credit; `None` where there is none yet, or the connection is not charged.
    pub credit: Option<Credit>,
    /// Cases that are open there.
    pub cases: u32,
    /// Notifications about it that are unread.
    pub unread: u32,
}

//! Peringatan: the notifications of whoever is signed in, and what they want to be notified of.

use crate::alerts::{AlertSettings, ThresholdsNow, ThresholdsRequest};
use crate::sync::rows::{Credit, Notification};
use crate::ui::{CaseName, ConnectionRef, MeterNow};
use domain::alerts::content::Content;
use domain::alerts::kinds::{AlertKind, Severity};
use domain::alerts::notice::Known;
use domain::alerts::preferences::Preferences;
use domain::{NotificationId, Rupiah, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// What a screen asks about notifications. Reading them is from the cache, and what is read here is sent when it can be; what a user wants is
/// the server's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "alerts", content = "with")]
pub enum AlertsRequest {
    /// A part of the list.
    List(AlertsQuery),
    /// How many were not read and have not passed.
    Unread,
    /// Mark some as read.
    Read {
        /// Which.
        notifications: Vec<NotificationId>,
    },
    /// Mark all as read.
    ReadAll,
    /// What the user wants to be notified of; what was received last is given without a network as well.
    Settings,
    /// Set that, whole.
    SetSettings(Box<Preferences>),
    /// The thresholds of the user's own connections, as the cache has them.
    Thresholds,
    /// Set those of one connection.
    SetThresholds(ThresholdsRequest),
}

impl AlertsRequest {
    /// Whether it does something at the server.
    pub const fn is_act(&self) -> bool {
        matches!(self, Self::SetSettings(_) | Self::SetThresholds(_))
    }
}

/// The answer to [`AlertsRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertsResponse {
    /// To [`AlertsRequest::List`].
    List(AlertsWindow),
    /// To [`AlertsRequest::Unread`].
    Unread(u32),
    /// To [`AlertsRequest::Read`] and [`AlertsRequest::ReadAll`]: they are read here, and will be everywhere.
    Read,
    /// To [`AlertsRequest::Settings`] and [`AlertsRequest::SetSettings`].
    Settings {
        /// What is set, and what the server can do.
        settings: Box<AlertSettings>,
        /// When it was received, if the server cannot be reached now.
        since: Option<UtcMillis>,
    },
    /// To [`AlertsRequest::Thresholds`], in order of label.
    Thresholds(Vec<ConnectionThresholds>),
    /// To [`AlertsRequest::SetThresholds`]; the credit's row follows.
    ThresholdsSet(ThresholdsNow),
}

/// Which part of the list: what is open, or all that ever was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertsPart {
    /// What has not passed. What is only good to know is not open any more once it was read.
    #[default]
    Open,
    /// All that is kept.
    History,
}

/// A window of the list, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsQuery {
    /// Which part.
    #[serde(default)]
    pub part: AlertsPart,
    /// Only of this kind.
    #[serde(default)]
    pub kind: Option<AlertKind>,
    /// Only as urgent as this.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// How many to pass over.
    pub offset: u32,
    /// How many at most.
    pub limit: u32,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsWindow {
    /// How many there are in all that the filters leave.
    pub total: u32,
    /// How many are unread, whatever is filtered.
    pub unread: u32,
    /// Kinds of which there is something at all.
    pub kinds: Vec<AlertKind>,
    /// Those of the window.
    pub rows: Vec<AlertRow>,
}

/// A notification in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRow {
    /// As the server has it.
    pub notification: Notification,
    /// Whether it was not read, neither here nor elsewhere, and has not passed.
    pub is_unread: bool,
    /// What the connection is called, or its address where that is nothing; `None` if it is about none that this device holds.
    pub place: Option<String>,
    /// The connection's time zone.
    pub time_zone: Option<TimeZone>,
}

impl AlertRow {
    /// The case that it is about, if it is about one.
    pub fn case(&self) -> Option<CaseName> {
        match (&self.notification.content, self.notification.connection) {
            (Content::Case { no, .. }, Some(connection)) => Some(CaseName { connection, no: *no }),
            _ => None,
        }
    }
}

/// When the balance of one connection is low, and what a preview of other thresholds is computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionThresholds {
    /// Which connection.
    pub place: ConnectionRef,
    /// Its credit, with the thresholds that hold.
    pub credit: Credit,
    /// Its meter; without one nothing is charged.
    pub meter: Option<MeterNow>,
}

impl ConnectionThresholds {
    /// What notices are decided by.
    pub fn known(&self) -> Known {
        let mut known = self.credit.known(self.meter.and_then(|meter| meter.t));
        if self.meter.is_none() {
            known.lasts.per_day = Rupiah(0);
        }
        known
    }
}

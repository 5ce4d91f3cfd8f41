//! What a user is notified of, as a row of the user's own bucket; and cases of meters.

use crate::sync::rows::Person;
use domain::alerts::case::{CaseAnswer, Cause, Found, Status};
use domain::alerts::content::Content;
use domain::alerts::kinds::{AlertKind, Severity};
use domain::leaks::Severity as CaseSeverity;
use domain::{ConnectionId, MeterId, Millilitres, NotificationId, Rupiah, UtcMillis, WorkOrderId};
use serde::{Deserialize, Serialize};

/// A notification of one user. Read on one device, it is read on all: the row changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Identifier.
    pub id: NotificationId,
    /// What it is about.
    pub kind: AlertKind,
    /// How urgent it is.
    pub severity: Severity,
    /// About which connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// About which meter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<MeterId>,
    /// What it says; its words are the screen's.
    pub content: Content,
    /// When it was made.
    pub at: UtcMillis,
    /// When its user read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<UtcMillis>,
    /// When what it is about had passed: a low balance that was topped up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_at: Option<UtcMillis>,
}

/// Something at a meter that somebody has to look into, under `{connection}/{no}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterCase {
    /// The connection at which it was found.
    pub connection: ConnectionId,
    /// Its number there.
    pub no: u32,
    /// The meter.
    pub meter: MeterId,
    /// Why there is a case, in a word that devices of before know too: see [`Self::about`].
    pub cause: Cause,
    /// How bad it is.
    pub severity: CaseSeverity,
    /// How far it is.
    pub status: Status,
    /// When it began, as far as the readings say.
    pub start: UtcMillis,
    /// When it was found: the time of the reading or event.
    pub opened_at: UtcMillis,
    /// Since when the readings say that it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_at: Option<UtcMillis>,
    /// About how much runs away, mL/h; zero where nothing does.
    #[serde(default)]
    pub rate: u32,
    /// What has run away so far.
    #[serde(default)]
    pub loss: Millilitres,
    /// What that costs, on top of the month's use; none where the connection is not charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Rupiah>,
    /// What 30 days of it would cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_month: Option<Rupiah>,
    /// What it was found by.
    pub found: Found,
    /// Until when this use is expected, because somebody said that it is normal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal_until: Option<UtcMillis>,
    /// The work order by which somebody was at the meter when it happened: nobody has to look into it, and nobody is notified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised: Option<WorkOrderId>,
    /// Whose it is to look into it; nobody's where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Person>,
    /// What people said to it, the oldest first.
    #[serde(default)]
    pub history: Vec<CaseStep>,
}

impl MeterCase {
    /// Why there is a case.
    pub fn about(&self) -> Cause {
        self.found.cause(self.cause)
    }
}

/// What somebody said to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseStep {
    /// When.
    pub at: UtcMillis,
    /// Who: a name.
    pub by: String,
    /// What.
    pub answer: CaseAnswer,
    /// What was added to it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

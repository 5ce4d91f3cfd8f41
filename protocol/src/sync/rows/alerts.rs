//! What a user is notified of, as a row of the user's own bucket.

use domain::alerts::content::Content;
use domain::alerts::kinds::{AlertKind, Severity};
use domain::{ConnectionId, MeterId, NotificationId, UtcMillis};
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

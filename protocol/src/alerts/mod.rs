//! Notifications over HTTP: a user's own preferences and devices, and what an admin sees of the queue. The notifications themselves are
//! rows of sync ([`crate::sync::rows::Notification`]).

pub mod rules;
pub mod work;
pub mod zone_loss;

use domain::alerts::kinds::{AlertKind, Channel, DeliveryState, Provider, Severity};
use domain::alerts::preferences::Preferences;
use domain::billing::balance::Thresholds;
use domain::{ConnectionId, CustomerId, NotificationId, UserId, UtcMillis};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Notifications that one request marks as read, and dead letters that one sends again, at most.
pub const AT_ONCE: usize = 500;

/// Dead letters of one answer at most.
pub const DEAD_LETTERS: usize = 50;

/// Customers that one question about a message's reach names at most.
pub const REACH_AT_ONCE: usize = 2_000;

/// Characters of a push token at most.
pub const LONGEST_TOKEN: usize = 4_096;

/// `GET /alerts/v1/preferences`, and the answer to a change of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AlertSettings {
    /// What the user has set.
    pub preferences: Preferences,
    /// Channels that this server can use at all.
    pub channels: Vec<Channel>,
    /// The key by which the user's webhook is signed; none without a webhook. Another address has another key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_key: Option<String>,
}

impl fmt::Debug for AlertSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlertSettings").field("preferences", &self.preferences).finish_non_exhaustive()
    }
}

/// `POST /alerts/v1/thresholds`: when the balance of one connection is low.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ThresholdsRequest {
    /// Of this request, chosen by the screen; it stands in the audit log.
    pub key: Uuid,
    /// Which connection.
    pub connection: ConnectionId,
    /// Its own thresholds; none: those of its customer hold again.
    #[serde(default)]
    pub thresholds: Option<Thresholds>,
}

/// The thresholds that hold for a connection now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ThresholdsNow {
    /// Which.
    pub thresholds: Thresholds,
    /// Whether they are the connection's own.
    pub own: bool,
}

/// `POST /alerts/v1/read`: notifications that the user has read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReadRequest {
    /// Which; [`AT_ONCE`] at most. One that is not the user's own is passed over.
    pub notifications: Vec<NotificationId>,
}

/// `POST /alerts/v1/push-token`: where push messages reach the device that asks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PushTokenRequest {
    /// Whose token it is: `fcm` or `apns`.
    pub provider: Provider,
    /// The token, as the system gave it to the app.
    pub token: String,
    /// Whether push messages are wanted there; not: the token is forgotten.
    pub wanted: bool,
}

impl fmt::Debug for PushTokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushTokenRequest").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// `GET /admin/v1/alerts/queue`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AlertQueue {
    /// Providers that are set up.
    pub providers: Vec<Provider>,
    /// How many deliveries there are, by provider and state; those of the last 90 days.
    pub counts: Vec<DeliveryCount>,
}

/// Deliveries of one provider in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeliveryCount {
    /// Whose.
    pub provider: Provider,
    /// On which channel.
    pub channel: Channel,
    /// In which state.
    pub state: DeliveryState,
    /// How many.
    pub count: i64,
}

/// Which dead letters are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLettersAsked {
    /// [`DeadLetters::next`] of the answer before.
    #[serde(default)]
    pub after: Option<i64>,
}

/// `GET /admin/v1/alerts/dead`: what could not be sent, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeadLetters {
    /// The dead letters; [`DEAD_LETTERS`] at most.
    pub letters: Vec<DeadLetter>,
    /// Where to go on; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// A message that could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeadLetter {
    /// The message's identifier, by which it is sent again.
    pub message: Uuid,
    /// By whom it was to be handed on.
    pub provider: Provider,
    /// On which channel.
    pub channel: Channel,
    /// What about.
    pub kind: AlertKind,
    /// How urgent.
    pub severity: Severity,
    /// To whom: name and e-mail address of the user.
    pub name: String,
    /// The user's e-mail address.
    pub email: String,
    /// When it was made.
    pub at: UtcMillis,
    /// When the last try ended.
    pub ended_at: UtcMillis,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was not taken.
    pub why: String,
}

/// `POST /admin/v1/alerts/send-again`. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SendAgain {
    /// Chosen by who asks.
    pub key: Uuid,
    /// Which dead letters; [`AT_ONCE`] at most. One that is none any more is passed over.
    pub messages: Vec<Uuid>,
}

/// What is sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SentAgain {
    /// How many dead letters are in the queue again.
    pub queued: u32,
}

/// `GET /admin/v1/cases/policy`: what a utility sets about cases of meters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CasePolicy {
    /// Counts the changes; a change names the one that it follows.
    pub rev: i64,
    /// Whether the customer is notified of tampering at the meter as well, by the ways that the customer wants.
    pub tampering_to_customers: bool,
}

/// `POST /admin/v1/cases/policy`: changes it. The same `key` happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CasePolicyChange {
    /// Chosen by who asks.
    pub key: Uuid,
    /// [`CasePolicy::rev`] of what was read: refused with `policy_changed` if somebody else has changed it meanwhile.
    pub rev: i64,
    /// As there.
    pub tampering_to_customers: bool,
}

/// `POST /admin/v1/announcements/reach`: whom a message to these customers would reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AnnouncementReachAsked {
    /// The customers, [`REACH_AT_ONCE`] at most.
    pub customers: Vec<CustomerId>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AnnouncementReach {
    /// Each user once.
    pub people: Vec<UserId>,
}

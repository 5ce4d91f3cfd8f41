//! What the client sends to screens without a request.

use crate::metering::live::Frame;
use crate::ui::{AlertRow, CaseName, Notice, Session, SyncState};
use domain::{ConnectionId, NotificationId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the client sends to the screen without a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A live value.
    Live(Frame),
    /// The cache changed: read again what is shown.
    Changed,
    /// Sync went on, or stopped.
    Sync(SyncState),
    /// Somebody signed in or out, here or remotely.
    Session(Box<Session>),
    /// A balance is low: sent once, for the host to show a notification where it can.
    Notice(Box<Notice>),
    /// A balance that was low is not any more.
    NoticeOver(ConnectionId),
    /// Somebody is notified of something else: sent once, for the host to show a notification where it can.
    Alert(Box<AlertRow>),
    /// It was read, here or elsewhere, or has passed.
    AlertOver(NotificationId),
    /// An import went on: read it again.
    Import(Uuid),
    /// A batch went on: read it again.
    Batch(Uuid),
    /// Somebody answered a notification: show the case that it is about.
    OpenCase(CaseName),
    /// Somebody answered a notification: show where credit is bought for a connection.
    Buy(ConnectionId),
}

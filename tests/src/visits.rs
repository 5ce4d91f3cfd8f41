//! Visits in tests: announced to a customer, and moved by them.

use crate::alerts::CUSTOMER;
use crate::work::{plan_of, say};
use crate::world::{Device, Running};
use domain::alerts::content::Content;
use domain::maintenance::visit::{VisitChoice, offered};
use domain::maintenance::work_order::{Window, WorkKind};
use domain::{ConnectionId, NotificationId, TimeZone, UtcMillis, WorkOrderId};
use protocol::sync::push::Operation;
use protocol::sync::work::VisitMove;
use uuid::Uuid;

/// Announces work of a kind from an instant on, for two hours.
pub async fn announce(running: &Running, work: WorkKind, device: &Device, from: UtcMillis) -> WorkOrderId {
    let order = WorkOrderId(Uuid::now_v7());
    say(running, "admin", plan_of(work, order, device, from)).await;
    order
}

/// A visit as its customer knows it.
pub struct Known {
    /// The newest notification of it that has not passed.
    pub notification: NotificationId,
    /// When.
    pub window: Window,
    /// The property's zone.
    pub zone: TimeZone,
    /// What may be chosen from.
    pub choice: Option<VisitChoice>,
}

impl Known {
    /// The windows that are offered at an instant; nothing where none is.
    pub fn offers(&self, now: UtcMillis) -> Vec<Window> {
        offered(self.choice.as_ref(), self.window, (self.zone, now)).unwrap_or_default()
    }

    /// How often it can be moved still.
    pub fn left(&self) -> Option<u8> {
        self.choice.as_ref().map(|choice| choice.left)
    }

    /// The customer wants another window.
    pub fn move_to(&self, (order, connection): (WorkOrderId, ConnectionId), to: Window) -> Operation {
        Operation::MoveVisit(VisitMove { notification: self.notification, connection, order, was: self.window, to })
    }
}

/// What the world's customer was notified of an order last.
pub async fn known(running: &Running, order: WorkOrderId) -> Known {
    let read = running.server.app.store.read(move |db| {
        let sql = "SELECT id, content FROM notification WHERE user = ?1 AND json_extract(content, '$.order') = ?2
            AND json_extract(content, '$.what') = 'visit' AND cleared_at IS NULL ORDER BY num DESC";
        let row = db.query_row(sql, rusqlite::params![CUSTOMER, order.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (id, content): ([u8; 16], String) = row;
        Ok((NotificationId(Uuid::from_bytes(id)), content))
    });
    let (notification, content) = read.await.expect("a notification");
    match serde_json::from_str::<Content>(&content).expect("what it says") {
        Content::Visit { from, until, time_zone: zone, choice, .. } => {
            Known { notification, window: Window { from, until }, zone, choice }
        }
        other => panic!("{other:?}"),
    }
}

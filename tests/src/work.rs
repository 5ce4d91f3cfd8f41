//! Work at meters in tests: announced by an admin, begun and done by whoever says so, and what the server has made of events meanwhile.

use crate::field::applied;
use crate::ops::{op, push_with};
use crate::valve::Meter;
use crate::world::{Device, Running};
use domain::core::local_time::HOUR_MS;
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::WorkKind;
use domain::{UtcMillis, WorkOrderId};
use protocol::sync::push::Operation;
use serde_json::json;
use uuid::Uuid;

/// Work at a meter from an instant on, for two hours.
pub fn plan(order: WorkOrderId, device: &Device, from: UtcMillis) -> Operation {
    let (meter, work, until, text) = (device.id, WorkKind::Repair, from.plus(2 * HOUR_MS), " Bawa segel ".into());
    let (priority, template, minutes) = (Priority::Normal, None, None);
    Operation::PlanWork { order, meter, work, from, until, technician: None, text, priority, template, minutes }
}

/// Announces it as an admin; returns the order.
pub async fn announce(running: &Running, device: &Device, from: UtcMillis) -> WorkOrderId {
    let order = WorkOrderId(Uuid::now_v7());
    say(running, "admin", plan(order, device, from)).await;
    order
}

/// Somebody says something about work, which is taken.
pub async fn say(running: &Running, who: &str, operation: Operation) {
    let ops = vec![op(Uuid::now_v7(), 1, None, &operation)];
    let results = push_with(running, &running.token(who).await, ops).await;
    assert!(results.iter().all(applied), "{results:?}");
}

/// A meter reports something of itself, by its own clock.
pub async fn report(meter: &mut Meter, kind: &str, t: UtcMillis) {
    meter.publish_as("event", &json!({ "t": t, "kind": kind, "reg": t.0 / 60_000 % 1_000_000 })).await;
}

/// A case as the server has it: its cause, whether work authorises it, whether it goes on, and how many events it has.
pub type Stored = (String, bool, bool, i64);

/// The cases of a meter that stand, in the order in which they were found.
pub async fn stored(running: &Running, meter: i64) -> Vec<Stored> {
    let read = running.server.app.store.read(move |db| {
        let mut query = db.prepare(
            "SELECT cause, work_order IS NOT NULL, cleared_at IS NULL, json_extract(found, '$.count') FROM meter_case
             WHERE meter = ?1 AND withdrawn_at IS NULL ORDER BY num",
        )?;
        let rows = query.query_map([meter], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?)
    });
    read.await.expect("reads")
}

/// When each event of a meter happened that is part of a case, and whether work authorises it.
pub async fn judged(running: &Running, meter: i64) -> Vec<(i64, bool)> {
    let read = running.server.app.store.read(move |db| {
        let mut query = db.prepare(
            "SELECT e.at, k.work_order IS NOT NULL FROM meter_event e JOIN meter_case k ON k.num = e.meter_case
             WHERE e.meter = ?1 AND k.withdrawn_at IS NULL ORDER BY e.at",
        )?;
        Ok(query.query_map([meter], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?)
    });
    read.await.expect("reads")
}

//! Work at meters in tests: announced by an admin, begun and done by whoever says so, and what the server has made of events meanwhile.

use crate::field::applied;
use crate::ops::{op, push_with};
use crate::valve::Meter;
use crate::world::{Device, Running};
use domain::core::local_time::HOUR_MS;
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::WorkKind;
use domain::{UserId, UtcMillis, WorkOrderId};
use protocol::sync::push::{Operation, OperationResult};
use protocol::sync::rows::{WorkOrder, WorkRecord};
use serde_json::json;
use sync_server::maintenance::rows;
use sync_server::metering::fleet;
use uuid::Uuid;

/// A repair of a meter from an instant on, for two hours.
pub fn plan(order: WorkOrderId, device: &Device, from: UtcMillis) -> Operation {
    plan_of(WorkKind::Repair, order, device, from)
}

/// Work at a meter from an instant on, for two hours.
pub fn plan_of(work: WorkKind, order: WorkOrderId, device: &Device, from: UtcMillis) -> Operation {
    let (meter, until, text) = (device.id, from.plus(2 * HOUR_MS), " Bawa segel ".into());
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
    let result = answered(running, who, &operation).await;
    assert!(applied(&result), "{result:?}");
}

/// What somebody who says something about work is answered.
pub async fn answered(running: &Running, who: &str, operation: &Operation) -> OperationResult {
    let ops = vec![op(Uuid::now_v7(), 1, None, operation)];
    push_with(running, &running.token(who).await, ops).await.pop().expect("an answer")
}

/// An order as its row shows it.
pub async fn shown(running: &Running, order: WorkOrderId) -> WorkOrder {
    running.server.app.store.read(move |db| rows::body(db, order.0)).await.expect("reads").expect("an order")
}

/// What was recorded under an order, as the rows show it, in the order of arrival.
pub async fn recorded(running: &Running, order: WorkOrderId) -> Vec<WorkRecord> {
    let read = running.server.app.store.read(move |db| {
        let mut query = db
            .prepare("SELECT r.id FROM work_record r JOIN work_order w ON w.num = r.work_order WHERE w.id = ?1 ORDER BY r.num")?;
        let ids = query.query_map([order.0.as_bytes()], |row| row.get(0).map(Uuid::from_bytes))?;
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        ids.into_iter().filter_map(|id| rows::records::body(db, id).transpose()).collect()
    });
    read.await.expect("reads")
}

/// The other customer becomes a technician of the first zone, `other`.
pub async fn second_technician(running: &Running) -> UserId {
    let zone = running.world.zones[0];
    let work = running.server.app.store.writer.work(move |tx| {
        tx.db.execute("UPDATE user SET role = 'technician' WHERE name = 'other'", [])?;
        let (num, id) =
            tx.db.query_row("SELECT num, id FROM user WHERE name = 'other'", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let key = tx.db.query_row("SELECT num FROM zone WHERE id = ?1", [zone.0.as_bytes()], |row| row.get(0))?;
        fleet::assign_zone(tx, num, key)?;
        Ok(UserId(Uuid::from_bytes(id)))
    });
    work.await.expect("a technician")
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

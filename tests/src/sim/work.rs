//! Work orders in a simulation: whoever is an admin, or was one, announces work, and begins, completes, moves, assigns or cancels what their
//! device shows.

use super::device::Device;
use super::server::{METERS, id};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::WorkKind;
use domain::{MeterId, UtcMillis, WorkOrderId};
use protocol::sync::push::Operation;
use protocol::sync::rows::WorkOrder;

/// Something about work at a meter.
pub fn operation(device: &Device, pick: u32, now: UtcMillis) -> Option<Operation> {
    if (pick / 16).is_multiple_of(4) {
        let order = WorkOrderId(id(u128::from(210 + device.number), u128::from(pick)));
        let meter = MeterId(id(5, u128::from(pick >> 8) % METERS));
        let work = WorkKind::ALL[pick as usize / 64 % WorkKind::ALL.len()];
        let (from, until, text) = (now, now.plus(HOUR_MS), String::new());
        let (priority, template, minutes) = (Priority::Normal, None, None);
        return Some(Operation::PlanWork {
            order,
            meter,
            work,
            from,
            until,
            technician: None,
            text,
            priority,
            template,
            minutes,
        });
    }
    let WorkOrder { id: order, meter, .. } = shown(device, pick)?;
    Some(match pick / 16 % 4 {
        1 => Operation::BeginWork { order, meter, at: now },
        2 => Operation::CompleteWork { order, meter, at: now },
        _ => Operation::CancelWork { order, meter },
    })
}

/// Other plans for work that the device shows: an hour on, a day on, or for nobody in particular.
pub fn planned_anew(device: &Device, pick: u32) -> Option<Operation> {
    let WorkOrder { id: order, meter, from: was, until, .. } = shown(device, pick)?;
    let on = |by| Operation::MoveWork { order, meter, was, from: was.plus(by), until: until.plus(by) };
    Some(match pick / 16 % 4 {
        0 | 1 => on(HOUR_MS),
        2 => on(DAY_MS),
        _ => Operation::AssignWork { order, meter, to: None },
    })
}

/// One of the orders that the device shows.
fn shown(device: &Device, pick: u32) -> Option<WorkOrder> {
    let list = |db: &rusqlite::Connection| {
        let mut query = db.prepare("SELECT body FROM work_order ORDER BY id")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let shown: Vec<WorkOrder> =
        device.store.as_ref()?.read_now(list).ok()?.iter().filter_map(|body| serde_json::from_str(body).ok()).collect();
    shown.get((pick >> 8) as usize % shown.len().max(1)).cloned()
}

//! What must hold, once nothing happens any more, of messages to many customers, of records that were merged, and of lists that were made into
//! files.

use crate::sim::world::World;
use crate::sim::{Broken, ensure, seen};
use serde_json::Value;
use std::collections::BTreeSet;

/// Looks at everything that was done at the office.
pub fn office(world: &mut World) -> Result<(), Broken> {
    messages_reach_each_user_once(world)?;
    merged_records_leave_nothing_behind(world)?;
    credit_stays(world)?;
    files_are_on_record_once(world)
}

/// Each user of a customer who was named, and nobody else, is notified once of each message that somebody wrote, however often it was sent.
fn messages_reach_each_user_once(world: &mut World) -> Result<(), Broken> {
    let (notified, reached) = (world.server.notified(), world.server.model.reached());
    let written = world.devices.iter().flat_map(|device| device.announcements().map(|id| id.to_string()));
    let written: BTreeSet<String> = written.collect();
    for (message, user) in notified.keys().chain(&reached) {
        seen(&mut world.counts.checks, "messages reach each user once");
        ensure(written.contains(message), || format!("{user} is notified of {message}, which nobody wrote: it was sent as two"))?;
    }
    let is_same = notified.keys().eq(&reached) && notified.values().all(|count| *count == 1);
    ensure(is_same, || format!("messages should reach {reached:?} once each, and reach {notified:?}"))
}

/// Nothing is held for a customer whose record was merged into another one, unless it was added once more; that no device shows it is looked at
/// with all that is gone.
fn merged_records_leave_nothing_behind(world: &mut World) -> Result<(), Broken> {
    let (model, buckets) = (&world.server.model, world.server.buckets());
    for (gone, connections) in model.merged.iter().filter(|(gone, _)| model.gone.contains(*gone)) {
        seen(&mut world.counts.checks, "merged records leave nothing behind");
        ensure(!buckets.contains(&format!("customer:{gone}")), || format!("{gone} was merged, and something is held for it"))?;
        let left = connections.iter().find(|id| model.places.get(*id).is_some_and(|place| place.customer.to_string() == *gone));
        ensure(left.is_none(), || format!("{gone} was merged, and {left:?} is still of it"))?;
    }
    Ok(())
}

/// Credit is the connection's, whoever its customer is and wherever it moves.
fn credit_stays(world: &mut World) -> Result<(), Broken> {
    let (credit, model) = (world.server.credit(), world.server.model.credit());
    seen(&mut world.counts.checks, "credit is that of the opening balances");
    ensure(credit == model, || format!("the model has the credit {model:?}, the server {credit:?}"))
}

/// Each list that was made into a file is in the audit log once, whatever was killed or restored since.
fn files_are_on_record_once(world: &mut World) -> Result<(), Broken> {
    let (recorded, model) = (world.server.exports(), &world.server.model.exports);
    ensure(recorded.keys().eq(model), || format!("the model has the files {model:?}, the audit log {recorded:?}"))?;
    for device in &world.devices {
        for op in &device.office.exports {
            seen(&mut world.counts.checks, "files of lists are on record once");
            let times = recorded.get(op).copied().unwrap_or(0);
            ensure(times == 1, || format!("device {}: the file of {op} is {times} times on record", device.number))?;
        }
    }
    Ok(())
}

/// A device shows a connection under the customer and in the zone where it is.
pub fn is_where_it_is(world: &mut World, id: &str, body: &Value) -> Result<(), Broken> {
    seen(&mut world.counts.checks, "connections are shown where they are");
    let place = world.server.model.places.get(id);
    let is_same =
        place.is_some_and(|place| body["customer"] == place.customer.to_string() && body["zone"] == place.zone.to_string());
    ensure(is_same, || format!("a device shows {body}, which is at {place:?}"))
}

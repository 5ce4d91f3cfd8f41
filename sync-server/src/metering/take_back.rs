//! Taking back a customer that was added by mistake, with the connections and meters: only while nothing else has happened to any of them.

use crate::core::feed::RowId;
use crate::core::{Tx, holders};
use crate::error::Error;
use crate::metering::rows::added as rows;
use domain::people::TAKE_BACK_MS;
use protocol::sync::rows::Entity;
use protocol::sync::rows::kinds::{Follows, Key};

/// A row of a bucket that goes with the customer.
struct Held {
    bucket: i64,
    entity: Entity,
    id: RowId,
}

/// Takes a customer back, with everything that was added for it, and out of every bucket; false if it is too late, somebody has changed one
/// of its rows, or something else names it: a reading of the meter itself, a transfer, a user, a case, work that somebody has begun or changed.
/// Then all is as it was.
///
/// `author` recorded the meters' first registers, which go as well.
///
/// # Errors
/// The database.
pub fn take_back(tx: &mut Tx<'_>, customer: i64, author: i64) -> Result<bool, Error> {
    let Some(added) = rows::added(tx, customer)?.filter(|added| tx.now.since(added.at) <= TAKE_BACK_MS) else { return Ok(false) };
    let parts = rows::parts(tx, customer)?;
    let of_part = |part: &rows::Part| std::iter::once(part.id).chain(part.meter_id).chain(part.orders.clone());
    let of_parts = parts.iter().flat_map(of_part);
    let ids = std::iter::once(added.id).chain(of_parts);
    for id in ids {
        if rows::is_changed(tx, added.utility, id)? {
            return Ok(false);
        }
    }
    let held = held_rows(tx, &added, &parts)?;
    if !rows::delete(tx, customer, &parts, author)? {
        return Ok(false);
    }
    for row in held {
        tx.remove(row.bucket, row.entity, &row.id)?;
    }
    Ok(true)
}

/// Every row of a bucket that is about the customer, the connections or the meters.
fn held_rows(tx: &mut Tx<'_>, added: &rows::Added, parts: &[rows::Part]) -> Result<Vec<Held>, Error> {
    let mut held = Vec::new();
    let own =
        [tx.bucket(added.utility, format!("customer:{}", uuid::Uuid::from_bytes(added.id)))?, tx.bucket(added.utility, "admin")?];
    held.extend(own.map(|bucket| Held { bucket, entity: Entity::Customer, id: RowId::of(added.id) }));
    for part in parts {
        let around = holders::of_connection(tx, part.num)?;
        held.push(Held { bucket: around.zone, entity: Entity::Customer, id: RowId::of(added.id) });
        for bucket in around.all() {
            held.push(Held { bucket, entity: Entity::Connection, id: RowId::of(part.id) });
            for entity in Entity::ALL.into_iter().filter(|entity| entity.kind().follows == Follows::Connection) {
                let rows = crate::metering::rows::connections::held_rows(tx, bucket, entity, part.id)?;
                held.extend(rows.into_iter().map(|(id, _)| Held { bucket, entity, id }));
            }
            let Some(meter) = part.meter_id else { continue };
            for entity in Entity::ALL.into_iter().filter(|entity| entity.kind().key == Key::Meter) {
                held.push(Held { bucket, entity, id: RowId::of(meter) });
            }
            held.extend(part.readings.iter().map(|id| Held { bucket, entity: Entity::ManualReading, id: RowId::of(*id) }));
            held.extend(part.orders.iter().map(|id| Held { bucket, entity: Entity::WorkOrder, id: RowId::of(*id) }));
        }
        for (id, user) in &part.tips {
            let bucket = tx.bucket(added.utility, format!("user:{}", uuid::Uuid::from_bytes(*user)))?;
            held.push(Held { bucket, entity: Entity::TipState, id: RowId::of(*id) });
        }
    }
    Ok(held)
}

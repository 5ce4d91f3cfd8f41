//! Moving a connection to another customer or zone: everything that belongs to it leaves the old buckets and enters the new ones, in one
//! transaction, so that nobody ever holds it by an old right.

use crate::core::feed::RowId;
use crate::core::{Tx, holders};
use crate::error::Error;
use crate::metering::fleet::put_connection;
use crate::metering::install::Before;
use crate::metering::neighbours;
use crate::metering::rows::{connections, installations};
use protocol::sync::rows::Entity;
use protocol::sync::rows::kinds::Follows;

/// Moves a connection, with its meter, its latest values and its use. Another zone may have another time: then its days are summed anew;
/// otherwise no reading is looked at, so that thousands can be moved at once. The writer forgets the meters.
///
/// # Errors
/// No such connection, customer or zone in the utility, or the database.
pub fn move_connection(tx: &mut Tx<'_>, connection: i64, customer: i64, zone: i64) -> Result<(), Error> {
    let (old_customer, old_zone) = connections::customer_and_zone(tx, connection)?;
    let old = holders::of_connection(tx, connection)?;
    let row = connections::revisions(tx, connection)?;
    let is_same_time = connections::have_same_time(tx, old_zone, zone)?;
    let mut before = Vec::new();
    for meter in installations::meters_of(tx, connection)? {
        before.push(if is_same_time { Before::of_holders(tx, meter)? } else { Before::read(tx, meter)? });
        tx.touch_meter(meter);
    }
    connections::write_customer_and_zone(tx, connection, customer, zone)?;
    let new = holders::of_connection(tx, connection)?;
    if old_zone != zone {
        neighbours::forget(tx, (connection, row.id), old.customer)?;
    }
    if old_customer != customer {
        tx.remove(old.customer, Entity::Connection, &RowId::of(row.id))?;
        move_use(tx, row.id, old.customer, new.customer)?;
    }
    if old_zone != zone {
        connections::write_past_zone(tx, connection, old_zone)?;
        move_use(tx, row.id, old.zone, new.zone)?;
        tx.remove(old.zone, Entity::Connection, &RowId::of(row.id))?;
    }
    if !connections::has_in_zone(tx, old_customer, old_zone)? {
        tx.remove(old.zone, Entity::Customer, &RowId::of(row.customer))?;
    }
    put_connection(tx, connection)?;
    before.into_iter().try_for_each(|before| before.apply(tx))
}

/// Takes use, credit, statement and cases out of one customer's or zone's bucket and puts them into another's: they are the connection's.
/// Purchases stay with the customer who made them.
fn move_use(tx: &mut Tx<'_>, connection: [u8; 16], old: i64, new: i64) -> Result<(), Error> {
    for entity in Entity::ALL.into_iter().filter(|entity| entity.kind().follows == Follows::Connection) {
        for (id, rev) in connections::held_rows(tx, old, entity, connection)? {
            tx.remove(old, entity, &id)?;
            tx.put(new, entity, &id, rev)?;
        }
    }
    Ok(())
}

//! Moving a connection to another customer or zone: everything that stands there leaves the old buckets and enters the new ones, in one
//! transaction, so that nobody ever holds it by an old right.

use crate::billing::tariffs::Prices;
use crate::core::Tx;
use crate::core::feed::RowId;
use crate::error::Error;
use crate::field::records;
use crate::metering::fleet::{holders, put_connection};
use crate::metering::install::{move_rows, settle, walk};
use crate::metering::publish::publish_meter;
use protocol::sync::rows::Entity;
use protocol::sync::rows::kinds::Follows;
use rusqlite::params;
use uuid::Uuid;

/// Who has a connection, and where it is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct ConnectionHolders {
    customer: i64,
    customer_id: [u8; 16],
    zone: i64,
    zone_id: [u8; 16],
}

fn place(tx: &mut Tx<'_>, connection: i64) -> Result<ConnectionHolders, Error> {
    let mut query = tx.db.prepare_cached(
        "SELECT c.customer, cu.id, c.zone, z.id FROM connection c JOIN customer cu ON cu.num = c.customer
         JOIN zone z ON z.num = c.zone WHERE c.num = ?1",
    )?;
    Ok(query.query_row([connection], |row| {
        Ok(ConnectionHolders { customer: row.get(0)?, customer_id: row.get(1)?, zone: row.get(2)?, zone_id: row.get(3)? })
    })?)
}

/// Moves a connection, with its meter, its latest values and its use. Another zone may have another time: its days are summed anew. The
/// writer must forget its meters afterwards.
///
/// # Errors
/// No such connection, customer or zone in the utility, or the database.
pub fn move_connection(tx: &mut Tx<'_>, connection: i64, customer: i64, zone: i64) -> Result<(), Error> {
    let from = place(tx, connection)?;
    let mut query = tx.db.prepare_cached("SELECT DISTINCT meter FROM installation WHERE connection = ?1")?;
    let meters = query.query_map([connection], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let mut before = Vec::with_capacity(meters.len());
    for meter in &meters {
        before.push((holders(tx, *meter)?, records::holders(tx, *meter)?, walk(tx, *meter)?));
    }
    let (id, utility): ([u8; 16], i64) = tx
        .db
        .prepare_cached(
            "UPDATE connection SET customer = ?2, zone = ?3, rev = rev + 1 WHERE num = ?1
               AND EXISTS (SELECT 1 FROM customer cu WHERE cu.num = ?2 AND cu.utility = connection.utility)
               AND EXISTS (SELECT 1 FROM zone z WHERE z.num = ?3 AND z.utility = connection.utility)
             RETURNING id, utility",
        )?
        .query_row([connection, customer, zone], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let to = place(tx, connection)?;
    if from.customer != to.customer {
        let mut of = |id| tx.bucket(utility, format!("customer:{}", Uuid::from_bytes(id)));
        let (old, new) = (of(from.customer_id)?, of(to.customer_id)?);
        tx.remove(old, Entity::Connection, &RowId::of(id))?;
        move_use(tx, id, old, new)?;
    }
    let old_zone = tx.bucket(utility, format!("zone:{}", Uuid::from_bytes(from.zone_id)))?;
    if from.zone != to.zone {
        tx.remove(old_zone, Entity::Connection, &RowId::of(id))?;
    }
    let is_there_still: bool = tx
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM connection WHERE customer = ?1 AND zone = ?2)")?
        .query_row([from.customer, from.zone], |row| row.get(0))?;
    if !is_there_still {
        tx.remove(old_zone, Entity::Customer, &RowId::of(from.customer_id))?;
    }
    put_connection(tx, connection)?;
    for (meter, (held, told, walked)) in meters.iter().zip(before) {
        settle(tx, *meter, &walked)?;
        move_rows(tx, *meter, &held)?;
        records::follow(tx, *meter, &told)?;
        // What another time zone made of the days is another revision, and is so before anybody can ask.
        publish_meter(tx, &mut Prices::default(), *meter)?;
    }
    Ok(())
}

/// Takes use, credit and statement out of one customer's bucket and puts them into another's: they are the connection's. What was bought
/// stays with who bought it.
fn move_use(tx: &mut Tx<'_>, connection: [u8; 16], old: i64, new: i64) -> Result<(), Error> {
    let mut query = tx.db.prepare_cached(
        "SELECT id, rev FROM change WHERE bucket = ?1 AND entity = ?2 AND id >= ?3 AND id < ?4 AND removed = 0 ORDER BY id",
    )?;
    // Their keys are the connection's, with a number behind it but for the credit's.
    let mut end = connection.to_vec();
    end.extend([0xff; 5]);
    for entity in Entity::ALL.into_iter().filter(|entity| entity.kind().follows == Follows::Connection) {
        let rows = query
            .query_map(params![old, entity as u8, connection, end], |row| Ok((RowId(row.get(0)?), row.get(1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        for (id, rev) in rows {
            tx.remove(old, entity, &id)?;
            tx.put(new, entity, &id, rev)?;
        }
    }
    Ok(())
}

//! Merging two records of one person: connections and users go over to the one who stays, with all that is known of them; money stays at the
//! connections, where the ledger has it.

use crate::core::feed::RowId;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::fleet::{link_customer, unlink_customer};
use crate::metering::moves::move_connection;
use crate::metering::rows::merging as rows;
use domain::{ConnectionId, CustomerId};
use protocol::sync::rows::Entity;
use std::collections::BTreeSet;

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The connections are others than its author saw.
    Connections,
    /// Both have users of their own: who may see what is for a person to say.
    Users,
    /// The one that goes has bought something.
    Purchases,
}

/// What stands in the way of merging `gone` into `keep`.
///
/// # Errors
/// The database.
pub fn obstacle(db: &Db, (keep, gone): (i64, i64), connections: &BTreeSet<ConnectionId>) -> Result<Option<Obstacle>, Error> {
    let own: BTreeSet<_> = rows::connections(db, gone)?.into_iter().map(|connection| connection.id).collect();
    if own != *connections {
        return Ok(Some(Obstacle::Connections));
    }
    let (staying, going) = (rows::users(db, keep)?, rows::users(db, gone)?);
    if !staying.is_empty() && going.iter().any(|user| !staying.contains(user)) {
        return Ok(Some(Obstacle::Users));
    }
    Ok(rows::has_bought(db, gone)?.then_some(Obstacle::Purchases))
}

/// Moves all that `gone` has to `keep`, and removes it from every bucket. Nothing may stand in the way ([`obstacle`]).
///
/// # Errors
/// Something else names the customer that goes, or the database; nothing may be kept then.
pub fn merge(tx: &mut Tx<'_>, utility: i64, keep: i64, (gone, id): (i64, CustomerId)) -> Result<(), Error> {
    for connection in rows::connections(tx, gone)? {
        move_connection(tx, connection.num, keep, connection.zone)?;
    }
    for user in rows::users(tx, gone)? {
        link_customer(tx, user, keep)?;
        unlink_customer(tx, user, gone)?;
    }
    for name in [format!("customer:{id}"), "admin".to_owned()] {
        let bucket = tx.bucket(utility, name)?;
        tx.remove(bucket, Entity::Customer, &RowId::of(*id.0.as_bytes()))?;
    }
    rows::delete(tx, gone)
}

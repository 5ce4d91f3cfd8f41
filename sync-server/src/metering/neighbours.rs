//! What neighbours use: of each month and zone the groups that are large enough are made once, and each connection is given the one that it is
//! shown, as a row of its customer's bucket. The rule which groups there are is `domain::metering::neighbours`.

use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::metering::rows::neighbours as rows;
use domain::LocalMonth;
use domain::metering::neighbours::{Group, Member, groups, shown_to};
use protocol::sync::rows::Entity;

/// Connections that are given what they are shown in one transaction: some ten milliseconds' work.
const TOGETHER: usize = 500;

/// What is known of a month of a zone.
pub enum Look {
    /// It was made before.
    Made,
    /// No connection was measured enough in it.
    Unknown,
    /// Its groups, by class; there are none where too few were measured.
    Groups(Vec<(String, Group)>),
}

/// Looks at a month of a zone.
///
/// # Errors
/// The database.
pub fn look(db: &Db, zone: i64, month: LocalMonth) -> Result<Look, Error> {
    if rows::is_made(db, zone, month)? {
        return Ok(Look::Made);
    }
    let members = rows::members(db, zone, month)?;
    if members.is_empty() {
        return Ok(Look::Unknown);
    }
    let of_class =
        |(class, members): (String, Vec<Member>)| groups(&members).into_iter().map(move |group| (class.clone(), group));
    Ok(Look::Groups(members.into_iter().flat_map(of_class).collect()))
}

/// Keeps the groups of a zone's month, once. A month without any is not kept: its readings may be on their way.
///
/// # Errors
/// The database.
pub fn make(tx: &mut Tx<'_>, zone: i64, month: LocalMonth, groups: &[(String, Group)]) -> Result<(), Error> {
    if groups.is_empty() || !rows::insert_made(tx, zone, month)? {
        return Ok(());
    }
    groups.iter().try_for_each(|(class, group)| rows::insert_group(tx, (zone, month), class, group))
}

/// Gives some connections what they are shown; false if all were given theirs.
///
/// # Errors
/// The database.
pub fn give_some(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let Some(open) = rows::open(tx)? else { return Ok(false) };
    let groups = rows::groups(tx, open.zone, open.month)?;
    let some = rows::next_in(tx, open.zone, open.given, TOGETHER)?;
    for connection in &some {
        let of_class = groups.get(&connection.class).map(Vec::as_slice).unwrap_or_default();
        let Some(group) = shown_to(of_class, connection.size) else { continue };
        rows::write_shown(tx, connection.num, open.month, group)?;
        let holders = holders::of_connection(tx, connection.num)?;
        tx.put(holders.customer, Entity::NeighbourMonth, &RowId::at(connection.id, open.month.0), group)?;
    }
    let last = some.last().map(|connection| connection.num);
    rows::write_given(tx, open, last.filter(|_| some.len() == TOGETHER))?;
    Ok(true)
}

/// Takes what a connection (key and identifier) is shown out of its customer's bucket: it leaves the zone.
///
/// # Errors
/// The database.
pub fn forget(tx: &mut Tx<'_>, (connection, id): (i64, [u8; 16]), customer: i64) -> Result<(), Error> {
    for month in rows::delete_shown(tx, connection)? {
        tx.remove(customer, Entity::NeighbourMonth, &RowId::at(id, month))?;
    }
    Ok(())
}

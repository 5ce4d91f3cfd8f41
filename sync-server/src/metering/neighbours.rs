//! What neighbours use: of each month and zone the groups that are large enough are made once, and each connection is given the one that it is
//! shown, as a row of its customer's bucket. The rule which groups there are is `domain::metering::neighbours`.

use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::metering::rows::neighbours as rows;
use domain::LocalMonth;
use domain::metering::neighbours::{Group, MONTHS_BACK, Member, groups, shown_to};
use protocol::sync::rows::Entity;

/// Connections that are given what they are shown in one transaction: some ten milliseconds' work.
const TOGETHER: usize = 500;

/// The groups of a month, each with its class.
pub type OfMonth = Vec<(String, Group)>;

/// The months of a zone of which there are groups that were not made, the newest first: of [`MONTHS_BACK`] up to one. A month of which nothing is
/// known, or too few were measured, hides none before it. It costs a search for each connection of the zone, and once more for each month that is
/// known and was not made; nothing where all were made.
///
/// # Errors
/// The database.
pub fn unmade(db: &Db, zone: i64, newest: LocalMonth) -> Result<Vec<(LocalMonth, OfMonth)>, Error> {
    let of_class =
        |(class, members): (String, Vec<Member>)| groups(&members).into_iter().map(move |group| (class.clone(), group));
    let oldest = LocalMonth(newest.0 - MONTHS_BACK + 1);
    let made = rows::made(db, zone, (oldest, newest))?;
    let mut found = Vec::new();
    if made.len() == MONTHS_BACK as usize {
        return Ok(found);
    }
    for month in rows::known(db, zone, (oldest, newest))? {
        if made.contains(&month) {
            continue;
        }
        let of_month: OfMonth = rows::members(db, zone, month)?.into_iter().flat_map(of_class).collect();
        if !of_month.is_empty() {
            found.push((month, of_month));
        }
    }
    Ok(found)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::empty;
    use domain::core::local_time::DAY_MS;
    use domain::metering::neighbours::FEWEST;

    const ZONE: i64 = 1;
    const NEWEST: LocalMonth = LocalMonth(2_026 * 12 + 9);

    /// A zone of as many customers as are needed, each with a connection that was measured in these months.
    fn measured_in(months: &[LocalMonth]) -> rusqlite::Connection {
        let db = empty();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        for num in 1..=FEWEST as i64 {
            db.execute(rows::A_CUSTOMER, [num]).unwrap();
            db.execute(rows::A_HOME, [num]).unwrap();
            for month in months {
                db.execute(rows::A_MONTH, [num, i64::from(month.0), i64::from(month.days()) * DAY_MS]).unwrap();
            }
        }
        db
    }

    fn to_make(db: &Db) -> Vec<LocalMonth> {
        unmade(db, ZONE, NEWEST).unwrap().into_iter().map(|(month, _)| month).collect()
    }

    #[test]
    fn a_month_of_which_nothing_is_known_hides_no_month_before_it() {
        let [before, longer_ago, oldest, too_old] = [2, 5, MONTHS_BACK - 1, MONTHS_BACK].map(|back| LocalMonth(NEWEST.0 - back));
        let db = measured_in(&[before, longer_ago, oldest, too_old]);
        assert_eq!(to_make(&db), [before, longer_ago, oldest]);
        db.execute(rows::MADE, [before.0]).unwrap();
        assert_eq!(to_make(&db), [longer_ago, oldest], "what was made is not made again");
    }

    #[test]
    fn a_month_in_which_too_few_were_measured_hides_no_month_before_it() {
        let before = LocalMonth(NEWEST.0 - 1);
        let db = measured_in(&[NEWEST, before]);
        db.execute(rows::NOT_MEASURED, [NEWEST.0]).unwrap();
        assert_eq!(to_make(&db), [before]);
    }
}

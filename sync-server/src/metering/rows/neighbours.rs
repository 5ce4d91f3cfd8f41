//! What neighbours use, as rows: whose month counts, the groups that were made of it, and what each connection is shown.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::metering::neighbours::{Group, Member, Middle, is_measured};
use domain::{ConnectionId, CustomerId, LocalMonth, Millilitres, TimeZone};
use protocol::sync::rows::NeighbourMonth;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A connection that is to be given what it is shown.
pub struct Shown {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: [u8; 16],
    /// Its tariff class.
    pub class: String,
    /// People in its household, where that says something of it.
    pub size: Option<u8>,
}

/// A month of a zone whose connections are being given what they are shown.
#[derive(Clone, Copy)]
pub struct Open {
    /// Key of the zone.
    pub zone: i64,
    /// The month.
    pub month: LocalMonth,
    /// The last connection that was given it.
    pub given: i64,
}

/// All zones, by key, with their time zones.
///
/// # Errors
/// The database.
pub fn zones(db: &Db) -> Result<Vec<(i64, TimeZone)>, Error> {
    let mut query = db.prepare_cached("SELECT num, time_zone FROM zone ORDER BY num")?;
    let found = query.query_map([], |row| {
        let zone: String = row.get(1)?;
        Ok((row.get(0)?, TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta)))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The months of a zone from one to another that were made.
///
/// # Errors
/// The database.
pub fn made(db: &Db, zone: i64, (from, to): (LocalMonth, LocalMonth)) -> Result<Vec<LocalMonth>, Error> {
    let mut query = db.prepare_cached("SELECT month FROM neighbour_made WHERE zone = ?1 AND month BETWEEN ?2 AND ?3")?;
    let found = query.query_map([zone, i64::from(from.0), i64::from(to.0)], |row| row.get(0).map(LocalMonth))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The query of [`members`]: the connections of a zone by index, and the month of each by its key.
pub const MEMBERS: &str = "SELECT c.tariff_class, cu.id, u.volume, u.covered_ms, CASE WHEN EXISTS (
      SELECT 1 FROM connection o WHERE o.customer = c.customer AND o.num <> c.num) THEN NULL ELSE cu.household_size END
    FROM connection c CROSS JOIN usage_month u CROSS JOIN customer cu
    WHERE c.zone = ?1 AND u.connection = c.num AND u.month = ?2 AND cu.num = c.customer";

/// The query of [`known`]: the connections of a zone by index, and the months of each by its key.
pub const KNOWN: &str = "SELECT DISTINCT u.month FROM connection c CROSS JOIN usage_month u
    WHERE c.zone = ?1 AND u.connection = c.num AND u.month BETWEEN ?2 AND ?3 ORDER BY u.month DESC";

/// The months from one to another in which a connection of a zone used something, the newest first.
///
/// # Errors
/// The database.
pub fn known(db: &Db, zone: i64, (from, to): (LocalMonth, LocalMonth)) -> Result<Vec<LocalMonth>, Error> {
    let mut query = db.prepare_cached(KNOWN)?;
    let found = query.query_map([zone, i64::from(from.0), i64::from(to.0)], |row| row.get(0).map(LocalMonth))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The connections of a zone whose month was measured, by tariff class.
///
/// # Errors
/// The database.
pub fn members(db: &Db, zone: i64, month: LocalMonth) -> Result<BTreeMap<String, Vec<Member>>, Error> {
    let mut query = db.prepare_cached(MEMBERS)?;
    let mut rows = query.query([zone, i64::from(month.0)])?;
    let mut found: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        if is_measured(month, row.get(3)?) {
            let customer = CustomerId(Uuid::from_bytes(row.get(1)?));
            let member = Member { customer, size: row.get(4)?, volume: Millilitres(row.get(2)?) };
            found.entry(row.get(0)?).or_default().push(member);
        }
    }
    Ok(found)
}

/// Records that the groups of a zone's month were made and no connection has them yet; false if they were made before.
///
/// # Errors
/// The database.
pub fn insert_made(tx: &mut Tx<'_>, zone: i64, month: LocalMonth) -> Result<bool, Error> {
    let sql = "INSERT INTO neighbour_made (zone, month, at, given) VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING";
    Ok(tx.db.prepare_cached(sql)?.execute(params![zone, month.0, tx.now.0])? > 0)
}

/// Writes a group of a zone's month and class.
///
/// # Errors
/// The database.
pub fn insert_group(tx: &mut Tx<'_>, (zone, month): (i64, LocalMonth), class: &str, group: &Group) -> Result<(), Error> {
    let Middle { lower, median, upper } = group.middle;
    tx.db
        .prepare_cached(
            "INSERT INTO neighbour_group (zone, month, class, size, homes, lower, median, upper)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![zone, month.0, class, group.size, group.homes, lower.0, median.0, upper.0])?;
    Ok(())
}

/// The groups of a zone's month by class, each as its size and its key.
pub type Groups = BTreeMap<String, Vec<(Option<u8>, i64)>>;

/// The groups of a zone's month.
///
/// # Errors
/// The database.
pub fn groups(db: &Db, zone: i64, month: LocalMonth) -> Result<Groups, Error> {
    let mut query = db.prepare_cached("SELECT class, size, num FROM neighbour_group WHERE zone = ?1 AND month = ?2")?;
    let mut rows = query.query([zone, i64::from(month.0)])?;
    let mut found = Groups::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(found)
}

/// A month of which not every connection was given its own yet.
///
/// # Errors
/// The database.
pub fn open(db: &Db) -> Result<Option<Open>, Error> {
    let mut query =
        db.prepare_cached("SELECT zone, month, given FROM neighbour_made WHERE given IS NOT NULL ORDER BY zone, month LIMIT 1")?;
    let found = query.query_row([], |row| Ok(Open { zone: row.get(0)?, month: LocalMonth(row.get(1)?), given: row.get(2)? }));
    Ok(found.optional()?)
}

/// The next connections of a zone behind one, a number of them at most.
///
/// # Errors
/// The database.
pub fn next_in(db: &Db, zone: i64, after: i64, most: usize) -> Result<Vec<Shown>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.num, c.id, c.tariff_class, CASE WHEN EXISTS (
           SELECT 1 FROM connection o WHERE o.customer = c.customer AND o.num <> c.num) THEN NULL ELSE cu.household_size END
         FROM connection c CROSS JOIN customer cu WHERE c.zone = ?1 AND c.num > ?2 AND cu.num = c.customer ORDER BY c.num LIMIT +?3",
    )?;
    let found = query.query_map([zone, after, most as i64], |row| {
        Ok(Shown { num: row.get(0)?, id: row.get(1)?, class: row.get(2)?, size: row.get(3)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Writes what a connection is shown of a month: a group, whose key is the row's revision.
///
/// # Errors
/// The database.
pub fn write_shown(tx: &mut Tx<'_>, connection: i64, month: LocalMonth, group: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO neighbour_month (connection, month, rev) VALUES (?1, ?2, ?3)
             ON CONFLICT (connection, month) DO UPDATE SET rev = excluded.rev",
        )?
        .execute(params![connection, month.0, group])?;
    Ok(())
}

/// Writes how far a month was given: up to a connection, or to all.
///
/// # Errors
/// The database.
pub fn write_given(tx: &mut Tx<'_>, open: Open, given: Option<i64>) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE neighbour_made SET given = ?3 WHERE zone = ?1 AND month = ?2")?.execute(params![
        open.zone,
        open.month.0,
        given
    ])?;
    Ok(())
}

/// Deletes what a connection is shown; returns the months.
///
/// # Errors
/// The database.
pub fn delete_shown(tx: &mut Tx<'_>, connection: i64) -> Result<Vec<i32>, Error> {
    let mut query = tx.db.prepare_cached("DELETE FROM neighbour_month WHERE connection = ?1 RETURNING month")?;
    Ok(query.query_map([connection], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The body of a row.
///
/// # Errors
/// The database.
pub fn body(db: &Db, connection: Uuid, month: Option<i32>) -> Result<Option<NeighbourMonth>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.id, n.month, g.size, g.homes, g.lower, g.median, g.upper FROM connection c
         JOIN neighbour_month n ON n.connection = c.num JOIN neighbour_group g ON g.num = n.rev WHERE c.id = ?1 AND n.month = ?2",
    )?;
    let found = query.query_row(params![connection.as_bytes(), month], |row| {
        Ok(NeighbourMonth {
            connection: ConnectionId(Uuid::from_bytes(row.get(0)?)),
            month: LocalMonth(row.get(1)?),
            household_size: row.get(2)?,
            homes: row.get(3)?,
            middle: Middle { lower: Millilitres(row.get(4)?), median: Millilitres(row.get(5)?), upper: Millilitres(row.get(6)?) },
        })
    });
    Ok(found.optional()?)
}

/// A customer for tests, by key.
#[cfg(test)]
pub const A_CUSTOMER: &str = "INSERT INTO customer (num, id, utility, number, name) VALUES (?1, randomblob(16), 1, ?1, '')";

/// A connection of that customer for tests, with the same key, in the zone 1.
#[cfg(test)]
pub const A_HOME: &str = "INSERT INTO connection (num, id, utility, customer, zone, kind, label, address, tariff_class)
     VALUES (?1, randomblob(16), 1, ?1, 1, 'residential', '', '', 'residential')";

/// What a connection used in a month, for tests: its key, the month and how much of it was measured.
#[cfg(test)]
pub const A_MONTH: &str = "INSERT INTO usage_month (connection, month, volume, covered_ms) VALUES (?1, ?2, 10000000, ?3)";

/// That the first connection was not measured in a month, for tests.
#[cfg(test)]
pub const NOT_MEASURED: &str = "DELETE FROM usage_month WHERE month = ?1 AND connection = 1";

/// That a month of the zone 1 was made, for tests.
#[cfg(test)]
pub const MADE: &str = "INSERT INTO neighbour_made (zone, month, at, given) VALUES (1, ?1, 0, NULL)";

//! Everybody whom the list of customers is about, in memory: what it is searched, narrowed, sorted and changed by, and nothing else of them.
//!
//! Narrowing a list by several facets, with the count of each, asks the same few things of every customer. Read once, in the order of the
//! indexes, 100,000 of them are some 25 MB; each question is then a walk over them. The roster is made anew when something in the cache has
//! changed, and only by a list that is searched, narrowed or sorted otherwise than by name.

mod build;
mod narrow;
mod order;
#[cfg(test)]
mod tests;

pub use narrow::Selected;
pub use order::Listed;

use crate::error::Error;
use domain::billing::balance::Level;
use domain::billing::tariff::TariffClass;
use domain::people::CustomerStatus;
use domain::people::batch::Subject;
use domain::{CustomerId, Rupiah, ZoneId};
use protocol::ui::CustomerQuery;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Orders that are kept: that of the page, and that of a search beside it.
const ORDERS: usize = 4;

/// A customer.
struct Person {
    id: CustomerId,
    status: CustomerStatus,
    /// The first of the connections, and how many there are.
    first: u32,
    supplies: u32,
    meters: u32,
    /// The worst level of a balance.
    level: Option<Level>,
    balance: Option<i64>,
    arrears: i64,
    read_at: Option<i64>,
    is_waiting: bool,
    is_undecided: bool,
}

/// A zone.
struct Zone {
    id: ZoneId,
    name: String,
}

/// The customers of a device, in order of name.
#[derive(Default)]
pub struct Roster {
    people: Vec<Person>,
    places: HashMap<Uuid, u32>,
    /// The zones, in order of name.
    zones: Vec<Zone>,
    /// Of each connection, those of a customer beside each other: its zone by place (none of those above: one that is not here yet) and as it
    /// is, and its tariff class.
    zone_of: Vec<u16>,
    in_zone: Vec<ZoneId>,
    class_of: Vec<TariffClass>,
    /// What they are found by, one text behind the other, with the end of each and whose it is.
    text: String,
    owners: Vec<(u32, u32)>,
    /// Lists that were put in order.
    orders: Mutex<Vec<(CustomerQuery, Arc<Listed>)>>,
}

impl Roster {
    /// How many customers there are.
    pub fn total(&self) -> u32 {
        self.people.len() as u32
    }

    /// A customer by place.
    pub fn id(&self, place: u32) -> CustomerId {
        self.people[place as usize].id
    }

    /// What a batch has to know of a customer.
    pub fn subject(&self, place: u32) -> Subject<'_> {
        let person = &self.people[place as usize];
        Subject {
            status: person.status,
            classes: &self.class_of[person.supplies()],
            zones: &self.in_zone[person.supplies()],
            balance: person.balance.map(Rupiah),
            arrears: Rupiah(person.arrears),
            is_undecided: person.is_undecided,
        }
    }
}

impl Person {
    const fn new(id: CustomerId, status: CustomerStatus) -> Self {
        Self {
            id,
            status,
            first: 0,
            supplies: 0,
            meters: 0,
            level: None,
            balance: None,
            arrears: 0,
            read_at: None,
            is_waiting: false,
            is_undecided: false,
        }
    }

    /// The connections, by their places.
    const fn supplies(&self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.supplies) as usize
    }
}

/// The roster of the cache as it was when it was last asked for.
#[derive(Default)]
pub struct Rosters(Mutex<Option<Held>>);

/// A roster, and of what it was made.
struct Held {
    /// The database connection, which is another one after the files were opened anew.
    connection: String,
    /// Counts what others write: this database connection only reads.
    version: i64,
    roster: Arc<Roster>,
}

impl Rosters {
    /// The roster of the cache as it is.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn now(&self, db: &Connection) -> Result<Arc<Roster>, Error> {
        let connection = name_of(db)?;
        let version: i64 = db.pragma_query_value(None, "data_version", |row| row.get(0))?;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.as_ref().filter(|held| held.connection == connection && held.version == version) {
            return Ok(Arc::clone(&held.roster));
        }
        // One of both is enough in memory.
        *held = None;
        let roster = Arc::new(build::build(db)?);
        *held = Some(Held { connection, version, roster: Arc::clone(&roster) });
        Ok(roster)
    }

    /// Forgets it, as whoever signs out leaves nothing behind.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// A name that a database connection has for itself, for as long as it is open.
fn name_of(db: &Connection) -> Result<String, Error> {
    db.execute_batch("CREATE TEMP TABLE IF NOT EXISTS connection_name (name TEXT NOT NULL)")?;
    db.execute(
        "INSERT INTO temp.connection_name (name) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM temp.connection_name)",
        [Uuid::now_v7().to_string()],
    )?;
    Ok(db.query_row("SELECT name FROM temp.connection_name", [], |row| row.get(0))?)
}

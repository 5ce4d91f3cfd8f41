//! Everybody whom the list of customers is about, in memory: what it is searched, narrowed, sorted and changed by, and nothing else of them.
//!
//! Narrowing a list by several facets, with the count of each, asks the same few things of every customer. Read once, in the order of the
//! indexes, 100,000 of them are some 30 MB; each question is then a walk over them. It is read by a list that is searched, narrowed or sorted
//! otherwise than by name. When the cache has changed since, those customers are read anew whom the store names (`store/files/changed`), and all
//! of them where it does not know who changed, or they are many.

mod build;
mod follow;
#[cfg(test)]
mod follow_tests;
mod narrow;
mod order;
#[cfg(test)]
mod tests;

pub use narrow::Selected;
pub use order::Listed;

use crate::error::Error;
use crate::store::Store;
use crate::store::files::changed::{Changed, ChangedCustomers};
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
    name: Box<str>,
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

/// The customers of a device. Each has a place, which stays its own.
#[derive(Default)]
pub struct Roster {
    people: Vec<Person>,
    /// The places of those who are there, by customer and in order of name.
    places: HashMap<Uuid, u32>,
    by_name: Vec<u32>,
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
    /// Customers of whom a text, a connection or the place is left here that is theirs no more.
    left: usize,
    /// Lists that were put in order.
    orders: Mutex<Vec<(CustomerQuery, Arc<Listed>)>>,
}

impl Roster {
    /// How many customers there are.
    pub fn total(&self) -> u32 {
        self.by_name.len() as u32
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
    fn new(id: CustomerId, name: &str, status: CustomerStatus) -> Self {
        Self {
            id,
            name: name.into(),
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
pub struct Rosters {
    changed: Arc<ChangedCustomers>,
    held: Mutex<Option<Held>>,
}

/// A roster, and the transaction of the store whose customers it has: those of every one until then.
struct Held {
    seen: u64,
    roster: Arc<Roster>,
}

impl Rosters {
    /// None yet, of a store's cache.
    pub fn of(store: &Store) -> Self {
        Self { changed: store.changed_customers(), held: Mutex::default() }
    }

    /// The roster of the cache as it is. `db` is the store's reading connection, of which nothing else is being read.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn now(&self, db: &Connection) -> Result<Arc<Roster>, Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.as_ref()
            && self.changed.since(held.seen) == Changed::Customers(Vec::new())
        {
            return Ok(Arc::clone(&held.roster));
        }
        // In this order: what is committed now is in the snapshot that begins afterwards, and who was changed by anything in that snapshot has
        // been noted by then. Of the latter some may be committed only later; they are named, and read, once more.
        let seen = self.changed.committed();
        let snapshot = db.unchecked_transaction()?;
        snapshot.query_row("SELECT EXISTS (SELECT 1 FROM customer)", [], |_| Ok(()))?;
        let roster = self.next(&snapshot, held.take())?;
        *held = Some(Held { seen, roster: Arc::clone(&roster) });
        self.changed.forget(seen);
        Ok(roster)
    }

    /// The roster of a snapshot: the one before with those read anew who changed, or all of it.
    fn next(&self, snapshot: &Connection, before: Option<Held>) -> Result<Arc<Roster>, Error> {
        if let Some(mut before) = before
            && let Changed::Customers(changed) = self.changed.since(before.seen)
            // One that somebody else still reads stays as it is.
            && let Some(roster) = Arc::get_mut(&mut before.roster)
            && roster.follow(snapshot, &changed)?
        {
            return Ok(before.roster);
        }
        Ok(Arc::new(build::build(snapshot)?))
    }

    /// Forgets it, as whoever signs out leaves nothing behind.
    pub fn forget(&self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

//! Reading some customers of the roster anew: what a whole reading finds of each, by indexes that lead to them.

use crate::error::Error;
use crate::queries::roster::build::{NO_ZONE, class, key, status, text};
use crate::queries::roster::{Person, Roster};
use domain::billing::tariff::TariffClass;
use domain::{CustomerId, ZoneId};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use uuid::Uuid;

/// One customer of so many is read by itself at most. What costs is the pages that they lie on, which each change of the cache makes SQLite
/// decrypt again: those of a few lie scattered, those of all beside each other.
const OF: usize = 64;

/// As many are read by themselves however few there are in all.
const FEW: usize = 64;

/// Of one customer of so many something may be left that is theirs no more.
const LEFT_OF: usize = 4;

/// Whose a text is that is nobody's any more.
const NOBODY: u32 = u32::MAX;

pub(super) const CUSTOMER: &str =
    "SELECT name, status, search, EXISTS (SELECT 1 FROM base_row WHERE entity IN (?2, ?3) AND id = ?1),
    EXISTS (SELECT 1 FROM conflict INDEXED BY conflict_row WHERE row_id = ?1) FROM customer WHERE id = ?1";
pub(super) const SUPPLIES: &str = "SELECT n.id, n.zone, n.class, n.search, k.level, k.balance, k.arrears,
    EXISTS (SELECT 1 FROM base_row WHERE entity IN (?2, ?3) AND id = n.id),
    EXISTS (SELECT 1 FROM conflict INDEXED BY conflict_row WHERE row_id = n.id)
    FROM connection n INDEXED BY connection_customer LEFT JOIN credit k INDEXED BY credit_amounts ON k.id = n.id WHERE n.customer = ?1";
pub(super) const METERS: &str = "SELECT m.search, s.at FROM meter m INDEXED BY meter_connection
    LEFT JOIN meter_state s INDEXED BY meter_state_at ON s.id = m.id WHERE m.connection = ?1";

/// What there is of a customer.
struct Found {
    person: Person,
    supplies: Vec<(ZoneId, TariffClass)>,
    /// None of them empty.
    texts: Vec<String>,
}

impl Roster {
    /// Reads some customers anew. Returns false, and changes nothing, where it is better to read all of them.
    ///
    /// # Errors
    /// The cache cannot be read. Then some of them may have been read, and the roster is not to be used.
    pub(super) fn follow(&mut self, db: &Connection, changed: &[Uuid]) -> Result<bool, Error> {
        let many = self.by_name.len();
        if changed.len() > FEW.max(many / OF) || self.left > FEW.max(many / LEFT_OF) {
            return Ok(false);
        }
        self.forget_orders();
        let mut texts = self.texts_of(changed);
        for customer in changed {
            let before = self.places.get(customer).and_then(|place| texts.remove(place)).unwrap_or_default();
            match find(db, *customer)? {
                Some(found) => self.put(found, &before),
                None => self.remove(*customer, &before),
            }
        }
        Ok(true)
    }

    /// Which texts are whose, by place. Costs a walk over all of them.
    fn texts_of(&self, customers: &[Uuid]) -> HashMap<u32, Vec<usize>> {
        let mut texts: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut is_asked = vec![false; self.people.len()];
        for place in customers.iter().filter_map(|customer| self.places.get(customer)) {
            is_asked[*place as usize] = true;
        }
        for (at, (_, place)) in self.owners.iter().enumerate() {
            if is_asked.get(*place as usize).copied().unwrap_or_default() {
                texts.entry(*place).or_default().push(at);
            }
        }
        texts
    }

    /// A customer as they are now, with the texts that were theirs.
    fn put(&mut self, found: Found, before: &[usize]) {
        let Found { mut person, supplies, mut texts } = found;
        let id = person.id.0;
        let known = self.places.get(&id).copied();
        let had = known.map_or(0..0, |place| self.people[place as usize].supplies());
        let first = if had.len() == supplies.len() { had.start } else { self.class_of.len() };
        let mut leaves = had.len() != supplies.len() && !had.is_empty();
        (person.first, person.supplies) = (first as u32, supplies.len() as u32);
        for (at, supply) in (first..).zip(supplies) {
            self.put_supply(at, supply);
        }
        let place = self.put_person(known, person);
        let mut kept: Vec<&str> = before.iter().map(|at| self.text_at(*at)).collect();
        kept.sort_unstable();
        texts.sort_unstable();
        if kept != texts {
            leaves |= !before.is_empty();
            self.disown(before);
            for text in &texts {
                self.add_text(place, text);
            }
        }
        self.left += usize::from(leaves);
    }

    /// A connection, at its place or behind all others.
    fn put_supply(&mut self, at: usize, (zone, class): (ZoneId, TariffClass)) {
        let place = self.zones.iter().position(|known| known.id == zone).and_then(|place| u16::try_from(place).ok());
        let place = place.unwrap_or(NO_ZONE);
        if at == self.class_of.len() {
            self.zone_of.push(place);
            self.in_zone.push(zone);
            self.class_of.push(class);
        } else {
            (self.zone_of[at], self.in_zone[at], self.class_of[at]) = (place, zone, class);
        }
    }

    /// A customer, at the place that they have or a new one, where they come by name.
    fn put_person(&mut self, known: Option<u32>, person: Person) -> u32 {
        if let Some(place) = known
            && self.people[place as usize].name == person.name
        {
            self.people[place as usize] = person;
            return place;
        }
        let place = known.unwrap_or(self.people.len() as u32);
        if known.is_some() {
            self.remove_name(place);
            self.people[place as usize] = person;
        } else {
            self.places.insert(person.id.0, place);
            self.people.push(person);
        }
        let at = self.by_name.partition_point(|other| self.compare_names(*other, place).is_lt());
        self.by_name.insert(at, place);
        place
    }

    fn remove(&mut self, customer: Uuid, before: &[usize]) {
        if let Some(place) = self.places.remove(&customer) {
            self.remove_name(place);
            self.disown(before);
            self.left += 1;
        }
    }

    fn remove_name(&mut self, place: u32) {
        if let Some(at) = self.by_name.iter().position(|other| *other == place) {
            self.by_name.remove(at);
        }
    }

    fn disown(&mut self, texts: &[usize]) {
        for at in texts {
            self.owners[*at].1 = NOBODY;
        }
    }

    /// A text without its line break.
    pub(super) fn text_at(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.owners[before].0 as usize);
        &self.text[from..self.owners[at].0 as usize - 1]
    }
}

/// A customer as the cache has them.
fn find(db: &Connection, customer: Uuid) -> Result<Option<Found>, Error> {
    let id = customer.to_string();
    let of_two = params![id, Entity::Customer as u8, Entity::Connection as u8];
    let mut query = db.prepare_cached(CUSTOMER)?;
    let found = query.query_row(of_two, |row| {
        let (name, word): (String, String) = (row.get(0)?, row.get(1)?);
        let mut person = Person::new(CustomerId(customer), &name, status(&word));
        (person.is_waiting, person.is_undecided) = (row.get(3)?, row.get(4)?);
        Ok(Found { person, supplies: Vec::new(), texts: vec![row.get(2)?] })
    });
    let Some(mut found) = found.optional()? else { return Ok(None) };
    let mut query = db.prepare_cached(SUPPLIES)?;
    let mut rows = query.query(of_two)?;
    while let Some(row) = rows.next()? {
        found.supplies.push((ZoneId(key(row, 1)?), class(text(row, 2)?)));
        found.texts.push(row.get(3)?);
        if let Some(level) = row.get::<_, Option<String>>(4)? {
            found.person.add_credit(&level, row.get(5)?, row.get(6)?);
        }
        found.person.is_waiting |= row.get::<_, bool>(7)?;
        found.person.is_undecided |= row.get::<_, bool>(8)?;
        meters(db, text(row, 0)?, &mut found)?;
    }
    found.texts.retain(|text| !text.is_empty());
    Ok(Some(found))
}

/// The meters of a connection, with the newest reading of each.
fn meters(db: &Connection, connection: &str, found: &mut Found) -> Result<(), Error> {
    let mut query = db.prepare_cached(METERS)?;
    let mut rows = query.query([connection])?;
    while let Some(row) = rows.next()? {
        found.person.meters += 1;
        found.texts.push(row.get(0)?);
        if let Some(at) = row.get(1)? {
            found.person.add_reading(at);
        }
    }
    Ok(())
}

//! Reading the roster: each table once, in the order of an index that holds all that is read of it. No row's body is opened.

use crate::error::Error;
use crate::queries::roster::{Person, Roster, Zone};
use domain::billing::balance::Level;
use domain::billing::tariff::TariffClass;
use domain::people::CustomerStatus;
use domain::{CustomerId, ZoneId};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, Row};
use std::collections::HashMap;
use uuid::Uuid;

/// In order of name. The index is not named: while a first sync goes on there is none.
pub(super) const CUSTOMERS: &str = "SELECT id, name, status, search FROM customer ORDER BY name COLLATE NOCASE, id";
pub(super) const CONNECTIONS: &str =
    "SELECT customer, zone, class, search, id FROM connection INDEXED BY connection_customer ORDER BY customer";
pub(super) const METERS: &str =
    "SELECT connection, id, search FROM meter INDEXED BY meter_connection WHERE connection IS NOT NULL";
pub(super) const STATES: &str = "SELECT id, at FROM meter_state INDEXED BY meter_state_at WHERE at IS NOT NULL";
pub(super) const CREDITS: &str = "SELECT id, level, balance, arrears FROM credit INDEXED BY credit_amounts";
pub(super) const WAITING: &str = "SELECT id FROM base_row WHERE entity IN (?1, ?2)";
pub(super) const UNDECIDED: &str = "SELECT row_id FROM conflict INDEXED BY conflict_row";

/// A zone that is not here yet.
pub(super) const NO_ZONE: u16 = u16::MAX;

/// Reads the roster.
///
/// # Errors
/// The cache cannot be read.
pub fn build(db: &Connection) -> Result<Roster, Error> {
    let mut building = Building { roster: Roster { zones: zones(db)?, ..Roster::default() }, ..Building::default() };
    building.customers(db)?;
    building.connections(db)?;
    building.meters(db)?;
    building.states(db)?;
    building.credits(db)?;
    building.changes(db)?;
    Ok(building.roster)
}

fn zones(db: &Connection) -> Result<Vec<Zone>, Error> {
    let mut query = db.prepare_cached("SELECT id, COALESCE(json_extract(body, '$.name'), '') FROM zone ORDER BY 2, 1")?;
    let mut found = query.query([])?;
    let mut zones = Vec::new();
    while let Some(row) = found.next()? {
        zones.push(Zone { id: ZoneId(key(row, 0)?), name: row.get(1)? });
    }
    Ok(zones)
}

/// A roster that is being read, with whose each connection and each meter is.
#[derive(Default)]
struct Building {
    roster: Roster,
    connections: HashMap<Uuid, u32>,
    meters: HashMap<Uuid, u32>,
}

impl Building {
    fn customers(&mut self, db: &Connection) -> Result<(), Error> {
        let mut query = db.prepare_cached(CUSTOMERS)?;
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let (id, place) = (key(row, 0)?, self.roster.total());
            self.roster.people.push(Person::new(CustomerId(id), text(row, 1)?, status(text(row, 2)?)));
            self.roster.places.insert(id, place);
            self.roster.by_name.push(place);
            self.roster.add_text(place, text(row, 3)?);
        }
        Ok(())
    }

    fn connections(&mut self, db: &Connection) -> Result<(), Error> {
        let zones: HashMap<Uuid, u16> = (0..NO_ZONE).zip(&self.roster.zones).map(|(place, zone)| (zone.id.0, place)).collect();
        let mut query = db.prepare_cached(CONNECTIONS)?;
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            // One whose customer is not here yet is in no list.
            let Some(&place) = self.roster.places.get(&key(row, 0)?) else { continue };
            let person = &mut self.roster.people[place as usize];
            if person.supplies == 0 {
                person.first = self.roster.class_of.len() as u32;
            }
            person.supplies += 1;
            let zone = key(row, 1)?;
            self.roster.zone_of.push(zones.get(&zone).copied().unwrap_or(NO_ZONE));
            self.roster.in_zone.push(ZoneId(zone));
            self.roster.class_of.push(class(text(row, 2)?));
            self.connections.insert(key(row, 4)?, place);
            self.roster.add_text(place, text(row, 3)?);
        }
        Ok(())
    }

    fn meters(&mut self, db: &Connection) -> Result<(), Error> {
        let mut query = db.prepare_cached(METERS)?;
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let Some(&place) = self.connections.get(&key(row, 0)?) else { continue };
            self.roster.people[place as usize].meters += 1;
            self.meters.insert(key(row, 1)?, place);
            self.roster.add_text(place, text(row, 2)?);
        }
        Ok(())
    }

    fn states(&mut self, db: &Connection) -> Result<(), Error> {
        let mut query = db.prepare_cached(STATES)?;
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let Some(&place) = self.meters.get(&key(row, 0)?) else { continue };
            self.roster.people[place as usize].add_reading(row.get(1)?);
        }
        Ok(())
    }

    fn credits(&mut self, db: &Connection) -> Result<(), Error> {
        let mut query = db.prepare_cached(CREDITS)?;
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let Some(&place) = self.connections.get(&key(row, 0)?) else { continue };
            self.roster.people[place as usize].add_credit(text(row, 1)?, row.get(2)?, row.get(3)?);
        }
        Ok(())
    }

    /// What waits for the server, and what waits for a decision.
    fn changes(&mut self, db: &Connection) -> Result<(), Error> {
        let mut query = db.prepare_cached(WAITING)?;
        let mut found = query.query([Entity::Customer as u8, Entity::Connection as u8])?;
        while let Some(row) = found.next()? {
            if let Some(person) = self.whose(row)? {
                person.is_waiting = true;
            }
        }
        let mut query = db.prepare_cached(UNDECIDED)?;
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            if let Some(person) = self.whose(row)? {
                person.is_undecided = true;
            }
        }
        Ok(())
    }

    /// Whose record a row names: a customer's own, or that of a connection.
    fn whose(&mut self, row: &Row<'_>) -> Result<Option<&mut Person>, Error> {
        let id = key(row, 0)?;
        let place = self.roster.places.get(&id).or_else(|| self.connections.get(&id)).copied();
        Ok(place.map(|place| &mut self.roster.people[place as usize]))
    }
}

impl Roster {
    /// Keeps what a customer is found by. Nothing is found across two texts: what is searched for has no line break.
    pub(super) fn add_text(&mut self, place: u32, text: &str) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.text.push('\n');
            self.owners.push((self.text.len() as u32, place));
        }
    }
}

impl Person {
    /// A meter of theirs was read.
    pub(super) fn add_reading(&mut self, at: i64) {
        self.read_at = self.read_at.max(Some(at));
    }

    /// The credit of a connection of theirs: its level as it is stored, balance and arrears.
    pub(super) fn add_credit(&mut self, level: &str, balance: i64, arrears: i64) {
        self.level = self.level.max(Some(Level::from_word(level).unwrap_or_default()));
        self.balance = Some(self.balance.unwrap_or_default().saturating_add(balance));
        self.arrears = self.arrears.saturating_add(arrears);
    }
}

/// A status as it is stored.
pub(super) fn status(word: &str) -> CustomerStatus {
    CustomerStatus::from_word(word).unwrap_or_default()
}

/// A tariff class as it is stored.
pub(super) fn class(word: &str) -> TariffClass {
    TariffClass::from_word(word).unwrap_or(TariffClass::Residential)
}

pub(super) fn text<'r>(row: &'r Row<'_>, at: usize) -> Result<&'r str, Error> {
    Ok(row.get_ref(at)?.as_str().map_err(rusqlite::Error::from)?)
}

pub(super) fn key(row: &Row<'_>, at: usize) -> Result<Uuid, Error> {
    Uuid::try_parse(text(row, at)?).map_err(|error| Error::Protocol(error.to_string()))
}

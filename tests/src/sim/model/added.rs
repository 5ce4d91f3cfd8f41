//! The plain model of what people add and take back: customers with their connections and meters.

use super::{MeterMessage, Model, Record, no, text, yes};
use domain::UtcMillis;
use serde_json::Value;
use uuid::Uuid;

/// How long after it was added a customer can be taken back: 72 hours.
const TAKE_BACK_MS: i64 = 72 * 60 * 60 * 1_000;

/// The other fields of a customer, which are empty where nothing is given.
const OTHERS: [&str; 7] = ["phone", "email", "address", "city", "province", "postal_code", "nik"];

/// Where a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose.
    pub customer: Uuid,
    /// In which zone.
    pub zone: Uuid,
}

/// A meter that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Its serial number.
    pub serial: String,
    /// At which connection.
    pub connection: String,
}

pub(super) fn identifier(value: &Value) -> Uuid {
    text(value).parse().expect("an identifier")
}

/// The fields of an operation that adds a record.
fn fields(command: &Value) -> Record {
    command["fields"].as_object().expect("fields").iter().map(|(field, value)| (field.clone(), text(value))).collect()
}

impl Model {
    /// A connection goes to another customer and zone.
    pub fn move_to(&mut self, connection: Uuid, place: Place, now: UtcMillis) {
        let connection = connection.to_string();
        if let Some(left) = self.places.insert(connection.clone(), place).filter(|left| left.zone != place.zone) {
            self.leaves(&connection, left.zone, now);
        }
    }

    /// An admin moves a connection to another zone, unless somebody else has moved it meanwhile.
    pub(super) fn move_zone(&mut self, command: &Value, now: UtcMillis) -> MeterMessage {
        let connection = text(&command["connection"]);
        let Some(place) = self.places.get_mut(&connection) else { return no("not_found") };
        let to = identifier(&command["to"]);
        if place.zone == to {
            return yes();
        }
        let from = identifier(&command["from"]);
        if place.zone != from {
            return no("conflict");
        }
        place.zone = to;
        self.leaves(&connection, from, now);
        self.changed.insert(connection);
        yes()
    }

    fn number_of(&self, customer: &str) -> Option<&String> {
        self.records.get(customer)?.get("number")
    }

    pub(super) fn add_customer(&mut self, command: &Value, now: UtcMillis) -> MeterMessage {
        let (id, number) = (text(&command["customer"]), text(&command["number"]));
        if self.number_of(&id).is_some() {
            return no("id_reused");
        }
        if self.records.values().any(|record| record.get("number") == Some(&number)) {
            return no("taken");
        }
        let mut record = fields(command);
        record.insert("number".into(), number);
        record.entry("status".into()).or_insert_with(|| "active".into());
        for field in OTHERS {
            record.entry(field.into()).or_default();
        }
        self.gone.remove(&id);
        self.added.insert(id.clone(), now);
        self.records.insert(id, record);
        yes()
    }

    pub(super) fn add_connection(&mut self, command: &Value) -> MeterMessage {
        let (id, customer) = (text(&command["connection"]), text(&command["customer"]));
        if self.number_of(&customer).is_none() {
            return no("not_found");
        }
        if self.places.contains_key(&id) {
            return no("id_reused");
        }
        let place = Place { customer: identifier(&command["customer"]), zone: identifier(&command["zone"]) };
        self.gone.remove(&id);
        self.places.insert(id.clone(), place);
        self.records.insert(id, fields(command));
        yes()
    }

    pub(super) fn add_meter(&mut self, command: &Value, made_at: UtcMillis, now: UtcMillis) -> MeterMessage {
        let (id, connection, serial) = (text(&command["meter"]), text(&command["connection"]), text(&command["serial"]));
        if !self.places.contains_key(&connection) {
            return no("not_found");
        }
        // Without a day in the sheet it is since the operation was made, by a clock that may be ahead.
        if command["since"].as_i64().is_none_or(|since| since != made_at.0 && since > now.0) {
            return no("invalid");
        }
        if self.meters.contains_key(&id) {
            return no("id_reused");
        }
        if self.meters.values().any(|meter| meter.serial == serial || meter.connection == connection) {
            return no("taken");
        }
        self.gone.remove(&id);
        self.meters.insert(id, Installed { serial, connection });
        yes()
    }

    /// Takes a customer back, with everything that was added for it, if nothing has happened to any of it.
    pub(super) fn take_back(&mut self, command: &Value, now: UtcMillis) -> MeterMessage {
        let customer = text(&command["customer"]);
        if self.number_of(&customer).is_none() {
            return no("not_found");
        }
        let is_of_it = |place: &Place| place.customer.to_string() == customer;
        let places: Vec<String> = self.places.iter().filter(|(_, place)| is_of_it(place)).map(|(id, _)| id.clone()).collect();
        let meters: Vec<String> =
            self.meters.iter().filter(|(_, meter)| places.contains(&meter.connection)).map(|(id, _)| id.clone()).collect();
        let all: Vec<&String> = [&customer].into_iter().chain(&places).chain(&meters).collect();
        let is_in_time = self.added.get(&customer).is_some_and(|at| now.since(*at) <= TAKE_BACK_MS);
        let is_changed = all.iter().any(|id| self.changed.contains(*id));
        let has_case = self.cases.values().any(|case| places.contains(&case.connection));
        let has_note = self.notes.values().any(|note| meters.contains(&note.meter));
        let has_work = self.works.values().any(|work| meters.contains(&work.meter));
        let has_user = self.rights.customers.iter().any(|id| id.to_string() == customer);
        if !is_in_time || is_changed || has_case || has_note || has_work || has_user {
            return no("in_use");
        }
        for id in all {
            self.records.remove(id);
            self.places.remove(id);
            self.meters.remove(id);
            self.gone.insert(id.clone());
        }
        self.added.remove(&customer);
        // Should it be added once more, it has been changed before.
        self.changed.insert(customer);
        yes()
    }
}

//! The plain model of opening balances: a connection has one at most, what is too much for one admin waits, and some are taken back.

use super::{Author, MeterMessage, Model, no, text, yes};
use domain::UtcMillis;
use serde_json::Value;
use uuid::Uuid;

/// How long after it was brought one that is booked can be taken back: 72 hours.
const TAKE_BACK_MS: i64 = 72 * 60 * 60 * 1_000;

/// What one admin books alone: of a connection, and of an import.
const LIMITS: (i64, i64) = (1_000_000, 50_000_000);

/// An opening balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// For which connection.
    pub connection: String,
    /// How much.
    pub amount: i64,
    /// Whether it was booked.
    pub is_booked: bool,
    /// Whether it was taken back.
    pub is_gone: bool,
}

/// Where an opening balance came from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    import: String,
    user: Uuid,
    at: UtcMillis,
}

impl Model {
    pub(super) fn add_opening(&mut self, by: Author, command: &Value, now: UtcMillis) -> MeterMessage {
        let (id, connection, import) = (text(&command["opening"]), text(&command["connection"]), text(&command["import"]));
        let amount = command["amount"].as_i64().unwrap_or_default();
        if let Some((known, origin)) = self.openings.get(&id).zip(self.origins.get(&id)) {
            let is_same = known.connection == connection && known.amount == amount && origin.import == import;
            return if is_same { yes() } else { no("id_reused") };
        }
        let Some(place) = self.places.get(&connection) else { return no("not_found") };
        let status = self.records.get(&place.customer.to_string()).and_then(|record| record.get("status"));
        let has_meter = self.meters.values().any(|meter| meter.connection == connection);
        if status.is_some_and(|status| status == "inactive") || !has_meter {
            return no("not_found");
        }
        if self.openings.values().any(|other| other.connection == connection && !other.is_gone) {
            return no("taken");
        }
        let of_import: Vec<&String> =
            self.origins.iter().filter(|(_, origin)| origin.import == import).map(|(id, _)| id).collect();
        if of_import.iter().any(|id| self.origins[*id].user != by.user) {
            return no("id_reused");
        }
        let booked = of_import.iter().map(|id| &self.openings[*id]).filter(|other| other.is_booked);
        let alone: i64 = booked.map(|other| other.amount.abs()).sum();
        let is_booked = amount.abs() <= LIMITS.0 && alone + amount.abs() <= LIMITS.1;
        self.changed.insert(connection.clone());
        self.openings.insert(id.clone(), Opening { connection, amount, is_booked, is_gone: false });
        self.origins.insert(id, Origin { import, user: by.user, at: now });
        yes()
    }

    pub(super) fn take_back_opening(&mut self, command: &Value, now: UtcMillis) -> MeterMessage {
        let (id, connection) = (text(&command["opening"]), text(&command["connection"]));
        let Some(opening) = self.openings.get_mut(&id).filter(|opening| opening.connection == connection) else {
            return no("not_found");
        };
        let is_late = self.origins.get(&id).is_some_and(|origin| now.since(origin.at) > TAKE_BACK_MS);
        if !opening.is_gone && opening.is_booked && is_late {
            return no("in_use");
        }
        opening.is_gone = true;
        yes()
    }
}

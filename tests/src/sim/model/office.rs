//! The plain model of what admins do beside single records: messages to many customers, records that are merged, lists that are made into files.

use super::added::identifier;
use super::{Author, MeterMessage, Model, Record, no, text, yes};
use crate::sim::beginning::{NEIGHBOURS, foreigner, neighbour};
use crate::sim::server::{id, user};
use domain::UtcMillis;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Messages that a utility may send in 24 hours.
const MOST_A_DAY: usize = 10;

/// 24 hours.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A message to many customers.
#[derive(Clone, Debug)]
pub(super) struct Announced {
    author: Uuid,
    words: Value,
    at: UtcMillis,
    reaches: BTreeSet<Uuid>,
}

fn identifiers(values: &Value) -> BTreeSet<Uuid> {
    values.as_array().into_iter().flatten().map(identifier).collect()
}

impl Model {
    /// Whom messages reach: message and user.
    pub fn reached(&self) -> BTreeSet<(String, Uuid)> {
        let of =
            |(id, message): (&String, &Announced)| message.reaches.iter().map(|user| (id.clone(), *user)).collect::<Vec<_>>();
        self.announced.iter().flat_map(of).collect()
    }

    /// The credit of connections that have any: there is no other money here than opening balances.
    pub fn credit(&self) -> BTreeMap<String, i64> {
        let booked = self.openings.values().filter(|opening| opening.is_booked && !opening.is_gone);
        booked.map(|opening| (opening.connection.clone(), opening.amount)).collect()
    }

    fn users_of(&self, customer: Uuid) -> impl Iterator<Item = Uuid> {
        let is_neighbour = NEIGHBOURS.iter().any(|number| id(3, *number) == customer);
        let own = self.rights.customers.contains(&customer).then(|| user(3).0);
        own.into_iter().chain(is_neighbour.then(|| neighbour().0))
    }

    pub(super) fn announce(&mut self, by: Author, command: &Value, now: UtcMillis) -> MeterMessage {
        let mut named = identifiers(&command["customers"]);
        // Another utility's are passed over.
        named.retain(|customer| *customer != foreigner().0 && self.records.contains_key(&customer.to_string()));
        if named.is_empty() {
            return no("not_found");
        }
        let (id, words) = (text(&command["announcement"]), &command["words"]);
        let reaches: BTreeSet<Uuid> = named.into_iter().flat_map(|customer| self.users_of(customer)).collect();
        if let Some(known) = self.announced.get_mut(&id) {
            if known.author != by.user || known.words != *words {
                return no("id_reused");
            }
            known.reaches.extend(reaches);
            return yes();
        }
        if self.announced.values().filter(|other| now.since(other.at) <= DAY_MS).count() >= MOST_A_DAY {
            return no("taken");
        }
        self.announced.insert(id, Announced { author: by.user, words: words.clone(), at: now, reaches });
        yes()
    }

    /// Merges two records that are as they were seen. Nobody who is gone has a user here: whoever has one was there from the beginning.
    pub(super) fn merge(&mut self, command: &Value) -> MeterMessage {
        let (keep, gone) = (text(&command["keep"]), text(&command["gone"]));
        let (Some(stays), Some(goes)) = (self.records.get(&keep), self.records.get(&gone)) else { return no("not_found") };
        if keep == gone {
            return no("invalid");
        }
        if !is_as_seen(stays, &command["keep_seen"]) || !is_as_seen(goes, &command["gone_seen"]) {
            return no("conflict");
        }
        let waits = |row: &String| self.disputes.values().any(|dispute| dispute.row == *row && dispute.decided.is_none());
        if waits(&keep) || waits(&gone) {
            return no("in_use");
        }
        let (of_keep, of_gone) = (identifier(&command["keep"]), identifier(&command["gone"]));
        let connections = self.places.iter().filter(|(_, place)| place.customer == of_gone).map(|(id, _)| id.clone());
        let connections: BTreeSet<String> = connections.collect();
        let seen: BTreeSet<String> = identifiers(&command["connections"]).iter().map(Uuid::to_string).collect();
        if connections != seen {
            return no("conflict");
        }
        let taken = command["take"].as_array().into_iter().flatten().map(text);
        let value = |field: String| {
            let value = goes.get(&field).cloned().unwrap_or_default();
            (field, value)
        };
        let taken: Record = taken.map(value).collect();
        if let Some(record) = self.records.get_mut(&keep) {
            record.extend(taken);
        }
        for connection in &connections {
            self.places.entry(connection.clone()).and_modify(|place| place.customer = of_keep);
        }
        self.records.remove(&gone);
        self.added.remove(&gone);
        self.changed.extend([keep, gone.clone()]);
        self.gone.insert(gone.clone());
        self.merged.entry(gone).or_default().extend(connections);
        yes()
    }

    pub(super) fn export(&mut self, by: Author, op: Uuid, command: &Value) -> MeterMessage {
        if identifier(&command["user"]) != by.user {
            return no("denied");
        }
        self.exports.insert(op);
        yes()
    }
}

/// Whether a record has the fields that its author saw.
fn is_as_seen(record: &Record, seen: &Value) -> bool {
    let is_same = |(field, value): (&String, &Value)| value.as_str() == Some(record.get(field).map_or("", String::as_str));
    seen.as_object().is_some_and(|seen| seen.iter().all(is_same))
}

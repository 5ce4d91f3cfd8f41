//! The plain model of swaps: which there are, and whose.

use super::{Author, MeterMessage, Model, no, text, yes};
use domain::people::Role;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

impl Model {
    /// The swaps: who said each.
    pub fn swaps(&self) -> &BTreeMap<String, Uuid> {
        &self.swaps
    }

    pub(super) fn swap(&mut self, by: Author, command: &Value) -> MeterMessage {
        if by.role != Role::Admin {
            // Whoever says so and is no admin is a technician without a zone.
            return no("not_found");
        }
        let author = *self.swaps.entry(text(&command["swap"])).or_insert(by.user);
        if author == by.user { yes() } else { no("id_reused") }
    }
}

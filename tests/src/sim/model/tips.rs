//! The plain model of advice: what each user has said of it at each connection.

use super::{Author, MeterMessage, Model, no, text, yes};
use domain::people::Role;
use serde_json::Value;

/// A user, a connection and an advice.
pub type Advice = (String, String, String);

impl Model {
    pub(super) fn tip(&mut self, by: Author, command: &Value) -> MeterMessage {
        let [user, connection, tip] = ["user", "connection", "tip"].map(|name| text(&command[name]));
        if by.role == Role::Technician || user != by.user.to_string() {
            return no("denied");
        }
        match self.places.get(&connection) {
            Some(place) if self.rights.sees(by, place) => {}
            _ => return no("not_found"),
        }
        let (applied, kept) = self.tips.entry((user, connection, tip)).or_default();
        let mark = &command["mark"];
        match mark["as"].as_str() {
            Some("applied") => *applied = mark["day"].as_i64(),
            Some("not_applied") => *applied = None,
            of => *kept = of == Some("bookmarked"),
        }
        yes()
    }
}

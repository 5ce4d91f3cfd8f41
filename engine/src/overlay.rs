//! What a row looks like with an operation over it that the server has not answered yet: by the same rule the server will apply.
//!
//! Only the fields that the operation changes are written into the body as it was received, so that what a newer server added stays.

use domain::edit::{ConnectionField, ConnectionRecord, CustomerField, Editable, Patch, merge};
use domain::people::Customer;
use protocol::push::Command;
use protocol::rows::Connection;
use serde_json::{Map, Value};

/// The body with the command over it; `None` if the command leaves it as it is, or does not fit it.
pub fn overlay(body: &str, command: &Command) -> Option<String> {
    match command {
        Command::EditCustomer { patch, .. } => {
            let mut record: Customer = serde_json::from_str(body).ok()?;
            let changed = edited(&mut record, patch);
            with_fields(body, &serde_json::to_value(&record).ok()?, changed.into_iter().map(CustomerField::as_str))
        }
        Command::EditConnection { patch, .. } => {
            let row: Connection = serde_json::from_str(body).ok()?;
            let mut record = ConnectionRecord {
                label: row.label.clone(),
                address: row.address.clone(),
                kind: row.kind,
                tariff_class: row.tariff_class,
            };
            let changed = edited(&mut record, patch);
            let ConnectionRecord { label, address, kind, tariff_class } = record;
            let row = Connection { label, address, kind, tariff_class, ..row };
            with_fields(body, &serde_json::to_value(&row).ok()?, changed.into_iter().map(ConnectionField::as_str))
        }
        Command::DecideConflict { keep, .. } => {
            with_fields(body, &serde_json::json!({ "decided": keep }), std::iter::once("decided"))
        }
    }
}

/// Merges; what cannot be merged is for the server to refuse, and changes nothing here.
fn edited<E: Editable>(record: &mut E, patch: &Patch<E::Field>) -> Vec<E::Field> {
    merge(record, patch).map_or(Vec::new(), |merged| merged.changed.into_iter().map(|(field, _)| field).collect())
}

fn with_fields<'f>(body: &str, from: &Value, fields: impl Iterator<Item = &'f str>) -> Option<String> {
    let mut row: Map<String, Value> = serde_json::from_str(body).ok()?;
    let mut any = false;
    for field in fields {
        row.insert(field.to_owned(), from.get(field)?.clone());
        any = true;
    }
    any.then(|| Value::Object(row).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::CustomerId;
    use domain::edit::Change;
    use std::collections::BTreeMap;

    #[test]
    fn a_field_of_a_newer_server_survives_an_edit_on_this_device() {
        let id = CustomerId(uuid::Uuid::nil());
        let body = format!(r#"{{"id":"{id}","number":"1","name":"A","status":"active","loyalty":{{"points":7}}}}"#);
        let change = Change { from: "A".into(), to: "B".into() };
        let command = Command::EditCustomer { customer: id, patch: Patch(BTreeMap::from([(CustomerField::Name, change)])) };
        let edited: Value = serde_json::from_str(&overlay(&body, &command).expect("changes")).expect("JSON");
        assert_eq!((&edited["name"], &edited["loyalty"]["points"]), (&Value::from("B"), &Value::from(7)));
        assert_eq!(edited.get("phone"), None, "what the edit does not touch is not written");
    }

    #[test]
    fn an_edit_of_what_somebody_else_changed_meanwhile_shows_what_stands() {
        let id = CustomerId(uuid::Uuid::nil());
        let body = format!(r#"{{"id":"{id}","number":"1","name":"C","status":"active"}}"#);
        let change = Change { from: "A".into(), to: "B".into() };
        let command = Command::EditCustomer { customer: id, patch: Patch(BTreeMap::from([(CustomerField::Name, change)])) };
        assert_eq!(overlay(&body, &command), None);
    }
}

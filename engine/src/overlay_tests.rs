//! Overlays: what an operation that waits makes of the rows of this device.

use super::*;
use domain::CustomerId;
use domain::sync::edit::Change;
use std::collections::BTreeMap;

#[test]
fn a_field_of_a_newer_server_survives_an_edit_on_this_device() {
    let id = CustomerId(uuid::Uuid::nil());
    let body = format!(r#"{{"id":"{id}","number":"1","name":"A","status":"active","loyalty":{{"points":7}}}}"#);
    let change = Change { from: "A".into(), to: "B".into() };
    let operation = Operation::EditCustomer { customer: id, patch: Patch(BTreeMap::from([(CustomerField::Name, change)])) };
    let edited: Value = serde_json::from_str(&overlay(&body, &operation).expect("changes")).expect("JSON");
    assert_eq!((&edited["name"], &edited["loyalty"]["points"]), (&Value::from("B"), &Value::from(7)));
    assert_eq!(edited.get("phone"), None, "what the edit does not touch is not written");
}

#[test]
fn a_note_is_a_row_before_the_server_has_it_and_not_twice_after() {
    let operation = Operation::AddNote {
        note: domain::NoteId(uuid::Uuid::nil()),
        meter: domain::MeterId(uuid::Uuid::nil()),
        text: " Kaca buram ".into(),
    };
    let row = new_row(&operation, Author { name: "Made", id: None, at: UtcMillis(7) }).expect("a row");
    let note: Note = serde_json::from_str(&row).expect("JSON");
    assert_eq!((note.text.as_str(), note.author.as_str(), note.at), ("Kaca buram", "Made", UtcMillis(7)));
    assert_eq!(overlay(&row, &operation), None);
}

#[test]
fn a_note_that_waits_shows_its_mended_text_and_that_it_was_taken_back() {
    let (note, meter) = (domain::NoteId(uuid::Uuid::nil()), domain::MeterId(uuid::Uuid::nil()));
    let add = Operation::AddNote { note, meter, text: "Kaca buram".into() };
    let row = new_row(&add, Author { name: "Made", id: None, at: UtcMillis(7) }).expect("a row");
    let change = Change { from: "Kaca buram".into(), to: "Kaca pecah".into() };
    let patch = Patch(BTreeMap::from([(NoteField::Text, change)]));
    let mended = overlay(&row, &Operation::EditNote { note, meter, patch }).expect("changes");
    let gone = overlay(&mended, &Operation::TakeBackNote { note, meter }).expect("changes");
    let read = |body: &str| serde_json::from_str::<Note>(body).expect("JSON");
    assert_eq!((read(&mended).text.as_str(), read(&mended).taken_back), ("Kaca pecah", false));
    assert!(read(&gone).taken_back);
}

#[test]
fn an_opening_balance_changes_no_money_before_the_server_has_it() {
    let connection = domain::ConnectionId(uuid::Uuid::nil());
    let opening = domain::OpeningId(uuid::Uuid::nil());
    let (import, source) = (uuid::Uuid::nil(), String::new());
    let add = Operation::AddOpening { opening, connection, amount: domain::Rupiah(150_000), import, row: 2, source };
    let back = Operation::TakeBackOpening { opening, connection };
    let credit = format!(r#"{{"connection":"{connection}","posted":20000,"running":0}}"#);
    for operation in [&add, &back] {
        assert_eq!(overlay(&credit, operation), None);
        assert_eq!(new_row(operation, Author { name: "Rina", id: None, at: UtcMillis(7) }), None);
    }
}

#[test]
fn a_connection_shows_in_the_zone_it_moves_to_unless_somebody_else_has_moved_it() {
    let (connection, customer) = (domain::ConnectionId(uuid::Uuid::nil()), CustomerId(uuid::Uuid::nil()));
    let [one, other, third] = [1, 2, 3].map(|of| domain::ZoneId(uuid::Uuid::from_u128(of)));
    let add = Operation::AddConnection {
        connection,
        customer,
        zone: one,
        fields: BTreeMap::from([(ConnectionField::Label, "Rumah".to_owned()), (ConnectionField::Address, "Jl. Kota".to_owned())]),
    };
    let row = new_row(&add, Author { name: "Rina", id: None, at: UtcMillis(7) }).expect("a row");
    let moved = |from, to| overlay(&row, &Operation::MoveConnection { connection, from, to });
    let zone = |body: &str| serde_json::from_str::<Connection>(body).expect("JSON").zone;
    assert_eq!(moved(one, other).as_deref().map(zone), Some(other));
    assert_eq!((moved(third, other), moved(one, one)), (None, None));
}

#[test]
fn an_edit_of_what_somebody_else_changed_meanwhile_shows_the_servers_value() {
    let id = CustomerId(uuid::Uuid::nil());
    let body = format!(r#"{{"id":"{id}","number":"1","name":"C","status":"active"}}"#);
    let change = Change { from: "A".into(), to: "B".into() };
    let operation = Operation::EditCustomer { customer: id, patch: Patch(BTreeMap::from([(CustomerField::Name, change)])) };
    assert_eq!(overlay(&body, &operation), None);
}

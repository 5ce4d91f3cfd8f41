//! What people do in a simulation: edit on devices, and give and take rights, move connections and change records on the server.

use super::cases;
use super::device::Device;
use super::model::{Place, Rights};
use super::schedule::Step;
use super::server::{CUSTOMERS, METERS, Server, ZONES, id, user};
use super::{Broken, ensure};
use domain::sync::edit::{Change, ConnectionField, CustomerField, NoteField, Patch};
use domain::{ConflictId, ConnectionId, CustomerId, MeterId, NoteId, UtcMillis, ZoneId};
use protocol::sync::push::{Keep, Operation};
use protocol::sync::rows::Note;
use rusqlite::params;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use sync_server::alerts::announcements;
use sync_server::core::Tx;
use sync_server::core::feed::BucketAdvanced;
use sync_server::error::Error;
use sync_server::metering::fleet;
use sync_server::metering::moves::move_connection;
use sync_server::people::customers;
use uuid::Uuid;

/// Who may see what at first.
pub fn rights_at_the_beginning() -> Rights {
    Rights {
        admins: BTreeSet::from([0, 1]),
        zones: BTreeSet::from([id(2, 0)]),
        zones_before: BTreeMap::new(),
        customers: BTreeSet::from([id(3, 0)]),
    }
}

/// The row as a device shows it.
pub fn shown(device: &Device, table: &str, row: &str) -> Option<Value> {
    let sql = format!("SELECT body FROM {table} WHERE id = ?1");
    let body = device.store.as_ref()?.read_now(|db| Ok(db.query_row(&sql, [row], |row| row.get::<_, String>(0)).ok())).ok()??;
    serde_json::from_str(&body).ok()
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}

/// A person edits what a device shows; says which faults that is.
pub fn edit(device: &mut Device, pick: u32, server: UtcMillis, newer: bool) -> Result<Vec<&'static str>, Broken> {
    let number = u128::from(pick >> 8) % CUSTOMERS;
    let value = format!("v{}-{}", device.number, pick % 9_973);
    let mut faults = Vec::new();
    let (command, private) = match pick % 16 {
        0..=2 => match connection(device, number, pick, &value) {
            Some(command) => (command, None),
            None => return Ok(faults),
        },
        3 => match conflict(device, pick) {
            Some(command) => (command, None),
            None => return Ok(faults),
        },
        _ => match customer(device, number, pick, value, &mut faults) {
            Some(made) => made,
            None => return Ok(faults),
        },
    };
    let shows = private.clone().filter(|_| !device.is_full);
    let kept = device.submit(&command, private, server, newer);
    if kept && newer {
        faults.push("newer command at an older server");
    }
    if let (true, Some((row, value))) = (kept, shows)
        && let Some(body) = shown(device, "customer", &row)
    {
        let shown = text(&body, "address");
        ensure(shown == value, || format!("device {} shows {shown} right after {value} was written", device.number))?;
    }
    Ok(faults)
}

type Made = (Operation, Option<(String, String)>);

fn customer(device: &Device, number: u128, pick: u32, value: String, faults: &mut Vec<&'static str>) -> Option<Made> {
    let customer = CustomerId(id(3, number));
    let row = shown(device, "customer", &customer.to_string())?;
    let set = |field: CustomerField, to: &str| (field, Change { from: text(&row, field.as_str()), to: to.to_owned() });
    // One address is edited on one device only, so that what it shows is known.
    let is_own = device.number < 2 && number % 2 == u128::from(device.number);
    let mut private = None;
    let changes = match pick % 16 {
        4 | 5 if is_own => {
            private = Some((customer.to_string(), value.clone()));
            vec![set(CustomerField::Address, &value)]
        }
        6 => vec![set(CustomerField::Phone, &format!("+62 811 {:06}", pick % 1_000_000))],
        7 => {
            faults.push("poison operation");
            vec![set(CustomerField::PostalCode, "abcde"), set(CustomerField::City, &value)]
        }
        8 | 9 => vec![set(CustomerField::Name, &value), set(CustomerField::City, &value)],
        // The same few numbers in two forms, beside another field.
        11 => {
            let number = pick / 16 % 4;
            let phone =
                if (pick / 64).is_multiple_of(2) { format!("+62 811 00000{number}") } else { format!("0811-00000{number}") };
            vec![set(CustomerField::Phone, &phone), set(CustomerField::City, &value)]
        }
        10 => vec![set(CustomerField::City, ["", "Bogor", "Depok"][pick as usize / 16 % 3])],
        _ => vec![set(CustomerField::Name, &value)],
    };
    let patch = Patch(changes.into_iter().collect::<BTreeMap<_, _>>());
    Some((Operation::EditCustomer { customer, patch }, private))
}

fn connection(device: &Device, number: u128, pick: u32, value: &str) -> Option<Operation> {
    let connection = ConnectionId(id(4, number));
    let row = shown(device, "connection", &connection.to_string())?;
    let (field, to) = match pick % 3 {
        0 => (ConnectionField::TariffClass, ["commercial", "industrial"][pick as usize / 16 % 2]),
        _ => (ConnectionField::Label, value),
    };
    let change = Change { from: text(&row, field.as_str()), to: to.to_owned() };
    Some(Operation::EditConnection { connection, patch: Patch(BTreeMap::from([(field, change)])) })
}

/// Somebody moves a connection from the zone that their device shows to one of all, that one as well.
pub fn move_zone(device: &Device, pick: u32) -> Option<Operation> {
    let connection = ConnectionId(id(4, u128::from(pick >> 8) % CUSTOMERS));
    let from = text(&shown(device, "connection", &connection.to_string())?, "zone").parse().ok()?;
    Some(Operation::MoveConnection { connection, from, to: ZoneId(id(2, u128::from(pick >> 4) % ZONES)) })
}

fn conflict(device: &Device, pick: u32) -> Option<Operation> {
    let list = |db: &rusqlite::Connection| {
        let mut query = db.prepare("SELECT id FROM conflict ORDER BY id")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let found: Vec<String> = device.store.as_ref()?.read_now(list).ok()?;
    let conflict = found.get(pick as usize / 16 % found.len().max(1))?;
    let keep = if pick.is_multiple_of(32) { Keep::Mine } else { Keep::Theirs };
    Some(Operation::DecideConflict { conflict: ConflictId(conflict.parse().ok()?), keep })
}

/// Whoever is an admin, or was one, writes a note, or mends or takes back one that their device shows, whoever wrote it.
pub fn note(device: &mut Device, pick: u32, server: UtcMillis) {
    if let Some(operation) = about_note(device, pick) {
        device.submit(&operation, None, server, false);
    }
}

fn about_note(device: &Device, pick: u32) -> Option<Operation> {
    let text = format!("v{}-{}", device.number, pick % 9_973);
    let meter = MeterId(id(5, u128::from(pick >> 8) % METERS));
    if pick / 16 % 4 < 2 {
        let note = NoteId(id(u128::from(200 + device.number), u128::from(pick)));
        return Some(Operation::AddNote { note, meter, text });
    }
    let list = |db: &rusqlite::Connection| {
        let mut query = db.prepare("SELECT body FROM note ORDER BY id")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let shown: Vec<Note> =
        device.store.as_ref()?.read_now(list).ok()?.iter().filter_map(|body| serde_json::from_str(body).ok()).collect();
    let Note { id: note, meter, text: from, .. } = shown.get((pick >> 8) as usize % shown.len().max(1))?.clone();
    if pick / 16 % 4 == 2 {
        return Some(Operation::TakeBackNote { note, meter });
    }
    Some(Operation::EditNote { note, meter, patch: Patch(BTreeMap::from([(NoteField::Text, Change { from, to: text })])) })
}

/// Something happens on the server; says what it is, and whom it wakes.
pub fn act(server: &mut Server, step: &Step) -> Option<(&'static str, Vec<BucketAdvanced>)> {
    match *step {
        Step::Member { pick } => {
            let mut rights = server.model.rights.clone();
            let (_, advanced) = server.change(|tx| member(tx, &mut rights, pick))?;
            server.model.rights = rights;
            Some(("rights changed", advanced))
        }
        Step::Move { pick } => {
            let (_, advanced) = server.change(|tx| move_away(tx, pick))?;
            let (connection, place) = moved(pick);
            server.model.move_to(connection, place, server.now);
            Some(("connection moved", advanced))
        }
        Step::Case { pick } => {
            let (happened, advanced) = server.change(|tx| cases::happen(tx, pick))?;
            server.model.happened(happened);
            Some(("case came or went", advanced))
        }
        Step::Server { pick } => {
            let number = u128::from(pick) % CUSTOMERS;
            let email = format!("v{pick}@example.id");
            let (_, advanced) = server.change(|tx| {
                let (num, mut customer) = customers::find(tx, 1, CustomerId(id(3, number)))?.expect("a customer");
                customer.email.clone_from(&email);
                customers::write(tx, num, &customer)
            })?;
            server.model.records.get_mut(&id(3, number).to_string())?.insert("email".into(), email);
            Some(("something changed by itself", advanced))
        }
        Step::Notify => {
            let (_, advanced) = server.change(|tx| {
                while announcements::notify_some(tx)? {}
                Ok(())
            })?;
            Some(("customers notified", advanced))
        }
        _ => None,
    }
}

fn member(tx: &mut Tx<'_>, rights: &mut Rights, pick: u32) -> Result<(), Error> {
    let num = |device: u8| {
        tx.db.query_row("SELECT num FROM user WHERE id = ?1", [user(device).0.as_bytes()], |row| row.get::<_, i64>(0))
    };
    match pick % 3 {
        0 => {
            let zone = id(2, u128::from(pick >> 4) % ZONES);
            let key = tx.db.query_row("SELECT num FROM zone WHERE id = ?1", [zone.as_bytes()], |row| row.get(0))?;
            let technician = num(2)?;
            if rights.zones.remove(&zone) {
                rights.zones_before.insert(zone, tx.now);
                fleet::unassign_zone(tx, technician, key)?;
            } else {
                rights.zones.insert(zone);
                fleet::assign_zone(tx, technician, key)?;
            }
        }
        1 => {
            let customer = id(3, u128::from(pick >> 4) % CUSTOMERS);
            let sql = if rights.customers.remove(&customer) {
                "DELETE FROM user_customer WHERE user = ?1 AND customer = (SELECT num FROM customer WHERE id = ?2)"
            } else {
                rights.customers.insert(customer);
                "INSERT INTO user_customer (user, customer) SELECT ?1, num FROM customer WHERE id = ?2"
            };
            tx.db.execute(sql, params![num(3)?, customer.as_bytes()])?;
        }
        _ => {
            let role = if rights.admins.remove(&1) {
                "technician"
            } else {
                rights.admins.insert(1);
                "admin"
            };
            tx.db.execute("UPDATE user SET role = ?2 WHERE num = ?1", params![num(1)?, role])?;
        }
    }
    Ok(())
}

/// Which connection moves, and where to.
fn moved(pick: u32) -> (Uuid, Place) {
    let (customer, zone) = (id(3, u128::from(pick >> 4) % CUSTOMERS), id(2, u128::from(pick >> 8) % ZONES));
    (id(4, u128::from(pick) % CUSTOMERS), Place { customer, zone })
}

fn move_away(tx: &mut Tx<'_>, pick: u32) -> Result<(), Error> {
    let (connection, Place { customer, zone }) = moved(pick);
    let num = |table: &str, id: Uuid| {
        let sql = format!("SELECT num FROM {table} WHERE id = ?1");
        tx.db.query_row(&sql, [id.as_bytes()], |row| row.get::<_, i64>(0))
    };
    let (connection, customer, zone) = (num("connection", connection)?, num("customer", customer)?, num("zone", zone)?);
    move_connection(tx, connection, customer, zone)
}

/// A device's cache loses a row without a word, as a fault of its storage would have it.
pub fn lose_row(device: &mut Device, pick: u32) -> bool {
    let Some(store) = device.store.clone() else { return false };
    let lost = store.with_writer(|db| {
        let sql = "DELETE FROM customer WHERE id = (SELECT id FROM customer WHERE id NOT IN (SELECT id FROM base_row) ORDER BY id LIMIT 1 OFFSET ?1)";
        db.execute(sql, [pick % 5]).unwrap_or(0)
    });
    if lost > 0 {
        device.was_damaged = true;
        // It is found at the next start.
        device.kill();
    }
    lost > 0
}

/// A device's cache is of a newer app than the one that runs now.
pub fn downgrade(device: &mut Device) -> bool {
    let Some(store) = device.store.clone() else { return false };
    let done = store.with_writer(|db| db.pragma_update(None, "user_version", 99)).is_ok();
    drop(store);
    device.kill();
    device.cursors.clear();
    done
}

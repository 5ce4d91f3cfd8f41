//! Customers, connections and meters that people add: by a form, or thousands of them by an import. Each is there as a whole or not at all.

use crate::error::Error;
use crate::metering::fleet::{NewConnection, NewMeter, add_connection, add_meter, has_serial, is_known_meter};
use crate::metering::install::{install, is_free};
use crate::metering::take_back::take_back;
use crate::people::customers;
use crate::sync::apply::{Applying, invalid, rejected};
use crate::sync::rows::connections;
use domain::metering::meter::{Capability, model_name};
use domain::people::permission::Permission;
use domain::people::{Customer, customer_number};
use domain::sync::edit::{ConnectionField, ConnectionRecord, CustomerField, Editable, filled};
use domain::{ConnectionId, CustomerId, MeterId, Serial, UtcMillis, ZoneId};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::{Entity, Meter};
use std::collections::BTreeMap;

fn applied() -> Outcome {
    Outcome::Applied { conflicts: Vec::new() }
}

/// The value of a field is that of another record already.
fn taken(field: &str) -> Outcome {
    Outcome::Rejected { code: Rejection::Taken, field: Some(field.to_owned()), conflict: None }
}

/// What a field names does not exist.
fn no_such(field: &str) -> Outcome {
    Outcome::Rejected { code: Rejection::NotFound, field: Some(field.to_owned()), conflict: None }
}

/// A new customer.
pub struct AddedCustomer {
    pub id: CustomerId,
    pub number: String,
    pub fields: BTreeMap<CustomerField, String>,
}

/// Adds a customer.
pub fn customer(applying: &mut Applying<'_, '_>, new: AddedCustomer) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some(number) = customer_number(&new.number) else { return Ok(invalid("number")) };
    let record = match filled(Customer::new(new.id, number), &CustomerField::ALL, &new.fields) {
        Ok(record) => record,
        Err((field, _)) => return Ok(invalid(field.as_str())),
    };
    let utility = applying.caller.utility;
    if customers::is_known(applying.tx, new.id)? {
        return Ok(rejected(Rejection::IdReused));
    }
    if customers::has_number(applying.tx, utility, &record.number)? {
        return Ok(taken("number"));
    }
    let now = applying.tx.now;
    customers::add(applying.tx, utility, &record, Some(now))?;
    let fields = CustomerField::ALL.iter().map(|field| (field.as_str(), record.value(*field)));
    let fields = fields.filter(|(_, value)| !value.is_empty()).chain([("number", record.number.clone())]);
    applying.audit((Entity::Customer, new.id.0), fields.map(|(field, value)| (field, String::new(), value)))?;
    Ok(applied())
}

/// A new connection.
pub struct AddedConnection {
    pub id: ConnectionId,
    pub customer: CustomerId,
    pub zone: ZoneId,
    pub fields: BTreeMap<ConnectionField, String>,
}

/// Adds a connection of a customer.
pub fn connection(applying: &mut Applying<'_, '_>, new: AddedConnection) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) {
        return Ok(rejected(Rejection::Denied));
    }
    let utility = applying.caller.utility;
    let Some((customer, _)) = customers::find(applying.tx, utility, new.customer)? else { return Ok(no_such("customer")) };
    let Some(zone) = connections::zone(applying.tx, utility, new.zone)? else { return Ok(no_such("zone")) };
    let record = match filled(ConnectionRecord::default(), &ConnectionField::ALL, &new.fields) {
        Ok(record) => record,
        Err((field, _)) => return Ok(invalid(field.as_str())),
    };
    if connections::is_known(applying.tx, new.id)? {
        return Ok(rejected(Rejection::IdReused));
    }
    let changes = ConnectionField::ALL.map(|field| (field.as_str(), String::new(), record.value(field)));
    let ConnectionRecord { label, address, kind, tariff_class, position } = record;
    let row = NewConnection { id: new.id, customer, zone, kind, label, address, tariff_class, position };
    add_connection(applying.tx, utility, &row)?;
    applying.audit((Entity::Connection, new.id.0), changes)?;
    Ok(applied())
}

/// A new meter.
pub struct AddedMeter {
    pub id: MeterId,
    pub connection: ConnectionId,
    pub serial: Serial,
    pub model: String,
    pub since: UtcMillis,
}

/// Registers a meter and installs it. It gets its credential later, when it is set up.
pub fn meter(applying: &mut Applying<'_, '_>, new: AddedMeter) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageDevices) {
        return Ok(rejected(Rejection::Denied));
    }
    let utility = applying.caller.utility;
    let Some((connection, _)) = connections::find(applying.tx, utility, new.connection.0)? else {
        return Ok(no_such("connection"));
    };
    let Some(model) = model_name(&new.model) else { return Ok(invalid("model")) };
    let now = applying.tx.now;
    // Without a day in the sheet it is the time at which the operation was made, by a clock that may be ahead of this one.
    let since = if new.since == applying.op.occurred_at { applying.timing.correct(new.since).min(now) } else { new.since };
    if !(0..=now.0).contains(&since.0) {
        return Ok(invalid("since"));
    }
    if is_known_meter(applying.tx, new.id)? {
        return Ok(rejected(Rejection::IdReused));
    }
    if has_serial(applying.tx, &new.serial)? {
        return Ok(taken("serial"));
    }
    if !is_free(applying.tx, connection, since)? {
        return Ok(taken("connection"));
    }
    let row = NewMeter {
        id: new.id,
        serial: new.serial,
        model,
        capability: Capability::HOUSEHOLD,
        interval_s: Meter::INTERVAL_S,
        secret_hash: None,
    };
    let num = add_meter(applying.tx, utility, &row)?;
    install(applying.tx, num, connection, since)?;
    let serial = ("serial", String::new(), row.serial.to_string());
    let connection = ("connection", String::new(), new.connection.to_string());
    applying.audit((Entity::Meter, new.id.0), [serial, ("model", String::new(), row.model), connection])?;
    Ok(applied())
}

/// Takes back a customer that was added, with the connections and meters.
pub fn take_customer_back(applying: &mut Applying<'_, '_>, id: CustomerId) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) || !applying.may(Permission::ManageDevices) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some((num, record)) = customers::find(applying.tx, applying.caller.utility, id)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    if !take_back(applying.tx, num, applying.caller.num)? {
        return Ok(rejected(Rejection::InUse));
    }
    let gone = [("number", record.number, String::new()), ("name", record.name, String::new())];
    applying.audit((Entity::Customer, id.0), gone)?;
    Ok(applied())
}

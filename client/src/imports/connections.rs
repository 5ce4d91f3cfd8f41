//! Connections of imports: what a row says of one, how it becomes a new one, and which one of those that are there has its meter.

use crate::imports::compare::NewConnection;
use crate::queries::known::{KnownConnection, KnownCustomer};
use domain::billing::tariff::TariffClass;
use domain::imports::{ConnectionPart, CustomerRecord};
use domain::people::ConnectionKind;
use domain::sync::edit::ConnectionField;
use domain::{CustomerId, Serial, ZoneId};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The connection of a customer at which the row's meter is.
pub(super) fn connection_with_meter<'a>(record: &CustomerRecord, known: &'a KnownCustomer) -> Option<&'a KnownConnection> {
    let serial = &record.meter.as_ref()?.serial;
    known.connections.iter().find(|connection| is_at(connection, serial))
}

/// Whether a meter of a row besides its first is at a connection.
pub(super) fn has_further(record: &CustomerRecord, connection: &KnownConnection) -> bool {
    record.further.iter().any(|meter| is_at(connection, &meter.serial))
}

/// Whether a meter is at a connection.
pub(super) fn is_at(connection: &KnownConnection, serial: &Serial) -> bool {
    connection.meter.as_ref().is_some_and(|(_, own)| own == serial)
}

/// A connection that is not there yet.
pub(super) fn new_connection(
    customer: Option<CustomerId>,
    (zone, address): (ZoneId, &str),
    part: &ConnectionPart,
) -> NewConnection {
    let kind = part.kind.unwrap_or_else(|| part.tariff_class.map_or(ConnectionKind::Residential, kind_of_class));
    let class = part.tariff_class.unwrap_or_else(|| class_of_kind(kind));
    let label = part.label.clone().unwrap_or_else(|| default_label(kind).to_owned());
    let mut fields: BTreeMap<_, _> = fields_of(part).collect();
    fields.insert(ConnectionField::Label, label);
    fields.insert(ConnectionField::Address, address.to_owned());
    fields.insert(ConnectionField::Kind, kind.as_str().to_owned());
    fields.insert(ConnectionField::TariffClass, class.as_str().to_owned());
    NewConnection { customer, zone, fields }
}

/// What a row says of a connection; a meter has one, though nothing else is said of it.
pub(super) fn connection_of(record: &CustomerRecord) -> Option<Cow<'_, ConnectionPart>> {
    let implied = || record.meter.as_ref().map(|_| Cow::Owned(ConnectionPart::default()));
    record.connection.as_ref().map(Cow::Borrowed).or_else(implied)
}

/// What a row says of a connection, field by field.
pub(super) fn fields_of(part: &ConnectionPart) -> impl Iterator<Item = (ConnectionField, String)> {
    let texts = [
        (ConnectionField::Label, part.label.clone()),
        (ConnectionField::Address, part.address.clone()),
        (ConnectionField::Kind, part.kind.map(|kind| kind.as_str().to_owned())),
        (ConnectionField::TariffClass, part.tariff_class.map(|class| class.as_str().to_owned())),
        (ConnectionField::Position, part.position.map(|position| position.to_string())),
    ];
    texts.into_iter().filter_map(|(field, text)| Some((field, text?)))
}

const fn kind_of_class(class: TariffClass) -> ConnectionKind {
    match class {
        TariffClass::Residential | TariffClass::PrivateHome => ConnectionKind::Residential,
        TariffClass::Commercial => ConnectionKind::Commercial,
        TariffClass::Industrial => ConnectionKind::Industrial,
    }
}

const fn class_of_kind(kind: ConnectionKind) -> TariffClass {
    match kind {
        ConnectionKind::Residential | ConnectionKind::BoardingHouse | ConnectionKind::Rental | ConnectionKind::Other => {
            TariffClass::Residential
        }
        ConnectionKind::Commercial => TariffClass::Commercial,
        ConnectionKind::Industrial => TariffClass::Industrial,
    }
}

/// What a connection is called of which the sheet has no name. It is the customer's to change, and in the customers' language.
const fn default_label(kind: ConnectionKind) -> &'static str {
    match kind {
        ConnectionKind::Residential | ConnectionKind::Other => "Rumah",
        ConnectionKind::Commercial => "Usaha",
        ConnectionKind::Industrial => "Pabrik",
        ConnectionKind::BoardingHouse => "Kos",
        ConnectionKind::Rental => "Kontrakan",
    }
}

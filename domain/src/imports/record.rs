//! Records as an import reads them: values in the form in which forms keep them, ready to be compared with what is there.

use crate::billing::tariff::TariffClass;
use crate::core::position::Position;
use crate::people::ConnectionKind;
use crate::sync::edit::CustomerField;
use crate::{LocalDay, Millilitres, Rupiah, Serial, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};

/// A record of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Record {
    /// A customer.
    Customer(CustomerRecord),
    /// A reading.
    Reading(ReadingRecord),
    /// An opening balance.
    Balance(BalanceRecord),
}

/// A customer, with the connection and the meter of the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRecord {
    /// The customer's number.
    pub number: String,
    /// The fields that the row fills, as [`crate::sync::edit::Editable::clean`] returns them. An empty cell says nothing: it empties no field.
    pub fields: Vec<(CustomerField, String)>,
    /// The connection, where the row says anything of one.
    pub connection: Option<ConnectionPart>,
    /// The meter, where the row has a serial number.
    pub meter: Option<MeterPart>,
    /// The meters of the row besides, each at a connection of its own, which is as the row's.
    #[serde(default)]
    pub further: Vec<FurtherMeter>,
    /// The address that the row has in parts, where no column has the whole of it.
    #[serde(default)]
    pub address_of_parts: Option<String>,
}

impl CustomerRecord {
    /// A field that the row fills.
    pub fn field(&self, field: CustomerField) -> Option<&str> {
        self.fields.iter().find(|(of, _)| *of == field).map(|(_, value)| value.as_str())
    }

    /// The customer's address: as the row has it, or of its parts.
    pub fn address(&self) -> Option<&str> {
        self.field(CustomerField::Address).or(self.address_of_parts.as_deref())
    }

    /// What the row says of the customer. An address of parts is only for who has none: somebody wrote the one that is there.
    pub fn said(&self, has_address: bool) -> impl Iterator<Item = (CustomerField, String)> {
        let of_parts = self.address_of_parts.clone().filter(|_| !has_address);
        self.fields.iter().cloned().chain(of_parts.map(|address| (CustomerField::Address, address)))
    }
}

/// What a row says of a connection. What it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionPart {
    /// What the customer calls it.
    pub label: Option<String>,
    /// Street address: its own, or else the customer's.
    pub address: Option<String>,
    /// Kind of property.
    pub kind: Option<ConnectionKind>,
    /// Tariff class.
    pub tariff_class: Option<TariffClass>,
    /// Zone.
    pub zone: Option<ZoneId>,
    /// Where it is.
    pub position: Option<Position>,
}

/// A meter of a row besides its first. It is of the same model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurtherMeter {
    /// Serial number.
    pub serial: Serial,
    /// The column in which it stands, from 0.
    pub column: u32,
}

/// What a row says of a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterPart {
    /// Serial number.
    pub serial: Serial,
    /// Model.
    pub model: Option<String>,
    /// When it was installed.
    pub installed_on: Option<LocalDay>,
    /// What it shows.
    pub register: Option<Millilitres>,
}

/// A reading, or those of several months. It has a serial number or a customer's, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingRecord {
    /// The meter's serial number.
    pub serial: Option<Serial>,
    /// The customer's number.
    pub number: Option<String>,
    /// When it was read; a day alone is its local midnight.
    pub read_at: UtcMillis,
    /// What the meter showed.
    pub register: Millilitres,
    /// When it was read before, and what it showed then: of a row with a column for each month, in order of time.
    #[serde(default)]
    pub earlier: Vec<(UtcMillis, Millilitres)>,
}

impl ReadingRecord {
    /// Every reading of the row, in order of time.
    pub fn all(&self) -> impl Iterator<Item = (UtcMillis, Millilitres)> {
        self.earlier.iter().copied().chain([(self.read_at, self.register)])
    }
}

/// An opening balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceRecord {
    /// The customer's number.
    pub number: String,
    /// The balance; below zero it is owed.
    pub balance: Rupiah,
}

//! The records that can be edited, and what each of their fields takes.

use crate::billing::tariff::TariffClass;
use crate::core::position::Position;
use crate::core::text::{compact, email, is_phone, phone, phone_key, visible};
use crate::people::{ConnectionKind, Customer, CustomerStatus};
use crate::sync::edit::{Editable, Invalid};
use serde::{Deserialize, Serialize};

/// Fields of a customer that can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the record's own")]
pub enum CustomerField {
    Name,
    Phone,
    Email,
    Address,
    City,
    Province,
    PostalCode,
    Nik,
    HouseholdSize,
    Status,
}

impl CustomerField {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::City,
        Self::Province,
        Self::PostalCode,
        Self::Nik,
        Self::HouseholdSize,
        Self::Status,
    ];

    /// The field as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Address => "address",
            Self::City => "city",
            Self::Province => "province",
            Self::PostalCode => "postal_code",
            Self::Nik => "nik",
            Self::HouseholdSize => "household_size",
            Self::Status => "status",
        }
    }
}

impl Editable for Customer {
    type Field = CustomerField;

    fn value(&self, field: CustomerField) -> String {
        match field {
            CustomerField::Name => self.name.clone(),
            CustomerField::Phone => self.phone.clone(),
            CustomerField::Email => self.email.clone(),
            CustomerField::Address => self.address.clone(),
            CustomerField::City => self.city.clone(),
            CustomerField::Province => self.province.clone(),
            CustomerField::PostalCode => self.postal_code.clone(),
            CustomerField::Nik => self.nik.clone(),
            CustomerField::HouseholdSize => self.household_size.map_or(String::new(), |size| size.to_string()),
            CustomerField::Status => self.status.as_str().to_owned(),
        }
    }

    fn set(&mut self, field: CustomerField, value: &str) {
        let place = match field {
            CustomerField::Name => &mut self.name,
            CustomerField::Phone => &mut self.phone,
            CustomerField::Email => &mut self.email,
            CustomerField::Address => &mut self.address,
            CustomerField::City => &mut self.city,
            CustomerField::Province => &mut self.province,
            CustomerField::PostalCode => &mut self.postal_code,
            CustomerField::Nik => &mut self.nik,
            CustomerField::HouseholdSize => {
                self.household_size = value.parse().ok();
                return;
            }
            CustomerField::Status => {
                self.status = CustomerStatus::from_word(value).unwrap_or(self.status);
                return;
            }
        };
        value.clone_into(place);
    }

    fn clean(field: CustomerField, text: &str) -> Result<String, Invalid> {
        let text = match field {
            CustomerField::Nik | CustomerField::PostalCode => line(&number(text))?,
            CustomerField::Email | CustomerField::HouseholdSize | CustomerField::Status => line(&compact(text))?,
            CustomerField::Phone => line(&phone(text))?,
            CustomerField::Name | CustomerField::Address | CustomerField::City | CustomerField::Province => line(text)?,
        };
        let is_empty = text.is_empty();
        let fits = match field {
            CustomerField::Name if is_empty => return Err(Invalid::Empty),
            CustomerField::Status => CustomerStatus::from_word(&text).is_some(),
            CustomerField::Phone => is_empty || is_phone(&text),
            CustomerField::Email => is_empty || is_email(&text),
            CustomerField::PostalCode => is_empty || is_digits(&text, 5),
            CustomerField::Nik => is_empty || is_digits(&text, 16),
            CustomerField::HouseholdSize => is_empty || text.parse::<u8>().is_ok_and(|size| (1..=99).contains(&size)),
            CustomerField::Name | CustomerField::Address | CustomerField::City | CustomerField::Province => true,
        };
        if fits { Ok(text) } else { Err(Invalid::Malformed) }
    }

    fn key(field: CustomerField, text: &str) -> String {
        match field {
            CustomerField::Phone => phone_key(text),
            CustomerField::Email => email(text),
            CustomerField::Nik | CustomerField::PostalCode => number(text),
            CustomerField::Name
            | CustomerField::Address
            | CustomerField::City
            | CustomerField::Province
            | CustomerField::HouseholdSize
            | CustomerField::Status => visible(text).trim().to_owned(),
        }
    }

    fn is_guarded(field: CustomerField) -> bool {
        field == CustomerField::Phone
    }
}

/// The longest text of a field, in characters.
const LONGEST: usize = 200;

/// One line of text without what cannot be seen and what surrounds it.
pub(super) fn line(text: &str) -> Result<String, Invalid> {
    let text = visible(text);
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Invalid::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::Malformed);
    }
    Ok(text.to_owned())
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of a number that has no groups, as an identity card prints it: people type spaces between them.
fn number(text: &str) -> String {
    compact(text).replace(' ', "")
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(' '))
}

/// Fields of a connection that can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the record's own")]
pub enum ConnectionField {
    Label,
    Address,
    Kind,
    TariffClass,
    Position,
}

impl ConnectionField {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Label, Self::Address, Self::Kind, Self::TariffClass, Self::Position];

    /// The field as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Address => "address",
            Self::Kind => "kind",
            Self::TariffClass => "tariff_class",
            Self::Position => "position",
        }
    }
}

/// A connection's own fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRecord {
    /// What its customer calls it.
    pub label: String,
    /// Street address.
    pub address: String,
    /// Kind of property.
    pub kind: ConnectionKind,
    /// Tariff class.
    pub tariff_class: TariffClass,
    /// Where it is, where that is known.
    pub position: Option<Position>,
}

impl Default for ConnectionRecord {
    /// A home of which nothing is known yet; a label and an address have to be given.
    fn default() -> Self {
        Self {
            label: String::new(),
            address: String::new(),
            kind: ConnectionKind::Residential,
            tariff_class: TariffClass::Residential,
            position: None,
        }
    }
}

impl Editable for ConnectionRecord {
    type Field = ConnectionField;

    fn value(&self, field: ConnectionField) -> String {
        match field {
            ConnectionField::Label => self.label.clone(),
            ConnectionField::Address => self.address.clone(),
            ConnectionField::Kind => self.kind.as_str().to_owned(),
            ConnectionField::TariffClass => self.tariff_class.as_str().to_owned(),
            ConnectionField::Position => self.position.map_or(String::new(), |position| position.to_string()),
        }
    }

    fn set(&mut self, field: ConnectionField, value: &str) {
        match field {
            ConnectionField::Label => value.clone_into(&mut self.label),
            ConnectionField::Address => value.clone_into(&mut self.address),
            ConnectionField::Kind => self.kind = ConnectionKind::from_word(value).unwrap_or(self.kind),
            ConnectionField::TariffClass => self.tariff_class = TariffClass::from_word(value).unwrap_or(self.tariff_class),
            ConnectionField::Position => self.position = value.parse().ok(),
        }
    }

    fn clean(field: ConnectionField, text: &str) -> Result<String, Invalid> {
        let text = line(text)?;
        if field == ConnectionField::Position && !text.is_empty() {
            return text.parse::<Position>().map(|position| position.to_string()).map_err(|_| Invalid::Malformed);
        }
        let fits = match field {
            ConnectionField::Label | ConnectionField::Address if text.is_empty() => return Err(Invalid::Empty),
            ConnectionField::Label | ConnectionField::Address | ConnectionField::Position => true,
            ConnectionField::Kind => ConnectionKind::from_word(&text).is_some(),
            ConnectionField::TariffClass => TariffClass::from_word(&text).is_some(),
        };
        if fits { Ok(text) } else { Err(Invalid::Malformed) }
    }

    fn is_guarded(field: ConnectionField) -> bool {
        field == ConnectionField::TariffClass
    }
}

//! Records as forms show them: each field with what can be chosen, what is wrong with a text, and the patch that comes of it.

use crate::components::form::{Edits, FormField};
use crate::i18n::tr;
use domain::billing::tariff::TariffClass;
use domain::people::{ConnectionKind, CustomerStatus, Language};
use domain::sync::edit::{ConnectionField, CustomerField, Editable, Invalid, Patch, ProfileField};

/// A customer's field.
pub fn customer_field(field: CustomerField, value: String) -> FormField {
    let choices = match field {
        CustomerField::Status => words("status", CustomerStatus::ALL.map(CustomerStatus::as_str)),
        _ => Vec::new(),
    };
    FormField { name: field.as_str(), value, choices }
}

/// A connection's field.
pub fn connection_field(field: ConnectionField, value: String) -> FormField {
    let choices = match field {
        ConnectionField::Kind => words("kind", ConnectionKind::ALL.map(ConnectionKind::as_str)),
        ConnectionField::TariffClass => words("class", TariffClass::ALL.map(TariffClass::as_str)),
        _ => Vec::new(),
    };
    FormField { name: field.as_str(), value, choices }
}

/// A profile's field.
pub fn profile_field(field: ProfileField, value: String) -> FormField {
    let choices = match field {
        ProfileField::Language => words("language", [Language::Id, Language::En].map(Language::as_str)),
        _ => Vec::new(),
    };
    FormField { name: field.as_str(), value, choices }
}

fn words<const N: usize>(prefix: &str, values: [&'static str; N]) -> Vec<(String, String)> {
    values.iter().map(|value| ((*value).to_owned(), tr(&format!("{prefix}-{value}")))).collect()
}

/// A customer's field by its name.
pub fn customer_key(name: &str) -> Option<CustomerField> {
    CustomerField::ALL.into_iter().find(|field| field.as_str() == name)
}

/// A connection's field by its name.
pub fn connection_key(name: &str) -> Option<ConnectionField> {
    ConnectionField::ALL.into_iter().find(|field| field.as_str() == name)
}

/// A profile's field by its name.
pub fn profile_key(name: &str) -> Option<ProfileField> {
    [ProfileField::Name, ProfileField::Phone, ProfileField::Language].into_iter().find(|field| field.as_str() == name)
}

/// What is wrong with a text.
pub fn wrong<E: Editable>(field: E::Field, text: &str) -> Option<Invalid> {
    E::clean(field, text).err()
}

/// The patch that was typed.
pub fn patch<F: Ord>(edits: Edits, key: fn(&str) -> Option<F>) -> Patch<F> {
    Patch(edits.into_iter().filter_map(|(name, change)| Some((key(name)?, change))).collect())
}

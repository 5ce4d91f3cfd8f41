//! Users, customers, zones and connections.

pub mod batch;
pub mod invitation;
pub mod merge;
pub mod nik;
pub mod permission;
pub mod saved_view;
pub mod zone;

/// How long after it was added a customer can be taken back, in milliseconds.
pub const TAKE_BACK_MS: i64 = 3 * crate::core::local_time::DAY_MS;

use crate::core::outline::Outline;
use crate::core::text::compact;
use crate::{CustomerId, TimeZone, ZoneId};
use serde::{Deserialize, Serialize};

/// What a user is in the utility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Role {
    /// Runs money, people and devices.
    Admin,
    /// Keeps the meters of some zones alive.
    Technician,
    /// Uses water.
    Customer,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Technician, Self::Customer];

    /// The role as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Technician => "technician",
            Self::Customer => "customer",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

/// The text names no role.
#[derive(Debug, thiserror::Error)]
#[error("a role is admin, technician or customer")]
pub struct UnknownRole;

/// The language a user reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Language {
    /// Bahasa Indonesia.
    #[default]
    Id,
    /// English.
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Id, Self::En];

    /// The language as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// The language of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == word)
    }
}

/// Whether a customer is supplied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerStatus {
    /// Supplied.
    #[default]
    Active,
    /// No longer a customer.
    Inactive,
    /// Supply stopped by the utility.
    Suspended,
}

impl CustomerStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Suspended];

    /// The status as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Suspended => "suspended",
        }
    }

    /// The status of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// The longest customer number, in characters.
const LONGEST_NUMBER: usize = 64;

/// A customer number as it is kept, without what cannot be seen. `None` if nothing is left, or it has more than 64 characters.
pub fn customer_number(text: &str) -> Option<String> {
    let number = compact(text);
    let fits = !number.is_empty() && number.chars().count() <= LONGEST_NUMBER && !number.chars().any(char::is_control);
    fits.then_some(number)
}

/// Somebody who is supplied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Identifier.
    pub id: CustomerId,
    /// Customer number; text, leading zeros count.
    pub number: String,
    /// Name.
    pub name: String,
    /// Status.
    pub status: CustomerStatus,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// Address of mail.
    #[serde(default)]
    pub email: String,
    /// Street address.
    #[serde(default)]
    pub address: String,
    /// City or regency.
    #[serde(default)]
    pub city: String,
    /// Province.
    #[serde(default)]
    pub province: String,
    /// Postal code, five digits.
    #[serde(default)]
    pub postal_code: String,
    /// The national identity number, 16 digits; only admins and the customer hold it.
    #[serde(default)]
    pub nik: String,
    /// People in the household.
    #[serde(default)]
    pub household_size: Option<u8>,
}

impl Customer {
    /// A customer of whom nothing is known but the number.
    pub fn new(id: CustomerId, number: String) -> Self {
        Self {
            id,
            number,
            name: String::new(),
            status: CustomerStatus::Active,
            phone: String::new(),
            email: String::new(),
            address: String::new(),
            city: String::new(),
            province: String::new(),
            postal_code: String::new(),
            nik: String::new(),
            household_size: None,
        }
    }
}

/// An area with one time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Identifier.
    pub id: ZoneId,
    /// Name.
    pub name: String,
    /// Time zone of everything in it.
    pub time_zone: TimeZone,
    /// Its outline on maps, where one was drawn. Not sent where none was, so that rows of before are as they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Outline>,
}

/// What kind of property is supplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    /// A home.
    Residential,
    /// A shop or an office.
    Commercial,
    /// A works.
    Industrial,
    /// Rooms let by the month (*kos*).
    BoardingHouse,
    /// A house let as a whole.
    Rental,
    /// Anything else.
    Other,
}

impl ConnectionKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Residential, Self::Commercial, Self::Industrial, Self::BoardingHouse, Self::Rental, Self::Other];

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The kind as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Residential => "residential",
            Self::Commercial => "commercial",
            Self::Industrial => "industrial",
            Self::BoardingHouse => "boarding_house",
            Self::Rental => "rental",
            Self::Other => "other",
        }
    }
}

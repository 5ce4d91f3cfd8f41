//! Server → admin's client: `GET /admin/v1/audit`, the log of who changed what, from what to what.

use crate::sync::rows::Entity;
use domain::people::Role;
use domain::{CustomerId, UserId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Entries of one answer at most.
pub const ENTRIES: usize = 50;

/// Which entries are wanted; what is not said leaves nothing out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<UserId>,
    /// Of everybody who acts as this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<Acting>,
    /// The command's name, such as `edit_customer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// With these words in the names and values that an entry shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Of one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Uuid>,
    /// Applied at this instant or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<UtcMillis>,
    /// Applied before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UtcMillis>,
    /// [`AuditPage::next`] of the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// As what somebody acts: a user of a role, or the server by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acting {
    /// An admin.
    Admin,
    /// A technician.
    Technician,
    /// A customer.
    Customer,
    /// Nobody: the server.
    System,
}

impl Acting {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Technician, Self::Customer, Self::System];

    /// The word as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Technician => "technician",
            Self::Customer => "customer",
            Self::System => "system",
        }
    }

    /// The one of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|acting| acting.as_str() == word)
    }
}

impl From<Role> for Acting {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::Technician => Self::Technician,
            Role::Customer => Self::Customer,
        }
    }
}

/// Entries, the newest first. With a search or a kind of author a page may have none, and still another one behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Where to go on; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Everybody who has an entry; 500 at most.
    pub people: Vec<AuditPerson>,
    /// Every kind of entry there is.
    pub kinds: Vec<String>,
}

/// Somebody who changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditPerson {
    /// Who; nil for the server itself.
    pub id: UserId,
    /// Name; empty for the server itself.
    pub name: String,
    /// In which role they are now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub role: Option<Role>,
}

/// What an entry is about: a row that devices hold as well, or something of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Subject {
    /// A row of sync.
    Row(Entity),
    /// What only admins see.
    Office(Office),
}

/// What only admins see. The number is what is stored, far from those of [`Entity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Office {
    /// A campaign of vouchers.
    Campaign = 101,
    /// A version of a tariff, as an admin made it: devices hold tariffs as rows of that name.
    #[serde(rename = "tariff_version")]
    Tariff = 102,
    /// Payments: a case that is about no connection, or the limits of methods.
    Payments = 103,
    /// Notifications that could not be sent.
    DeadLetters = 104,
    /// What the utility has set about valves and emergency credit.
    Valves = 105,
    /// What the utility has set about cases of meters.
    Cases = 106,
    /// A report that is made by itself.
    Reports = 107,
    /// Schedules of maintenance, holidays of work, leave of technicians, spare parts, and calendars of work.
    Maintenance = 108,
}

impl AuditEntry {
    /// As what its author acted.
    pub fn acting(&self) -> Acting {
        if self.by_server { Acting::System } else { self.role.into() }
    }
}

impl Subject {
    /// The subject of a stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        let offices = [
            Office::Campaign,
            Office::Tariff,
            Office::Payments,
            Office::DeadLetters,
            Office::Valves,
            Office::Cases,
            Office::Reports,
            Office::Maintenance,
        ];
        let office = offices.into_iter().find(|office| *office as u8 == code);
        Entity::from_code(code).map(Self::Row).or(office.map(Self::Office))
    }
}

/// One operation that had an effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// The operation.
    pub op: Uuid,
    /// Whose.
    pub who: AuditPerson,
    /// In which role they are now; says nothing where the server acted.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub role: Role,
    /// Whether the server did it by itself.
    #[serde(default)]
    pub by_server: bool,
    /// When it was applied, by the server's clock.
    pub at: UtcMillis,
    /// When it was done, by the clock of its author's device.
    pub occurred_at: UtcMillis,
    /// The command's name.
    pub kind: String,
    /// Kind of the row.
    pub entity: Subject,
    /// The row.
    pub row: Uuid,
    /// What people call the row; empty where it has no name.
    pub title: String,
    /// The customer whose row it is, where it is one's.
    pub customer: Option<CustomerId>,
    /// What changed.
    pub changes: Vec<FieldChange>,
}

/// A field, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}

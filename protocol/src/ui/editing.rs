//! What waits in the outbox, customers as they are listed and edited, and what two people changed.

use crate::sync::push::Rejection;
use crate::sync::rows::{Conflict, Connection, Customer};
use crate::ui::{CustomerFacets, MeterNow};
use domain::people::CustomerStatus;
use domain::{ConnectionId, CustomerId, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An operation as Antrean shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Which.
    pub op: Uuid,
    /// The operation's name.
    pub kind: String,
    /// What people call the row it changes.
    pub title: String,
    /// When it was done.
    pub occurred_at: UtcMillis,
    /// How far it is.
    pub state: OutboxState,
    /// Why it was refused.
    pub reason: Option<Rejection>,
    /// The field that it was refused for.
    pub field: Option<String>,
    /// The operation as JSON, to show and to export.
    pub payload: String,
    /// Bytes that are to be sent, with those of its picture.
    #[serde(default)]
    pub size: u64,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// It waits.
    Waiting,
    /// It is on its way.
    Sending,
    /// It has had its effect.
    Sent,
    /// It was refused, and needs its author.
    Parked,
}

/// Which part of a list is requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// Rows to leave out from the beginning.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

/// Part of Antrean: what needs its author first, then what waits, then the latest of what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxWindow {
    /// Operations that are not answered yet.
    pub waiting: u32,
    /// Those that were refused.
    pub parked: u32,
    /// All that are shown, with those that were sent.
    pub total: u32,
    /// Pictures that the server does not have yet.
    #[serde(default)]
    pub photos: u32,
    /// Their bytes.
    #[serde(default)]
    pub bytes: u64,
    /// The part.
    pub items: Vec<OutboxItem>,
}

/// Part of what two people changed, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictsWindow {
    /// All that wait for a decision.
    pub total: u32,
    /// The part.
    pub conflicts: Vec<Conflict>,
}

/// What the list of customers is queried for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerQuery {
    /// Words of a name, a number, a telephone, an address or a meter's serial.
    pub search: String,
    /// Only those of a tile.
    #[serde(default)]
    pub only: Option<CustomerFilter>,
    /// What it is narrowed by.
    #[serde(default)]
    pub facets: CustomerFacets,
    /// The order.
    #[serde(default)]
    pub sort: CustomerSort,
    /// Whether the order is turned round.
    #[serde(default)]
    pub descending: bool,
    /// Rows to leave out from the beginning.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

/// A tile of Pelanggan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerFilter {
    /// Something is owed for one of their connections.
    Arrears,
    /// Supply stopped by the utility.
    Suspended,
}

/// The order of Pelanggan; what has no value comes last either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerSort {
    /// By name.
    #[default]
    Name,
    /// By the name of the first zone.
    Zone,
    /// By the balance of all connections.
    Balance,
    /// By what is owed for all connections.
    Arrears,
    /// By the newest reading of all meters.
    Reading,
}

/// Counts of Pelanggan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCounts {
    /// Those who owe something.
    pub arrears: u32,
    /// Those whose supply was stopped.
    pub suspended: u32,
}

/// A window of the list of customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customers {
    /// Customers on this device.
    pub total: u32,
    /// Those that match search and filter.
    pub matching: u32,
    /// Of those that the search and the facets find, whatever the tile.
    pub counts: CustomerCounts,
    /// Where the window begins.
    pub offset: u32,
    /// The window.
    pub rows: Vec<CustomerRow>,
}

/// A customer in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    /// Which.
    pub id: CustomerId,
    /// Number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// Street address and city.
    pub address: String,
    /// Names of the zones of their connections.
    pub zones: String,
    /// Balance of all connections; none where no connection is charged.
    pub balance: Option<Rupiah>,
    /// What is owed for all connections.
    pub arrears: Rupiah,
    /// Their newest reading.
    pub read_at: Option<UtcMillis>,
    /// Status.
    pub status: CustomerStatus,
    /// Whether a change of it is not answered yet.
    pub waiting: bool,
}

/// A meter at one of a customer's connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMeter {
    /// At which connection.
    pub connection: ConnectionId,
    /// Its serial.
    pub serial: String,
    /// Its latest.
    pub now: MeterNow,
}

/// A customer with connections, and what two people changed of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDetail {
    /// The customer, with what waits over it.
    pub customer: Customer,
    /// Whether a change of it is not answered yet.
    pub waiting: bool,
    /// The connections.
    pub connections: Vec<Connection>,
    /// Their meters.
    pub meters: Vec<CustomerMeter>,
    /// Fields that wait for a decision.
    pub conflicts: Vec<Conflict>,
}

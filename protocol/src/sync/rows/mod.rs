//! The rows that sync carries: each entity's body, as the server writes it and the device keeps it.
//!
//! A device stores a body as the text it received, so that fields a newer server adds survive; these types are how it is read.

mod field;
mod money;

pub use field::{ManualReading, Note, Profile};
pub use money::{Credit, StatementLine, Tariff};

use crate::sync::push::Keep;
use domain::metering::meter::{Capability, LifeCycle, Valve};
pub use domain::people::{Customer, Zone};

use domain::billing::tariff::TariffClass;
use domain::metering::reading::DayUse;
use domain::metering::reading::rollup::HourUse;
use domain::people::ConnectionKind;
use domain::{ConflictId, ConnectionId, CustomerId, Flow, LocalDay, LocalMonth, MeterId, Millilitres, Serial, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kinds of rows. The number is what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Entity {
    /// [`Zone`].
    Zone = 1,
    /// [`Customer`].
    Customer = 2,
    /// [`Connection`].
    Connection = 3,
    /// [`Meter`].
    Meter = 4,
    /// [`MeterState`], under the meter's id.
    MeterState = 5,
    /// [`UsageDay`], under `{connection}/{day}`.
    UsageDay = 6,
    /// [`UsageMonth`], under `{connection}/m{month}`.
    UsageMonth = 7,
    /// [`Conflict`].
    Conflict = 8,
    /// [`Note`].
    Note = 9,
    /// [`ManualReading`].
    ManualReading = 10,
    /// [`Profile`], under the user's id.
    Profile = 11,
    /// [`Credit`], under the connection's id.
    Credit = 12,
    /// [`StatementLine`], under `{connection}/{no}`.
    Statement = 13,
    /// [`crate::sales::money::Purchase`], once it was checked out.
    Purchase = 14,
    /// [`Tariff`].
    Tariff = 15,
}

impl Entity {
    /// All entities, parents before children.
    pub const ALL: [Self; 15] = [
        Self::Zone,
        Self::Customer,
        Self::Connection,
        Self::Meter,
        Self::MeterState,
        Self::UsageDay,
        Self::UsageMonth,
        Self::Conflict,
        Self::Note,
        Self::ManualReading,
        Self::Profile,
        Self::Credit,
        Self::Statement,
        Self::Purchase,
        Self::Tariff,
    ];

    /// The entity of a stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| *entity as u8 == code)
    }
}

/// The kind of a row as sync carries it: the number of an [`Entity`], of which a newer server may have more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EntityCode(pub u8);

impl EntityCode {
    /// The entity, if this program knows it.
    pub fn known(self) -> Option<Entity> {
        Entity::from_code(self.0)
    }
}

impl From<Entity> for EntityCode {
    fn from(entity: Entity) -> Self {
        Self(entity as u8)
    }
}

/// A supply point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Identifier.
    pub id: ConnectionId,
    /// Who is supplied.
    pub customer: CustomerId,
    /// Where.
    pub zone: ZoneId,
    /// Kind of property.
    pub kind: ConnectionKind,
    /// What its customer calls it.
    pub label: String,
    /// Street address.
    pub address: String,
    /// Tariff class.
    pub tariff_class: TariffClass,
    /// The meter installed there now.
    pub meter: Option<MeterId>,
}

/// A meter, as it changes rarely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// Identifier.
    pub id: MeterId,
    /// Serial number.
    pub serial: Serial,
    /// Maker's model.
    pub model: String,
    /// What it can register.
    pub capability: Capability,
    /// Where it is in its life.
    pub life_cycle: LifeCycle,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// Firmware, as the meter last said.
    #[serde(default)]
    pub firmware: Option<String>,
    /// Where it is installed now.
    pub connection: Option<ConnectionId>,
    /// The zone of that connection.
    pub zone: Option<ZoneId>,
}

/// A meter, as it changes by the minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterState {
    /// Which.
    pub meter: MeterId,
    /// Time of its latest believed reading.
    pub t: UtcMillis,
    /// When that came to the server.
    pub received_at: UtcMillis,
    /// Register then.
    pub register: Millilitres,
    /// Flow then; `None` where it could not be believed.
    pub flow: Option<Flow>,
    /// Valve.
    pub valve: Valve,
    /// Battery, per cent.
    #[serde(default)]
    pub battery: Option<i16>,
    /// Signal, dBm.
    #[serde(default)]
    pub rssi: Option<i16>,
    /// Whether its last will was the last thing heard.
    #[serde(default)]
    pub said_offline: bool,
}

/// What a connection used in a local day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageDay {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which day, in the connection's zone.
    pub day: LocalDay,
    /// Used.
    pub volume: Millilitres,
    /// Milliseconds of the day that were measured.
    pub covered_ms: i64,
    /// By local hour `[used mL, measured ms]`; empty where no hour was measured.
    #[serde(default)]
    pub hours: Vec<(i64, i64)>,
}

impl UsageDay {
    /// From the domain's rollup.
    pub fn new(connection: ConnectionId, day: LocalDay, used: &DayUse) -> Self {
        let measured = used.hours.iter().any(|hour| hour.covered_ms > 0);
        let hours = if measured { used.hours.iter().map(|hour| (hour.volume.0, hour.covered_ms)).collect() } else { Vec::new() };
        Self { connection, day, volume: used.volume, covered_ms: used.covered_ms, hours }
    }

    /// As the domain's rollup.
    pub fn to_rollup(&self) -> DayUse {
        let mut used = DayUse { volume: self.volume, covered_ms: self.covered_ms, ..DayUse::default() };
        for (hour, &(volume, covered_ms)) in used.hours.iter_mut().zip(&self.hours) {
            *hour = HourUse { volume: Millilitres(volume), covered_ms };
        }
        used
    }
}

/// What a connection used in a local month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageMonth {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which month, in the connection's zone.
    pub month: LocalMonth,
    /// Used.
    pub volume: Millilitres,
    /// Milliseconds of the month that were measured.
    pub covered_ms: i64,
}

/// A field that two people changed: what came first stands, what came later waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Identifier.
    pub id: ConflictId,
    /// Kind of the row.
    pub entity: Entity,
    /// The row.
    pub row: Uuid,
    /// What people call the row; the device fills it in from what it holds.
    #[serde(default)]
    pub title: String,
    /// The field.
    pub field: String,
    /// What the later author saw.
    pub base: String,
    /// What the later author wants.
    pub mine: String,
    /// What stands.
    pub theirs: String,
    /// The later author's name.
    pub author: String,
    /// When it arose.
    pub at: UtcMillis,
    /// Decided on this device; the server has not answered yet.
    #[serde(default)]
    pub decided: Option<Keep>,
}

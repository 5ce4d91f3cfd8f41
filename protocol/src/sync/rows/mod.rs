//! The rows that sync carries: each entity's body, as the server writes it and the device keeps it.
//!
//! A device stores a body as the text it received, so that fields a newer server adds survive; these types are how it is read.

mod alerts;
mod field;
pub mod kinds;
mod maintenance;
mod money;
mod neighbours;
mod reports;
mod revenue;
mod tips;
mod views;

pub use alerts::{CaseStep, MeterCase, Notification};
pub use field::{ManualReading, MeterSwap, Note, Profile};
pub use kinds::{Body, Entity, EntityCode, Row};
pub use maintenance::{Person, VanPart, WorkOrder, WorkRecord, WorkTemplate, WorkTurn};
pub use money::{Credit, Letterhead, StatementLine, Tariff};
pub use neighbours::NeighbourMonth;
pub use reports::{ReportRun, ReportTemplate};
pub use revenue::{RevenueCell, RevenueDay, RevenuePart};
pub use tips::TipState;
pub use views::SavedView;

use crate::sync::push::Keep;
use domain::metering::health::{Condition, Facts};
use domain::metering::meter::{Capability, LifeCycle, Valve};
pub use domain::people::{Customer, Zone};

use domain::billing::tariff::TariffClass;
use domain::core::position::Position;
use domain::metering::reading::DayUse;
use domain::metering::reading::rollup::HourUse;
use domain::patterns::DayDraws;
use domain::people::ConnectionKind;
use domain::{ConflictId, ConnectionId, CustomerId, Flow, LocalDay, LocalMonth, MeterId, Millilitres, Serial, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    /// Where it is, where that is known. Not sent where it is not, so that rows of before are as they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
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
    /// Its life cycle.
    pub life_cycle: LifeCycle,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// Firmware, as the meter last reported.
    #[serde(default)]
    pub firmware: Option<String>,
    /// Where it is installed now.
    pub connection: Option<ConnectionId>,
    /// The zone of that connection.
    pub zone: Option<ZoneId>,
    /// The zone of which it is a bulk meter now: such a meter is at no connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inflow: Option<ZoneId>,
}

impl Meter {
    /// Seconds between the reports of a meter that has not said otherwise yet.
    pub const INTERVAL_S: u32 = 60;
}

/// A meter, as it changes by the minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterState {
    /// Which.
    pub meter: MeterId,
    /// Time of its latest settled reading.
    pub t: UtcMillis,
    /// When that came to the server.
    pub received_at: UtcMillis,
    /// Register then.
    pub register: Millilitres,
    /// Flow then; `None` where it was not plausible.
    pub flow: Option<Flow>,
    /// Valve.
    pub valve: Valve,
    /// Battery, per cent.
    #[serde(default)]
    pub battery: Option<i16>,
    /// Signal, dBm.
    #[serde(default)]
    pub rssi: Option<i16>,
    /// Whether the server's last word of it is its MQTT last will.
    #[serde(default)]
    pub said_offline: bool,
    /// When something came of it last, a reading of a clock that cannot be right too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<UtcMillis>,
    /// What its health is judged by beside these values; none before the server has judged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

impl MeterState {
    /// What the health of this meter is judged by.
    pub fn assessed(&self, meter: &Meter) -> Option<Facts> {
        let reported_at = Some(self.reported_at.unwrap_or(self.received_at));
        let (life_cycle, interval_s) = (meter.life_cycle, meter.interval_s);
        Some(Facts { life_cycle, interval_s, reported_at, rssi: self.rssi, condition: self.condition? })
    }
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
    /// What water was drawn for; none before somebody has looked. Not sent where it is not known, so that rows of before are as they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws: Option<DayDraws>,
}

impl UsageDay {
    /// From the domain's rollup.
    pub fn new(connection: ConnectionId, day: LocalDay, used: &DayUse) -> Self {
        let measured = used.hours.iter().any(|hour| hour.covered_ms > 0);
        let hours = if measured { used.hours.iter().map(|hour| (hour.volume.0, hour.covered_ms)).collect() } else { Vec::new() };
        Self { connection, day, volume: used.volume, covered_ms: used.covered_ms, hours, draws: None }
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

//! Perangkat, its map and its side panel, and the technician's zones.

use crate::metering::messages::OrderAction;
use crate::ui::{CaseName, MeterNow, WorkRow};
use domain::alerts::case::{CaseAnswer, Cause};
use domain::core::position::Position;
use domain::leaks::Severity;
use domain::maintenance::work_order::{DeferReason, WorkKind, WorkStage};
use domain::metering::health::{Health, Limits};
use domain::metering::meter::{Connectivity, LifeCycle};
use domain::people::Zone;
use domain::valve::order::OrderState;
use domain::{ConnectionId, CustomerId, LocalMonth, MeterId, Millilitres, Serial, TimeZone, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};

/// What Perangkat asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetQuery {
    /// Only these.
    #[serde(default)]
    pub only: Option<FleetFilter>,
    /// Only meters of this zone.
    #[serde(default)]
    pub zone: Option<ZoneId>,
    /// Only meters with these words in their serial, address, customer or zone.
    #[serde(default)]
    pub search: String,
    /// Rows to leave out at the start.
    #[serde(default)]
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
    /// The order.
    #[serde(default)]
    pub sort: FleetSort,
    /// Whether the order is turned round.
    #[serde(default)]
    pub descending: bool,
}

/// Which meters are selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "which")]
pub enum MeterSelection {
    /// These.
    Rows(Vec<MeterId>),
    /// All that match, also those that nobody has scrolled to, but for some.
    Matching {
        /// Which match, whatever their order.
        matching: Box<FleetQuery>,
        /// Which were unticked.
        except: Vec<MeterId>,
    },
}

/// A stretch of the list, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterRange {
    /// The list.
    pub query: FleetQuery,
    /// Its first row, from 0.
    pub from: u32,
    /// Its last row, which belongs to it.
    pub to: u32,
}

/// A tile of Perangkat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FleetFilter {
    /// Reported in time.
    Online,
    /// Reported, but longer ago than twice the interval.
    Stale,
    /// Not reporting.
    Offline,
    /// Valve closed; overlaps with the others.
    ValveClosed,
    /// Battery under 20 per cent; overlaps with the others.
    LowBattery,
    /// Its health has too few points; overlaps with the others.
    Attention,
    /// Taken out of service, which no other filter and no search without one finds.
    Retired,
}

/// The order of Perangkat; what has no value comes last either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FleetSort {
    /// By serial.
    #[default]
    Serial,
    /// By the zone's name.
    Zone,
    /// Those that report first.
    Status,
    /// Open valves first.
    Valve,
    /// Lowest flow first.
    Flow,
    /// Lowest battery first.
    Battery,
    /// Weakest signal first.
    Signal,
    /// Longest silent first.
    Silence,
    /// Least healthy first.
    Health,
}

/// Counts of Perangkat. The first three are disjoint and add up to `total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetCounts {
    /// All meters in service.
    pub total: u32,
    /// Reported in time.
    pub online: u32,
    /// Reported, but longer ago than twice the interval.
    pub stale: u32,
    /// Not reporting.
    pub offline: u32,
    /// Valve closed.
    pub valve_closed: u32,
    /// Battery under 20 per cent.
    pub low_battery: u32,
    /// Health with too few points.
    #[serde(default)]
    pub attention: u32,
    /// Taken out of service: none of the others, and not among `total`.
    #[serde(default)]
    pub retired: u32,
}

/// One row of Perangkat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetRow {
    /// Its latest.
    pub now: MeterNow,
    /// Serial number.
    pub serial: String,
    /// Maker's model.
    pub model: String,
    /// Street address of its connection.
    pub address: String,
    /// Its customer's name.
    pub customer: String,
    /// Its customer.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// Its zone.
    pub zone: String,
    /// Whether it is a bulk meter of that zone: it is at no connection, and nobody's.
    #[serde(default)]
    pub is_inflow: bool,
    /// Its zone's time.
    pub time_zone: Option<TimeZone>,
    /// Its life cycle.
    pub life_cycle: LifeCycle,
    /// Judged when the answer was made.
    pub connectivity: Connectivity,
    /// Battery, per cent.
    pub battery: Option<i16>,
    /// Signal, dBm.
    pub rssi: Option<i16>,
    /// Its health, judged when the answer was made; none where there is nothing to judge.
    #[serde(default)]
    pub health: Option<Health>,
    /// What its utility has set for meters of its class.
    #[serde(default)]
    pub limits: Limits,
}

/// Perangkat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fleet {
    /// Meters on this device that are in service.
    pub total: u32,
    /// Of those that the search finds, whatever the filter.
    pub counts: FleetCounts,
    /// How many the filter and the search leave.
    pub matching: u32,
    /// Rows that were left out at the start.
    #[serde(default)]
    pub offset: u32,
    /// The requested rows.
    pub rows: Vec<FleetRow>,
}

/// Perangkat as a map: what the filter and the search leave, wherever it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetMap {
    /// Meters whose connection has a place.
    pub points: Vec<MapPoint>,
    /// Those whose connection has none, by serial; [`UNPLACED`] at most.
    pub unplaced: Vec<UnplacedMeter>,
    /// How many those are.
    pub unplaced_count: u32,
    /// Meters that are installed nowhere, and so have no place.
    pub not_installed: u32,
    /// The zones that this device holds.
    pub zones: Vec<Zone>,
}

/// Meters without a place that one answer lists at most.
pub const UNPLACED: usize = 100;

/// A meter on the map. It is sent as a list, because there may be ten thousand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PointOnWire", into = "PointOnWire")]
pub struct MapPoint {
    /// Which.
    pub id: MeterId,
    /// Its serial number.
    pub serial: String,
    /// Where its connection is.
    pub at: Position,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// Time of its latest reading; `None` if it has never reported.
    pub t: Option<UtcMillis>,
    /// Whether its last will was the last message.
    pub said_offline: bool,
    /// Whether its valve is closed.
    pub valve_closed: bool,
}

type PointOnWire = (MeterId, String, Position, u32, Option<UtcMillis>, bool, bool);

impl From<PointOnWire> for MapPoint {
    fn from((id, serial, at, interval_s, t, said_offline, valve_closed): PointOnWire) -> Self {
        Self { id, serial, at, interval_s, t, said_offline, valve_closed }
    }
}

impl From<MapPoint> for PointOnWire {
    fn from(point: MapPoint) -> Self {
        let MapPoint { id, serial, at, interval_s, t, said_offline, valve_closed } = point;
        (id, serial, at, interval_s, t, said_offline, valve_closed)
    }
}

/// A meter whose connection has no place yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnplacedMeter {
    /// Which.
    pub id: MeterId,
    /// Its serial number.
    pub serial: String,
    /// Its connection, which can be given a place.
    pub connection: ConnectionId,
    /// Street address of that.
    pub address: String,
    /// Its customer's name.
    pub customer: String,
    /// Its zone.
    pub zone: Option<ZoneId>,
}

/// The side panel of Perangkat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterDetail {
    /// As in the table.
    pub row: FleetRow,
    /// Where it is installed.
    #[serde(default)]
    pub connection: Option<ConnectionId>,
    /// Firmware.
    pub firmware: Option<String>,
    /// Register.
    pub register: Option<Millilitres>,
    /// Used in the last months, mL, oldest first; empty where this device holds none.
    pub months: Vec<(LocalMonth, i64)>,
    /// Its customer's telephone, where this device holds the customer and knows one.
    #[serde(default)]
    pub phone: String,
    /// What happened to it, as far as this device holds it, the newest first.
    #[serde(default)]
    pub timeline: Vec<Happened>,
    /// Where it is.
    #[serde(default)]
    pub zone: Option<ZoneId>,
    /// Its work orders: what is to be done, and then what was, the newest first.
    #[serde(default)]
    pub work: Vec<WorkRow>,
}

/// Something that happened to a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// When.
    pub at: UtcMillis,
    /// What.
    pub what: Happening,
}

/// What can have happened to a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Happening {
    /// A case was found.
    Found {
        /// Which.
        case: CaseName,
        /// Why.
        cause: Cause,
        /// How bad it is.
        severity: Severity,
        /// Whether somebody was at the meter by a work order.
        #[serde(default)]
        authorised: bool,
    },
    /// Somebody said something to a case.
    Answered {
        /// Which.
        case: CaseName,
        /// Why there is a case.
        cause: Cause,
        /// What they said.
        answer: CaseAnswer,
        /// Their name.
        by: String,
    },
    /// A case was over by itself.
    Over {
        /// Which.
        case: CaseName,
        /// Why there was a case.
        cause: Cause,
    },
    /// The meter was ordered to do something.
    Ordered {
        /// What.
        action: OrderAction,
        /// How far that is.
        state: OrderState,
        /// Who asked for it; none for the balance.
        by: Option<String>,
    },
    /// Somebody read the register.
    Read {
        /// What it showed.
        register: Millilitres,
        /// Their name.
        by: String,
    },
    /// A meter was put in the place of another one.
    Swapped {
        /// The serial number of the one that was put up.
        serial: Serial,
        /// Whether that is the meter that this is about; else that one, or the meter which took its place before, was taken down.
        is_new: bool,
        /// Their name.
        by: String,
    },
    /// A work order was announced, begun, held, put off, done or cancelled.
    Worked {
        /// What is done.
        work: WorkKind,
        /// How far it was then.
        stage: WorkStage,
        /// Why it was put off, where it was.
        #[serde(default)]
        reason: Option<DeferReason>,
        /// Who said so: a name; empty where that is not known here.
        by: String,
    },
    /// Somebody wrote a note.
    Noted {
        /// Their name.
        by: String,
    },
}

/// A technician's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneSummary {
    /// Identifier.
    pub id: ZoneId,
    /// Name.
    pub name: String,
    /// Its time.
    pub time_zone: TimeZone,
    /// Its meters.
    pub counts: FleetCounts,
}

//! Meter ⇄ server: topics and payloads of `indowater/v1/{serial}/…` (product.md 1a).

use domain::core::json::ObjectsOnly;
use domain::metering::meter::Valve;
use domain::{Flow, Millilitres, Serial, UtcMillis};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

pub use crate::metering::refusals::Refusal;

/// The most readings that are stored at a time; a message with more is taken in parts and acknowledged as a whole.
pub const MAX_BATCH: usize = 500;

/// What a topic is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Readings; QoS 1.
    Telemetry,
    /// Something happened at the meter; QoS 1.
    Event,
    /// Whether the meter is there; retained, and the last will.
    Status,
    /// To the meter.
    Order,
    /// The meter's answers to commands.
    OrderAck,
}

impl Channel {
    const ALL: [Self; 5] = [Self::Telemetry, Self::Event, Self::Status, Self::Order, Self::OrderAck];

    /// The topic's last level.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Telemetry => "telemetry",
            Self::Event => "event",
            Self::Status => "status",
            Self::Order => "command",
            Self::OrderAck => "ack",
        }
    }
}

/// A topic of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Whose.
    pub serial: Serial,
    /// What about.
    pub channel: Channel,
}

impl Topic {
    /// Reads a topic name; `None` for any that is not ours.
    pub fn parse(name: &str) -> Option<Self> {
        let (serial, channel) = name.strip_prefix("indowater/v1/")?.split_once('/')?;
        let channel = Channel::ALL.into_iter().find(|known| known.as_str() == channel)?;
        Some(Self { serial: serial.parse().ok()?, channel })
    }
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "indowater/v1/{}/{}", self.serial, self.channel.as_str())
    }
}

/// One reading. Unknown fields are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Telemetry {
    /// When the meter read it.
    pub t: UtcMillis,
    /// Cumulative register, mL.
    pub reg: Millilitres,
    /// Flow, mL/min.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
    /// Valve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valve: Option<ValveReport>,
    /// Battery, per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bat: Option<i16>,
    /// Signal, dBm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rssi: Option<i16>,
    /// Pressure, kPa.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kpa: Option<i32>,
    /// Water temperature, whole °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c: Option<i16>,
    /// Status bits of the maker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// The meter's own counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u32>,
}

/// A valve as a meter reports it; it cannot report that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ValveReport {
    /// Water can flow.
    Open,
    /// Water cannot flow.
    Closed,
    /// Water flows less than it could.
    Partial,
}

impl From<ValveReport> for Valve {
    fn from(report: ValveReport) -> Self {
        match report {
            ValveReport::Open => Self::Open,
            ValveReport::Closed => Self::Closed,
            ValveReport::Partial => Self::Partial,
        }
    }
}

/// A telemetry message: one reading or an array of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum TelemetryMessage {
    /// One.
    One(Telemetry),
    /// Several.
    Many(Vec<Telemetry>),
}

impl<'de> Deserialize<'de> for TelemetryMessage {
    /// An object is a reading and an array is of objects: `[1,2]` is no `{"t":1,"reg":2}`, as it is where serde chooses the variant.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = TelemetryMessage;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a reading or an array of readings")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Telemetry::deserialize(MapAccessDeserializer::new(map)).map(TelemetryMessage::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut readings = Vec::new();
                while let Some(ObjectsOnly(reading)) = list.next_element()? {
                    readings.push(reading);
                }
                Ok(TelemetryMessage::Many(readings))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

/// `POST /ingest/v1/telemetry` takes an array of these, from a gateway or from the meter itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GatewayReading {
    /// Whose.
    pub serial: String,
    /// What.
    #[serde(flatten)]
    pub reading: Telemetry,
}

/// Answer to `POST /ingest/v1/telemetry`, sent when everything accepted is on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IngestAnswer {
    /// Readings that were not there before.
    pub stored: u32,
    /// Readings that were there already.
    pub duplicates: u32,
    /// What was refused.
    pub refused: Vec<Refused>,
}

/// One refused reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Refused {
    /// Its place in the request, from 0.
    pub index: u32,
    /// As it was sent.
    pub serial: String,
    /// Why.
    pub why: Refusal,
    /// By which field of it; empty where the whole is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
}

/// A `status` payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether the meter is there.
    pub online: bool,
    /// Firmware.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fw: Option<String>,
    /// Seconds between reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_s: Option<u32>,
}

/// An `event` payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub t: UtcMillis,
    /// What.
    pub kind: EventKind,
    /// Register at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reg: Option<Millilitres>,
}

/// What can happen at a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the field's own")]
pub enum EventKind {
    CoverOpen,
    CoverClosed,
    Tilt,
    Magnet,
    ReverseFlow,
    SensorLost,
    LowVoltage,
    ValveFault,
    Boot,
}

impl EventKind {
    /// The kind as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CoverOpen => "cover_open",
            Self::CoverClosed => "cover_closed",
            Self::Tilt => "tilt",
            Self::Magnet => "magnet",
            Self::ReverseFlow => "reverse_flow",
            Self::SensorLost => "sensor_lost",
            Self::LowVoltage => "low_voltage",
            Self::ValveFault => "valve_fault",
            Self::Boot => "boot",
        }
    }
}

/// A `command` payload, to the meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterOrder {
    /// Identifier; the acknowledgement names it.
    pub id: Uuid,
    /// What to do.
    #[serde(rename = "do")]
    pub action: OrderAction,
    /// For [`OrderAction::SetInterval`]: seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_s: Option<u32>,
    /// Not to be carried out after this instant; an interval ends then, and the meter's own returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UtcMillis>,
}

/// What a meter can be ordered to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum OrderAction {
    OpenValve,
    CloseValve,
    ReadNow,
    Restart,
    SetInterval,
}

impl OrderAction {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::OpenValve, Self::CloseValve, Self::ReadNow, Self::Restart, Self::SetInterval];

    /// The word as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenValve => "open_valve",
            Self::CloseValve => "close_valve",
            Self::ReadNow => "read_now",
            Self::Restart => "restart",
            Self::SetInterval => "set_interval",
        }
    }

    /// The action of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

/// An `ack` payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAck {
    /// Which command.
    pub id: Uuid,
    /// How far it is.
    pub state: OrderAckState,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How far a meter is with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum OrderAckState {
    Acknowledged,
    Completed,
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_of_someone_else_is_not_ours() {
        for bad in
            ["indowater/v1/WM-1", "indowater/v2/WM-1/telemetry", "indowater/v1/+/telemetry", "indowater/v1/WM-1/x/telemetry"]
        {
            assert_eq!(Topic::parse(bad), None, "{bad}");
        }
        let topic = Topic::parse("indowater/v1/WM-2024-001/telemetry").expect("ours");
        assert_eq!(topic.to_string(), "indowater/v1/WM-2024-001/telemetry");
    }

    #[test]
    fn numbers_without_names_are_no_reading() {
        for bad in ["[1,2]", "[[1,2]]", r#"[{"t":1,"reg":2},[1,2]]"#, "1", "null", r#""x""#, "{}"] {
            assert!(serde_json::from_str::<TelemetryMessage>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn telemetry_is_one_object_or_an_array_and_ignores_what_it_does_not_know() {
        let one: TelemetryMessage = serde_json::from_str(r#"{"t":1,"reg":2,"new":"x","valve":"open"}"#).expect("reads");
        let TelemetryMessage::One(reading) = one else { panic!("one object is one reading") };
        assert_eq!((reading.t.0, reading.reg.0, reading.valve), (1, 2, Some(ValveReport::Open)));
        let many: TelemetryMessage = serde_json::from_str(r#"[{"t":1,"reg":2},{"t":2,"reg":3}]"#).expect("reads");
        assert!(matches!(many, TelemetryMessage::Many(list) if list.len() == 2));
    }
}

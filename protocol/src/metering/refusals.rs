//! What a meter sent and the server could not take: the reasons, and how often each, for people.

use domain::{MeterId, UtcMillis};
use serde::{Deserialize, Serialize};

/// Why a reading, or a whole message, was refused at the edge, before anything was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Refusal {
    /// No such meter, or not one this credential may speak for; which is not said.
    UnknownMeter,
    /// The register is negative or past its modulus.
    RegisterOutOfRange,
    /// The time is negative or past the year 9999.
    TimeOutOfRange,
    /// It is not JSON, or no object where one is described.
    Malformed,
    /// A field that is needed is not there.
    MissingField,
    /// A field cannot be read: of another type, no whole number, or out of its range.
    UnreadableField,
    /// A field is given more than once, and which is meant is not known.
    RepeatedField,
    /// It was published to a topic that this credential may not publish to.
    TopicNotAllowed,
}

impl Refusal {
    /// The word as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownMeter => "unknown_meter",
            Self::RegisterOutOfRange => "register_out_of_range",
            Self::TimeOutOfRange => "time_out_of_range",
            Self::Malformed => "malformed",
            Self::MissingField => "missing_field",
            Self::UnreadableField => "unreadable_field",
            Self::RepeatedField => "repeated_field",
            Self::TopicNotAllowed => "topic_not_allowed",
        }
    }

    /// The field that is at fault, where that follows from the reason.
    pub const fn field(self) -> &'static str {
        match self {
            Self::RegisterOutOfRange => "reg",
            Self::TimeOutOfRange => "t",
            _ => "",
        }
    }
}

/// Whose refusals are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalsRequest {
    /// Which meter.
    pub meter: MeterId,
}

/// What was refused of a meter, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MeterRefusals {
    /// One for each reason and field.
    pub refusals: Vec<RefusalCount>,
    /// When a reading of the meter was last stored; `None` if none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored_at: Option<UtcMillis>,
}

impl MeterRefusals {
    /// Whether readings were refused after the last one that was stored: the meter sends, and no reading is stored.
    pub fn is_silent(&self) -> bool {
        let refused = self.refusals.iter().filter(|refusal| !refusal.is_dropped()).map(|refusal| refusal.last_at).max();
        refused.is_some_and(|last| self.stored_at.is_none_or(|stored| stored < last))
    }
}

/// What was refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefusalCount {
    /// Why: a [`Refusal`], or [`DROPPED`] for an optional field without which the reading was stored.
    pub reason: String,
    /// By which field; empty where the whole message is meant.
    pub field: String,
    /// How often: readings, or messages that are no readings.
    pub count: i64,
    /// First time.
    pub first_at: UtcMillis,
    /// Last time.
    pub last_at: UtcMillis,
}

/// The reason of an optional field that could not be read, while the rest of its reading was stored.
pub const DROPPED: &str = "dropped";

impl RefusalCount {
    /// Whether only an optional field was dropped.
    pub fn is_dropped(&self) -> bool {
        self.reason == DROPPED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(reason: &str, last: i64) -> RefusalCount {
        RefusalCount { reason: reason.into(), field: "c".into(), count: 1, first_at: UtcMillis(1), last_at: UtcMillis(last) }
    }

    #[test]
    fn a_meter_is_silent_while_it_was_refused_after_its_last_stored_reading() {
        let of = |refusals, stored: Option<i64>| MeterRefusals { refusals, stored_at: stored.map(UtcMillis) }.is_silent();
        assert!(of(vec![refused("malformed", 5)], None));
        assert!(of(vec![refused("malformed", 5)], Some(4)));
        assert!(!of(vec![refused("malformed", 5)], Some(5)), "the rest of that message was stored");
        assert!(!of(vec![refused(DROPPED, 5)], Some(4)), "without the field it was stored");
        assert!(!of(Vec::new(), None));
    }
}

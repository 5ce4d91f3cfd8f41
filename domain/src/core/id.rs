//! Identifiers: one type per thing, so that a meter can never be passed where a customer is meant.

use crate::core::text::compact;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

uuid_id! {
    /// A tenant: it owns everything below it.
    UtilityId,
    /// Somebody who signs in.
    UserId,
    /// Somebody who is supplied; users and customers are linked n to m.
    CustomerId,
    /// An area with one time zone, to which technicians are assigned.
    ZoneId,
    /// A property's supply point; it has the credit, and one meter at a time.
    ConnectionId,
    /// A meter, over all its firmware and places.
    MeterId,
    /// A field that two people changed.
    ConflictId,
    /// What somebody wrote about a meter.
    NoteId,
    /// A reading that somebody took by eye.
    ManualReadingId,
    /// What one user is notified of.
    NotificationId,
    /// An opening balance that an import brought.
    OpeningId,
    /// A technician's job at a meter.
    WorkOrderId,
    /// Something that was done or recorded under one.
    WorkRecordId,
    /// A checklist of such jobs, over all its versions.
    WorkTemplateId,
    /// A report that somebody has put together.
    ReportTemplateId,
    /// Reports that are made by themselves, over and over.
    ReportScheduleId,
    /// One of them.
    ReportRunId,
    /// A message to many customers.
    AnnouncementId,
    /// What a list shows, under a name of one user.
    ViewId,
    /// A meter that was put in the place of another one.
    MeterSwapId,
    /// A spare part of which a utility keeps a stock.
    PartId,
}

/// A meter's serial number, such as `WM-2024-001`; also its user name and topic level on MQTT.
///
/// 1 to 64 characters of `A–Z a–z 0–9 - _ .`, so that it can stand in a topic and in a URL as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

/// The text is not a serial number.
#[derive(Debug, thiserror::Error)]
#[error("a serial has 1 to 64 characters of A–Z, a–z, 0–9, '-', '_' and '.'")]
pub struct BadSerial;

impl Serial {
    /// The serial as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Serial {
    type Error = BadSerial;
    fn try_from(text: String) -> Result<Self, BadSerial> {
        let is_clean = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        // Meters send clean ones, and many.
        let text = if is_clean(&text) { text } else { compact(&text) };
        if (1..=64).contains(&text.len()) && is_clean(&text) { Ok(Self(text)) } else { Err(BadSerial) }
    }
}

impl std::str::FromStr for Serial {
    type Err = BadSerial;
    fn from_str(text: &str) -> Result<Self, BadSerial> {
        text.to_owned().try_into()
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Serial;

    #[test]
    fn a_serial_never_carries_a_topic_wildcard_or_level() {
        for bad in ["", "a/b", "+", "#", "a b", "é", &"x".repeat(65)] {
            assert!(bad.parse::<Serial>().is_err(), "{bad:?} was taken");
        }
        assert!("WM-2024-001".parse::<Serial>().is_ok());
        assert_eq!("\u{feff}WM-2024\u{200b}-001 ".parse::<Serial>().expect("a serial").as_str(), "WM-2024-001");
    }
}

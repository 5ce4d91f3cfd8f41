//! Server ⇄ admin's client: the water balance of a zone (`GET /admin/v1/zones/balance`), that of all zones in short
//! (`GET /admin/v1/zones/losses`), and a zone's bulk meters (`POST /admin/v1/zones/inflow`).

use crate::core::typed;
use domain::metering::zone_balance::Balance;
use domain::{LocalDay, MeterId, Millilitres, Rupiah, Serial, TimeZone, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Days of one balance at most.
pub const DAYS: i32 = 92;

/// Silent meters that a balance names at most.
pub const SILENT: usize = 20;

/// Bulk meters that a zone can have had.
pub const INFLOWS: usize = 200;

/// Days that the short balances of all zones are about, the newest that are over.
pub const LOSSES_DAYS: i32 = 30;

/// The permanent flow Q3 that a bulk meter can have, in whole cubic metres an hour (ISO 4064-1 goes from 1 to 6,300).
pub const Q3: RangeInclusive<u32> = 1..=6_300;

/// Parts per mille that a zone's limit can be.
pub const LIMIT: RangeInclusive<u16> = 1..=1_000;

/// Which balance: of the newest days that are over, or of the days from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ZoneBalanceAsked {
    /// Of which zone.
    pub zone: ZoneId,
    /// So many days, the newest that are over: [`LOSSES_DAYS`] where neither this nor `from` and `to` are said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// The first local day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<LocalDay>,
    /// The last one; [`DAYS`] are asked for at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<LocalDay>,
}

/// The water balance of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ZoneBalance {
    /// When it was made, by the server's clock.
    pub at: UtcMillis,
    /// Of which zone.
    pub zone: ZoneId,
    /// Its name.
    pub name: String,
    /// Its time zone.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub time_zone: TimeZone,
    /// Connections that are or were in it, with a meter or without.
    pub connections: u32,
    /// The balance.
    pub balance: Balance,
    /// What a cubic metre cost on average: what was charged for water in the months that the days touch, at all connections of the utility, over
    /// what they used. None where nothing was charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_per_m3: Option<Rupiah>,
    /// Silent and faulty meters, those first that weigh most: [`SILENT`] at most.
    pub silent: Vec<SilentMeter>,
    /// How many there are.
    pub silent_count: u32,
    /// Its bulk meters and its limit.
    pub inflows: ZoneInflows,
}

/// A meter of which little or nothing is known on the days of a balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SilentMeter {
    /// Which.
    pub meter: MeterId,
    /// Its serial number.
    pub serial: String,
    /// The address of its connection.
    pub address: String,
    /// What is estimated of it.
    pub volume: Millilitres,
    /// Whether its usual day is known: without one nothing is estimated.
    pub has_usual: bool,
    /// Its last reading that is used, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_until: Option<UtcMillis>,
    /// Whether the utility calls it faulty.
    pub is_faulty: bool,
}

/// The bulk meters of a zone, and what may be lost unexplained.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ZoneInflows {
    /// Those that are and were, the newest first.
    pub meters: Vec<InflowMeter>,
    /// When more than so much of what went in is unexplained on seven days in a row, the admins are notified; per mille. None: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// A bulk meter of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InflowMeter {
    /// Identifies the time during which it is one.
    pub id: Uuid,
    /// Which meter.
    pub meter: MeterId,
    /// Its serial number.
    pub serial: String,
    /// From when on.
    pub since: UtcMillis,
    /// Until when; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UtcMillis>,
    /// Its last reading that is used, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_until: Option<UtcMillis>,
}

/// The balances of all zones with a bulk meter, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ZoneLosses {
    /// By zone.
    pub zones: Vec<ZoneLoss>,
}

/// The balance of a zone over its last [`LOSSES_DAYS`] days that are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ZoneLoss {
    /// Of which zone.
    pub zone: ZoneId,
    /// How many of the days count.
    pub counted: u32,
    /// What went in and was not charged, per mille; none where no day counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<i32>,
    /// The unexplained part of what went in, per mille.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unexplained: Option<i32>,
}

/// Changes what measures the water that goes into a zone. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InflowChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which zone.
    pub zone: ZoneId,
    /// What is done.
    pub inflow: InflowDeed,
}

/// What an admin does about the bulk meters of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum InflowDeed {
    /// Register a bulk meter. One of that serial number that was never at a connection and measures nowhere now is taken as it is; otherwise it is
    /// added.
    Register {
        /// Its serial number.
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        serial: Serial,
        /// Maker's model: 64 characters at most, or empty.
        #[serde(default, deserialize_with = "typed::line")]
        model: String,
        /// Its permanent flow Q3 in cubic metres an hour: what is more than 1.25 times that cannot be.
        q3: u32,
        /// From when on; without it now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<UtcMillis>,
    },
    /// It measures what goes in no more. What it has measured stays.
    Remove {
        /// [`InflowMeter::id`].
        id: Uuid,
        /// Until when; without it now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<UtcMillis>,
    },
    /// Set the zone's limit, or none.
    Limit {
        /// Per mille: 1 to 1,000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_mille: Option<u16>,
    },
}

impl InflowDeed {
    /// Its name in the audit log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Register { .. } => "register_inflow",
            Self::Remove { .. } => "remove_inflow",
            Self::Limit { .. } => "limit_zone_loss",
        }
    }
}

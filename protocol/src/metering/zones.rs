//! Server ⇄ admin's client: `GET /admin/v1/zones` and `POST /admin/v1/zones/change`, the zones of a utility and who works in them.

use crate::core::typed;
use domain::core::outline::Outline;
use domain::core::position::Position;
use domain::{TimeZone, UserId, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The zones of a utility, and the technicians who could be assigned to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Zones {
    /// The zones, by name.
    pub zones: Vec<ZoneRow>,
    /// The technicians, by name.
    pub technicians: Vec<Technician>,
}

/// A zone, as admins see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ZoneRow {
    /// Identifier.
    pub id: ZoneId,
    /// Counts the changes of its name and outline; a change of these names the one that it follows.
    pub rev: i64,
    /// Name.
    pub name: String,
    /// Time zone of everything in it.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub time_zone: TimeZone,
    /// Its outline, where one was drawn: latitude and longitude of each corner in millionths of a degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Vec<Vec<i32>>>))]
    pub outline: Option<Outline>,
    /// Connections in it.
    pub connections: u32,
    /// Who is assigned to it, by name.
    pub technicians: Vec<UserId>,
}

/// Somebody who can be assigned to zones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Technician {
    /// Identifier.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// Whether they may sign in.
    pub active: bool,
}

/// Changes a zone, or adds it. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ZoneChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which zone; chosen by who adds one.
    pub zone: ZoneId,
    /// What is done.
    pub change: ZoneDeed,
}

/// What an admin does about a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ZoneDeed {
    /// Add it. Its time zone does not change later: what was measured in it is kept by local days.
    Add {
        /// 2 to 60 characters; no other zone has it.
        #[serde(deserialize_with = "typed::line")]
        name: String,
        /// Time zone of everything in it.
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        time_zone: TimeZone,
    },
    /// Give it another name.
    Rename {
        /// [`ZoneRow::rev`] of what was read: refused with `zone_changed` if somebody else has changed it meanwhile.
        rev: i64,
        /// 2 to 60 characters; no other zone has it.
        #[serde(deserialize_with = "typed::line")]
        name: String,
    },
    /// Draw its outline anew, or take it away.
    Outline {
        /// As with [`Self::Rename`].
        rev: i64,
        /// The corners in their order, none for no outline: latitude and longitude in millionths of a degree.
        #[cfg_attr(feature = "schema", schema(value_type = Vec<Vec<i32>>))]
        corners: Vec<Position>,
    },
    /// Assign a technician, whose devices get what is in the zone.
    Assign {
        /// Whom.
        technician: UserId,
    },
    /// Take an assignment back: the technician's devices lose what is in the zone.
    Unassign {
        /// Whose.
        technician: UserId,
    },
}

impl ZoneDeed {
    /// Its name in the audit log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add_zone",
            Self::Rename { .. } => "rename_zone",
            Self::Outline { .. } => "draw_zone",
            Self::Assign { .. } => "assign_zone",
            Self::Unassign { .. } => "unassign_zone",
        }
    }
}

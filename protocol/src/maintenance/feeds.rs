//! `GET /admin/v1/calendar-feeds` and `POST /admin/v1/calendar-feeds/change`: addresses at which other programs read work as a calendar
//! (`GET /calendar/{token}.ics`). Whoever has such an address reads it without signing in, until it is revoked.

use crate::core::typed;
use domain::core::json::strict;
use domain::{UserId, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Addresses of a utility at most that are not revoked.
pub const MOST_FEEDS: usize = 200;

/// Whose work a calendar has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "whose")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum FeedOf {
    /// That of a technician.
    Technician {
        /// Whom.
        id: UserId,
    },
    /// That of a zone's team.
    Zone {
        /// Which.
        id: ZoneId,
    },
    /// All of it.
    Utility,
}

/// The addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CalendarFeeds {
    /// Those that are not revoked, the newest first.
    pub feeds: Vec<FeedRow>,
    /// The address that was made just now, without the server's own: it is known this once, for only its hash is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<MadeFeed>,
}

/// An address that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MadeFeed {
    /// Which.
    pub id: Uuid,
    /// `/calendar/….ics`; a client puts the server's address in front.
    pub path: String,
}

/// An address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FeedRow {
    /// Identifier.
    pub id: Uuid,
    /// What its author calls it.
    pub name: String,
    /// Whose work it has.
    pub of: FeedOf,
    /// The name of that technician or zone.
    pub of_name: String,
    /// Who made it: a name.
    pub author: String,
    /// When.
    pub at: UtcMillis,
}

/// Makes or revokes an address. The same `key` happens once; an address that was made before is not shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FeedChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which; chosen by who makes one.
    pub feed: Uuid,
    /// What is done.
    pub access: FeedDeed,
}

/// What an admin does about an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum FeedDeed {
    /// Make one.
    Make {
        /// What it is called: 3 to 60 characters.
        #[serde(deserialize_with = "typed::line")]
        name: String,
        /// Whose work it has.
        #[serde(deserialize_with = "strict")]
        of: FeedOf,
    },
    /// Revoke it: from then on nothing is at the address.
    Revoke,
}

impl FeedDeed {
    /// Its name in the audit log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Make { .. } => "make_calendar",
            Self::Revoke => "revoke_calendar",
        }
    }
}

//! `GET /admin/v1/parts` and `POST /admin/v1/parts`: the stock of spare parts, in the store and in each van. What is used under a work order is taken
//! from it by itself.

use crate::core::typed;
use domain::core::json::strict;
use domain::maintenance::stock::{Pieces, StockPlace};
use domain::{PartId, UserId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Parts of a utility at most.
pub const MOST_PARTS: i64 = 500;

/// Days back of which parts are listed that were used and are in no list.
pub const UNLISTED_DAYS: i64 = 90;

/// Those at most, the latest used first.
pub const MOST_UNLISTED: usize = 20;

/// The stock of a utility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartStock {
    /// The parts, by name.
    pub parts: Vec<PartRow>,
    /// Vans into which parts can be moved, by name.
    pub vans: Vec<Van>,
    /// Parts that were used of late and are in no list: nobody counts them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<UnlistedPart>,
}

/// A part, and where how many of it are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartRow {
    /// Identifier.
    pub id: PartId,
    /// How it is called.
    pub name: String,
    /// Pieces in each place that ever had some: the store first, then vans by name.
    pub held: Vec<HeldPart>,
}

/// Pieces of a part in a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HeldPart {
    /// Where.
    pub place: StockPlace,
    /// Whose van it is; empty: it is the store.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// How many; below zero, somebody has to count.
    pub pieces: Pieces,
}

/// A van.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Van {
    /// Whose.
    pub id: UserId,
    /// The name.
    pub name: String,
}

/// A part that was used and is in no list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnlistedPart {
    /// As it was called last.
    pub name: String,
    /// How many were used.
    pub pieces: Pieces,
    /// When that became known last.
    pub at: UtcMillis,
}

/// Changes the list of parts, or moves pieces. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// Which part; chosen by who adds it.
    pub part: PartId,
    /// What is done.
    pub stock: PartDeed,
}

/// What an admin does about a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PartDeed {
    /// Put it into the list. What is used from then on is taken from the stock.
    Add {
        /// How it is called, 1 to 80 characters: as technicians write it, but for capitals and spaces.
        #[serde(deserialize_with = "typed::line")]
        name: String,
    },
    /// Take it out of the list.
    Remove,
    /// Pieces came into the store.
    Receive {
        /// How many, 1 to 99,999.
        pieces: u32,
    },
    /// Pieces went from the store into a van, or back.
    Move {
        /// From where.
        #[serde(deserialize_with = "strict")]
        from: StockPlace,
        /// To where.
        #[serde(deserialize_with = "strict")]
        to: StockPlace,
        /// How many, 1 to 99,999.
        pieces: u32,
    },
    /// Somebody counted.
    Count {
        /// Where.
        #[serde(deserialize_with = "strict")]
        place: StockPlace,
        /// How many there are, 99,999 at most.
        pieces: u32,
    },
}

impl PartDeed {
    /// Its name in the audit log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add_part",
            Self::Remove => "remove_part",
            Self::Receive { .. } => "receive_parts",
            Self::Move { .. } => "move_parts",
            Self::Count { .. } => "count_parts",
        }
    }
}

//! Stock of spare parts: how many pieces of a part are in the store and in each technician's van. A count is the sum of what was moved, in whichever
//! order that became known, and may be below zero: a part that was used is never refused, and somebody counts then.

use crate::core::text::visible;
use crate::core::words::words;
use crate::maintenance::record::LONGEST_NAME;
use crate::maintenance::template::words_of;
use crate::sync::edit::Invalid;
use crate::{PartId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Pieces that are received, moved or counted at once at most.
pub const MOST_STOCKED: u32 = 99_999;

/// Pieces of a part: how many there are, or by how many there are more or fewer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Pieces(pub i64);

impl Pieces {
    /// None.
    pub const ZERO: Self = Self(0);

    /// So many more; as many as can be written, where that is more than can be.
    #[must_use]
    pub const fn plus(self, more: Self) -> Self {
        Self(self.0.saturating_add(more.0))
    }

    /// So many fewer.
    #[must_use]
    pub const fn minus(self, fewer: Self) -> Self {
        Self(self.0.saturating_sub(fewer.0))
    }

    /// Whether somebody has to count: fewer than none are nowhere.
    pub const fn needs_count(self) -> bool {
        self.0 < 0
    }
}

/// Where parts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "in")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StockPlace {
    /// The utility's store.
    Store,
    /// A technician's van.
    Van {
        /// Whose.
        technician: UserId,
    },
}

words! {
    /// What becomes of pieces.
    MovementKind {
        /// They came into the store.
        Received = "received",
        /// They went from the store into a van, or back.
        Moved = "moved",
        /// They were used under a work order.
        Used = "used",
        /// Somebody counted, and there were more or fewer.
        Counted = "counted",
    }
}

/// What became of pieces of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// They came into the store.
    Received {
        /// How many, 1 to [`MOST_STOCKED`].
        pieces: u32,
    },
    /// They went from one place to another: one of them is the store.
    Moved {
        /// From where.
        from: StockPlace,
        /// To where.
        to: StockPlace,
        /// How many, 1 to [`MOST_STOCKED`].
        pieces: u32,
    },
    /// They were used under a work order.
    Used {
        /// From where.
        from: StockPlace,
        /// How many.
        pieces: u16,
    },
    /// Somebody counted.
    Counted {
        /// Where.
        place: StockPlace,
        /// By how many there were more than was known ([`difference`]).
        by: Pieces,
    },
}

/// Why pieces cannot be moved so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovementFault {
    /// None, or more than at once.
    Pieces,
    /// Both places are the same, or neither is the store.
    Places,
}

impl Movement {
    /// What it is.
    pub const fn kind(&self) -> MovementKind {
        match self {
            Self::Received { .. } => MovementKind::Received,
            Self::Moved { .. } => MovementKind::Moved,
            Self::Used { .. } => MovementKind::Used,
            Self::Counted { .. } => MovementKind::Counted,
        }
    }

    /// By how many pieces each of its places has more.
    pub fn effects(&self) -> Vec<(StockPlace, Pieces)> {
        let some = |pieces: u32| Pieces(i64::from(pieces));
        match *self {
            Self::Received { pieces } => vec![(StockPlace::Store, some(pieces))],
            Self::Moved { from, to, pieces } => vec![(from, Pieces::ZERO.minus(some(pieces))), (to, some(pieces))],
            Self::Used { from, pieces } => vec![(from, Pieces(-i64::from(pieces)))],
            Self::Counted { place, by } => vec![(place, by)],
        }
    }

    /// Why it cannot be, if it cannot. What was used is never refused, and a count was checked by [`difference`].
    pub fn fault(&self) -> Option<MovementFault> {
        let is_some = |pieces: u32| (1..=MOST_STOCKED).contains(&pieces);
        match *self {
            Self::Received { pieces } if !is_some(pieces) => Some(MovementFault::Pieces),
            Self::Moved { pieces, .. } if !is_some(pieces) => Some(MovementFault::Pieces),
            Self::Moved { from, to, .. } if from == to || (from != StockPlace::Store && to != StockPlace::Store) => {
                Some(MovementFault::Places)
            }
            Self::Received { .. } | Self::Moved { .. } | Self::Used { .. } | Self::Counted { .. } => None,
        }
    }
}

/// By how many pieces there are more than was known where somebody has counted; none where nobody counts as many.
pub fn difference(known: Pieces, counted: u32) -> Option<Pieces> {
    (counted <= MOST_STOCKED).then(|| Pieces(i64::from(counted)).minus(known))
}

/// How many pieces are where, by movements with their identifiers. One that came twice counts once.
pub fn counts(movements: &[(Uuid, Movement)]) -> BTreeMap<StockPlace, Pieces> {
    let (mut seen, mut counts) = (BTreeSet::new(), BTreeMap::<StockPlace, Pieces>::new());
    for (id, movement) in movements {
        if !seen.insert(*id) {
            continue;
        }
        for (place, by) in movement.effects() {
            let count = counts.entry(place).or_default();
            *count = count.plus(by);
        }
    }
    counts
}

/// The identifier of the row that says how many pieces of a part are in a technician's van.
pub fn van_row(part: PartId, technician: UserId) -> Uuid {
    let mut hasher = Sha256::new();
    hasher.update(b"van_part");
    hasher.update(part.0.as_bytes());
    hasher.update(technician.0.as_bytes());
    let digest = hasher.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A part's name as it is kept: 1 to [`LONGEST_NAME`] characters, single spaces between words.
///
/// # Errors
/// It is empty, too long, or no line.
pub fn clean_name(text: &str) -> Result<String, Invalid> {
    let name = words_of(text, LONGEST_NAME)?;
    Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What two names have in common that mean the same part: capitals and spaces differ from one keyboard to the other.
pub fn name_key(name: &str) -> String {
    let plain = visible(name).to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "stock_tests.rs"]
mod tests;

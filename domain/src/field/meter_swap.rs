//! A meter that somebody has put in the place of another one: what is said of it, and what becomes of it. It happened, so it is never refused
//! for the state of things or for its time; what cannot be entered waits for a person (sync.md, Facts and requests; adr/0054, adr/0060).

use crate::core::text::visible;
use crate::field::field_record::{Explanation, Review};
use crate::metering::meter::{Capability, model_name};
use crate::sync::edit::Invalid;
use crate::{BlobId, Flow, MeterId, MeterSwapId, Millilitres, Serial, UtcMillis, WorkOrderId};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Characters of a seal's number at most.
pub const LONGEST_SEAL: usize = 40;

/// How long before the instant of a swap the final register was read, in milliseconds: the old meter is there until then, and the last moment
/// at which it is counts for it.
pub const BEFORE_MS: i64 = 1;

/// Permanent flows Q3 that a meter at a connection can have, in litres an hour (ISO 4064-1: 1 to 1,000 m³/h).
pub const Q3: RangeInclusive<u32> = 1_000..=1_000_000;

/// One meter put in the place of another, as its author says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// Chosen by its author; the row has it, and the new meter too if none has its serial number.
    pub swap: MeterSwapId,
    /// The meter that was taken down; or the identifier of the swap that put it up, where the author's device does not know the meter yet.
    pub meter: MeterId,
    /// When, by the author's clock.
    pub at: UtcMillis,
    /// What the old meter showed last, in whole litres; none where its display shows nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_register: Option<Millilitres>,
    /// A picture of that, which must have been uploaded before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_photo: Option<BlobId>,
    /// What its author says about a final register that seems not to be right.
    #[serde(default, skip_serializing_if = "Explanation::is_empty")]
    pub explained: Explanation,
    /// The serial number of the meter that was put up.
    pub serial: Serial,
    /// Its maker's model; empty if it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Its permanent flow in litres an hour; none for that of a household's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q3: Option<u32>,
    /// What it showed first, in whole litres.
    pub first_register: Millilitres,
    /// A picture of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_photo: Option<BlobId>,
    /// The number of the seal that was taken off; empty if there was none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub old_seal: String,
    /// The number of the seal that was put on; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub new_seal: String,
    /// The work order by which it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<WorkOrderId>,
}

impl Swap {
    /// As it is kept.
    ///
    /// # Errors
    /// The name of a field that cannot be.
    pub fn clean(mut self) -> Result<Self, &'static str> {
        self.explained = self.explained.clean().map_err(|_| "explained")?;
        self.model = model_name(&self.model).ok_or("model")?;
        self.old_seal = clean_seal(&self.old_seal).map_err(|_| "old_seal")?;
        self.new_seal = clean_seal(&self.new_seal).map_err(|_| "new_seal")?;
        if self.q3.is_some_and(|q3| !Q3.contains(&q3)) {
            return Err("q3");
        }
        Ok(self)
    }

    /// What the new meter can register.
    pub fn capability(&self) -> Capability {
        let household = Capability::HOUSEHOLD;
        let q3 = self.q3.map_or(household.q3, |q3| Flow::litres_per_hour(i64::from(q3)));
        Capability { q3, ..household }
    }
}

/// The number of a seal as it is kept: one line; it may be nothing.
///
/// # Errors
/// It is longer than [`LONGEST_SEAL`], or no text.
pub fn clean_seal(text: &str) -> Result<String, Invalid> {
    let text = visible(text).trim().to_owned();
    if text.chars().count() > LONGEST_SEAL {
        return Err(Invalid::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::Malformed);
    }
    Ok(text)
}

/// Where the meter is that has the new serial number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SerialAt {
    /// No meter has it: one is made.
    Nowhere,
    /// A meter has it that is installed nowhere.
    Stock,
    /// A meter has it that is installed nowhere and was taken out of service: it is put up as well, and somebody should look at it.
    Retired,
    /// Its meter is at the connection where the old one is or was last.
    Here,
    /// Its meter is at another place, or is one that cannot be at a connection, or the old one itself.
    Elsewhere,
}

/// What becomes of a swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The old meter counts until then, and the new one from then on.
    Entered,
    /// It stays beside what is installed, for a person to look at, who finds why.
    Kept(Review),
}

impl SerialAt {
    /// Why somebody should look at a swap that is entered with it.
    pub const fn doubt(self) -> Option<Review> {
        match self {
            Self::Retired => Some(Review::WasRetired),
            Self::Nowhere | Self::Stock | Self::Here | Self::Elsewhere => None,
        }
    }
}

/// What becomes of a swap at an instant. `is_installed`: whether the old meter is at a connection now. `changed`: the latest instant at which
/// anything was put up or taken down there, or the new meter anywhere.
pub fn enter(at: UtcMillis, is_installed: bool, changed: Option<UtcMillis>, serial: SerialAt) -> Entry {
    match serial {
        SerialAt::Here => Entry::Kept(Review::EnteredBefore),
        SerialAt::Elsewhere => Entry::Kept(Review::SerialInUse),
        SerialAt::Nowhere | SerialAt::Stock | SerialAt::Retired if !is_installed => Entry::Kept(Review::NotInstalled),
        SerialAt::Nowhere | SerialAt::Stock | SerialAt::Retired if changed.is_some_and(|changed| changed >= at) => {
            Entry::Kept(Review::NotEntered)
        }
        SerialAt::Nowhere | SerialAt::Stock | SerialAt::Retired => Entry::Entered,
    }
}

#[cfg(test)]
#[path = "meter_swap_tests.rs"]
mod tests;

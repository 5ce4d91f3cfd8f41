//! Field records, and a user's own profile.

use domain::field::field_record::{Explanation, Review};
use domain::people::{Language, Role};
use domain::{BlobId, ManualReadingId, MeterId, MeterSwapId, Millilitres, NoteId, Serial, UserId, UtcMillis, WorkOrderId};
use serde::{Deserialize, Serialize};

/// A note about a meter. Its author may mend it and take it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Identifier.
    pub id: NoteId,
    /// About which meter.
    pub meter: MeterId,
    /// What.
    pub text: String,
    /// The author's name then.
    pub author: String,
    /// When it was written, by the author's clock.
    pub at: UtcMillis,
    /// Why somebody should check it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review: Vec<Review>,
    /// Its author; none in a row of an older server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When it was mended last, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<UtcMillis>,
    /// Whether its author has taken it back on this device; the server then deletes the row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken_back: bool,
}

impl Note {
    /// Whether a user wrote it.
    pub fn is_by(&self, user: UserId, name: &str) -> bool {
        self.by.map_or(self.author == name, |by| by == user)
    }
}

/// A register read by eye. It is never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualReading {
    /// Identifier.
    pub id: ManualReadingId,
    /// Of which meter.
    pub meter: MeterId,
    /// When it was read, by the author's clock.
    pub at: UtcMillis,
    /// What the register showed, in whole litres as it is printed.
    pub register: Millilitres,
    /// A picture of it.
    #[serde(default)]
    pub photo: Option<BlobId>,
    /// The author's name then.
    pub author: String,
    /// Why somebody should check it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review: Vec<Review>,
    /// What its author says about a register that seemed not to be right.
    #[serde(default, skip_serializing_if = "Explanation::is_empty")]
    pub explained: Explanation,
}

/// A meter that somebody put in the place of another one. It is never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterSwap {
    /// Identifier.
    pub id: MeterSwapId,
    /// The meter with which it is held: the one that was put up, or the old one while nothing is entered.
    pub meter: MeterId,
    /// The meter that was taken down.
    pub old: MeterId,
    /// Its serial number; empty where the server has not answered yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub old_serial: String,
    /// The serial number of the meter that was put up.
    pub serial: Serial,
    /// Its model.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Whether the old meter counts until then and the new one from then on. Not before the server has answered.
    #[serde(default)]
    pub entered: bool,
    /// When, by the author's clock, corrected as far as can be.
    pub at: UtcMillis,
    /// What the old meter showed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_register: Option<Millilitres>,
    /// A picture of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_photo: Option<BlobId>,
    /// What the new meter showed first.
    pub first_register: Millilitres,
    /// A picture of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_photo: Option<BlobId>,
    /// The number of the seal that was taken off.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub old_seal: String,
    /// The number of the seal that was put on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub new_seal: String,
    /// The work order by which it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<WorkOrderId>,
    /// The author's name then.
    pub author: String,
    /// Why somebody should check it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review: Vec<Review>,
}

/// A user as its devices know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Identifier.
    pub id: UserId,
    /// Address to sign in with.
    pub email: String,
    /// Name.
    pub name: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// Role.
    pub role: Role,
    /// Language of the screens.
    pub language: Language,
}

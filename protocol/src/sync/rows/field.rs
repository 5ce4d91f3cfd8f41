//! Field records, and a user's own profile.

use domain::field::field_record::{Explanation, Review};
use domain::people::{Language, Role};
use domain::{BlobId, ManualReadingId, MeterId, Millilitres, NoteId, UserId, UtcMillis};
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

//! What somebody says of an advice: applied on a day, or to be kept at hand.

use crate::{ConnectionId, LocalDay, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The longest name of an advice.
const LONGEST: usize = 40;

/// The name of an advice, of which a newer version may have more: 1 to 40 of `a–z`, `0–9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TipName(String);

/// The text is not the name of an advice.
#[derive(Debug, thiserror::Error)]
#[error("the name of an advice has 1 to 40 characters of a–z, 0–9 and '-'")]
pub struct BadTipName;

impl TipName {
    /// Reads a name.
    ///
    /// # Errors
    /// It is too long, empty, or has other characters.
    pub fn parse(text: &str) -> Result<Self, BadTipName> {
        let is_name = |of: u8| of.is_ascii_lowercase() || of.is_ascii_digit() || of == b'-';
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(is_name) {
            return Err(BadTipName);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TipName {
    type Error = BadTipName;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<TipName> for String {
    fn from(name: TipName) -> Self {
        name.0
    }
}

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "as")]
pub enum TipMark {
    /// It was applied; another day takes the place of the one before.
    Applied {
        /// On which local day.
        day: LocalDay,
    },
    /// It was not, or is not any more.
    NotApplied,
    /// It is to be kept at hand.
    Bookmarked,
    /// It is not any more.
    NotBookmarked,
}

/// What holds of an advice at a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TipMarks {
    /// Since when it is applied.
    pub applied: Option<LocalDay>,
    /// Whether it is kept at hand.
    pub bookmarked: bool,
}

impl TipMarks {
    /// What holds once something was said. The two are independent of one another, and of each the last word holds.
    #[must_use]
    pub const fn with(self, mark: TipMark) -> Self {
        match mark {
            TipMark::Applied { day } => Self { applied: Some(day), ..self },
            TipMark::NotApplied => Self { applied: None, ..self },
            TipMark::Bookmarked => Self { bookmarked: true, ..self },
            TipMark::NotBookmarked => Self { bookmarked: false, ..self },
        }
    }
}

/// The identifier of what a user says of an advice at a connection. It follows from the three, so that two devices of one user that are not
/// connected make the same row.
pub fn state_id(user: UserId, connection: ConnectionId, tip: &TipName) -> Uuid {
    let mut hasher = Sha256::new();
    hasher.update(b"tip_state");
    hasher.update(user.0.as_bytes());
    hasher.update(connection.0.as_bytes());
    hasher.update(tip.as_str().as_bytes());
    let digest = hasher.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_short_plain_and_never_empty() {
        assert!(TipName::parse("shower-head").is_ok());
        for text in ["", "Mandi", "a b", "a/b", &"a".repeat(41)] {
            assert!(TipName::parse(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<TipName>("\"../x\"").is_err());
    }

    #[test]
    fn the_row_of_an_advice_is_one_for_each_user_connection_and_advice() {
        let (user, connection) = (UserId(Uuid::from_u128(1)), ConnectionId(Uuid::from_u128(2)));
        let name = |text: &str| TipName::parse(text).expect("a name");
        let id = state_id(user, connection, &name("shower-head"));
        assert_eq!(id, state_id(user, connection, &name("shower-head")));
        assert_eq!(id.get_version_num(), 8);
        let others = [
            state_id(UserId(Uuid::from_u128(2)), ConnectionId(Uuid::from_u128(1)), &name("shower-head")),
            state_id(user, connection, &name("shower-heads")),
        ];
        assert!(!others.contains(&id));
    }

    fn marks() -> impl Strategy<Value = TipMark> {
        prop_oneof![
            (0_i32..1_000).prop_map(|day| TipMark::Applied { day: LocalDay(day) }),
            Just(TipMark::NotApplied),
            Just(TipMark::Bookmarked),
            Just(TipMark::NotBookmarked),
        ]
    }

    proptest! {
        #[test]
        fn the_last_word_on_each_of_the_two_holds(said in proptest::collection::vec(marks(), 0..20)) {
            let marks = said.iter().fold(TipMarks::default(), |marks, mark| marks.with(*mark));
            let applied = said.iter().rev().find_map(|mark| match mark {
                TipMark::Applied { day } => Some(Some(*day)),
                TipMark::NotApplied => Some(None),
                TipMark::Bookmarked | TipMark::NotBookmarked => None,
            });
            let kept = said.iter().rev().find(|mark| matches!(mark, TipMark::Bookmarked | TipMark::NotBookmarked));
            prop_assert_eq!(marks, TipMarks { applied: applied.flatten(), bookmarked: kept == Some(&TipMark::Bookmarked) });
            let again = said.last().map(|mark| marks.with(*mark));
            prop_assert!(again.is_none_or(|again| again == marks), "said twice, it is said once");
        }
    }
}

//! Saved views: what a list shows, kept under a name by one user, the same on all devices of the account. Of two changes the one that was made
//! later stands, whichever reaches the server first.

use crate::core::text::visible;
use crate::people::permission::Permission;
use crate::{UserId, UtcMillis, ViewId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Builder;

/// Views of one list that one user keeps at most.
pub const MOST_VIEWS: usize = 50;

/// The longest name of a view, in characters.
pub const LONGEST_VIEW_NAME: usize = 60;

/// The longest query that is kept, in bytes.
pub const LONGEST_VIEW_QUERY: usize = 8 * 1_024;

/// The lists of which views are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewList {
    /// *Pelanggan*.
    Customers,
    /// *Perangkat*.
    Meters,
}

impl ViewList {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Customers, Self::Meters];

    /// The list as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Meters => "meters",
        }
    }

    /// What whoever keeps views of it has to be allowed: to see the list.
    pub const fn needs(self) -> Permission {
        match self {
            Self::Customers => Permission::ManageCustomers,
            Self::Meters => Permission::WholeFleet,
        }
    }
}

/// A view's name as it is kept: without what cannot be seen. `None` if nothing is left, it has more than [`LONGEST_VIEW_NAME`] characters, or
/// one of them is no letter, digit or sign.
pub fn clean_view_name(name: &str) -> Option<String> {
    let name = visible(name).trim().to_owned();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_VIEW_NAME && !name.chars().any(char::is_control);
    fits.then_some(name)
}

/// Whether a query can be kept.
pub fn is_view_query(query: &str) -> bool {
    query.len() <= LONGEST_VIEW_QUERY && !query.chars().any(char::is_control)
}

/// The view of a name: each user has one of a name in a list, whatever its capitals, and two devices without a network name the same one.
pub fn view_of(user: UserId, list: ViewList, name: &str) -> ViewId {
    let name = visible(name).trim().to_lowercase();
    let mut hasher = Sha256::new();
    hasher.update(b"saved view");
    hasher.update(user.0.as_bytes());
    hasher.update(list.as_str());
    hasher.update([0]);
    hasher.update(name);
    let hash: [u8; 32] = hasher.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    ViewId(Builder::from_custom_bytes(bytes).into_uuid())
}

/// The version of a change that a device makes at an instant, by what it knows of the server's clock, over the version that it shows.
pub fn version_over(seen: Option<i64>, at: UtcMillis) -> i64 {
    seen.map_or(at.0, |seen| seen.saturating_add(1).max(at.0))
}

/// The version under which a change stands, or none where what stands was changed later. Versions are instants, so that one that is ahead of
/// `now` comes of a clock that is wrong, and counts as of now: it keeps nobody from changing the view again.
pub fn accepted(version: i64, stands: Option<i64>, now: UtcMillis) -> Option<i64> {
    let Some(stands) = stands else { return Some(version.min(now.0)) };
    let version = version.min(now.0.max(stands));
    (version >= stands).then(|| version.max(stands.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const NOW: UtcMillis = UtcMillis(1_000_000);

    #[test]
    fn a_name_is_one_view_whatever_its_capitals_and_another_one_in_another_list() {
        let user = UserId(Uuid::from_u128(1));
        let one = view_of(user, ViewList::Customers, "Menunggak Barat");
        assert_eq!(one, view_of(user, ViewList::Customers, " menunggak\u{200b} BARAT "));
        assert_ne!(one, view_of(user, ViewList::Meters, "Menunggak Barat"));
        assert_ne!(one, view_of(UserId(Uuid::from_u128(2)), ViewList::Customers, "Menunggak Barat"));
        assert_eq!(clean_view_name(" Menunggak\u{200b} Barat ").as_deref(), Some("Menunggak Barat"));
        for wrong in ["", " ", "\u{200b}", "a\tb", &"x".repeat(LONGEST_VIEW_NAME + 1)] {
            assert_eq!(clean_view_name(wrong), None, "{wrong:?}");
        }
        assert!(is_view_query("?saring=menunggak") && !is_view_query(&"x".repeat(LONGEST_VIEW_QUERY + 1)));
    }

    #[test]
    fn a_clock_that_is_ahead_keeps_nobody_from_changing_the_view_again() {
        let ahead = accepted(NOW.0 * 9, None, NOW).expect("accepted");
        assert_eq!(ahead, NOW.0);
        assert!(accepted(version_over(None, NOW.plus(5)), Some(ahead), NOW.plus(5)).is_some());
    }

    proptest! {
        #[test]
        fn what_was_made_over_what_stands_always_stands(stands in 0..2_000_000_i64, at in 0..2_000_000_i64) {
            let version = version_over(Some(stands), UtcMillis(at));
            prop_assert!(accepted(version, Some(stands), NOW).is_some_and(|accepted| accepted > stands));
        }

        #[test]
        fn of_two_that_were_not_seen_by_each_other_the_later_one_stands_in_either_order(one in 0..1_000_000_i64, other in 0..1_000_000_i64) {
            prop_assume!(one != other);
            let in_order = |first: i64, second: i64| {
                let stands = accepted(first, None, NOW).expect("the first");
                if accepted(second, Some(stands), NOW).is_some() { second } else { first }
            };
            prop_assert_eq!(in_order(one, other), one.max(other));
            prop_assert_eq!(in_order(other, one), one.max(other));
        }
    }
}

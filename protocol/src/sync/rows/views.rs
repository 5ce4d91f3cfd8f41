//! A user's own rows of how lists are shown.

use domain::ViewId;
use serde::{Deserialize, Serialize};

/// What a list shows, under a name of the user in whose bucket it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// It follows from user, list and name ([`domain::people::saved_view::view_of`]).
    pub id: ViewId,
    /// Of which list: [`domain::people::saved_view::ViewList`], or one that a newer server knows.
    pub list: String,
    /// Its name.
    pub name: String,
    /// The query of the page's address: search, filters and order.
    pub query: String,
    /// The greater one stands: the instant at which it was changed, in milliseconds, or one more than the version that its author saw.
    pub version: i64,
}

//! Saved views of lists: of the user who is signed in, on all devices of the account.

use domain::people::saved_view::ViewList;
use serde::{Deserialize, Serialize};

/// What a list asks of its views. The answer is all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "views", content = "with")]
pub enum ViewsRequest {
    /// The views of a list, by name.
    List(ViewList),
    /// Keep what the list shows, in place of a view of that name.
    Keep {
        /// Which list.
        list: ViewList,
        /// The name; 1 to 60 characters.
        name: String,
        /// The query of the page's address: search, filters and order.
        query: String,
    },
    /// Forget the view of a name.
    Forget {
        /// Which list.
        list: ViewList,
        /// The name.
        name: String,
    },
}

impl ViewsRequest {
    /// Whether it does something.
    pub const fn is_act(&self) -> bool {
        !matches!(self, Self::List(_))
    }
}

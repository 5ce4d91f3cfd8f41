//! Admin's client ⇄ server: `GET` and `POST /admin/v1/utility`, the utility's name and what else stands on its receipts.

use crate::core::typed;
use domain::sales::letterhead::Letterhead;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What receipts say of their utility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UtilityIdentity {
    /// Counts the changes; a change names the one that it follows. Zero where nothing was ever set.
    pub rev: i64,
    /// Its name.
    pub name: String,
    /// What stands beside it.
    pub letterhead: Letterhead,
}

/// Sets all of it. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UtilityChange {
    /// Chosen by who asks; it stands in the audit log.
    pub key: Uuid,
    /// [`UtilityIdentity::rev`] of what was read: refused with `utility_changed` if somebody else has changed it meanwhile.
    pub rev: i64,
    /// The utility's name: 2 to 80 characters.
    #[serde(deserialize_with = "typed::line")]
    pub name: String,
    /// What stands beside it.
    pub letterhead: Letterhead,
}

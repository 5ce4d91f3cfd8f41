//! Admin's client ⇄ server: `POST /admin/v1/users/invite`, adding a user who sets a password with a code that comes by mail.

use crate::core::typed;
use crate::people::users::UserRow;
use domain::people::{Language, Role};
use domain::{CustomerId, UserId, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Invites somebody. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvitationRequest {
    /// Chosen by the screen; it stands in the audit log.
    pub key: Uuid,
    /// Whom; chosen by who adds them.
    pub user: UserId,
    /// Whether they are added, or invited once more.
    pub invite: Invite,
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Invite {
    /// Somebody who is added with it.
    New(NewInvitee),
    /// Somebody who was invited and has not set a password yet: the code before is void.
    Again,
}

/// A user who is added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewInvitee {
    /// Name.
    #[serde(deserialize_with = "typed::line")]
    pub name: String,
    /// Address to sign in with, and to send the invitation to.
    #[serde(deserialize_with = "typed::email")]
    pub email: String,
    /// Role.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub role: Role,
    /// In which language the invitation is, and the screens.
    pub language: Language,
    /// Zones that a technician is assigned to; 100 at most.
    #[serde(default)]
    pub zones: Vec<ZoneId>,
    /// Customers that a customer's user acts for: one at least, 100 at most.
    #[serde(default)]
    pub customers: Vec<CustomerId>,
}

/// The user, invited.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Invited {
    /// The user.
    pub user: UserRow,
    /// Until when the code is good.
    pub until: UtcMillis,
    /// Whether it goes by mail. Where the server sends no mail, an admin hands the code over.
    pub mailed: bool,
    /// The code where it does not go by mail, in this answer only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl std::fmt::Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invited").field("user", &self.user).finish_non_exhaustive()
    }
}

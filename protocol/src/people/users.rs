//! Server → admin's client: `GET /admin/v1/users` and `POST /admin/v1/users/change`, who may sign in and what admins do about it.

use domain::people::Role;
use domain::{UserId, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Users of one answer at most.
pub const LISTED: usize = 200;

/// Which users are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersQuery {
    /// In the name or the e-mail address; everybody if it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub search: String,
}

/// Users, by role and name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Users {
    /// The users; 200 at most.
    pub rows: Vec<UserRow>,
    /// How many more there are.
    pub left_out: u32,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserRow {
    /// Identifier.
    pub id: UserId,
    /// Address to sign in with.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub role: Role,
    /// Whether the user may sign in.
    pub active: bool,
    /// Devices that are signed in.
    pub sessions: u32,
    /// When one of the devices came last.
    pub seen_at: Option<UtcMillis>,
    /// Whether the user was invited and has not set a password yet.
    #[serde(default)]
    pub invited: bool,
    /// Until when the newest invitation is, or was, good; none where none stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_until: Option<UtcMillis>,
}

/// What an admin does about a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum UserDeed {
    /// No signing in any more; every session ends.
    Deactivate,
    /// Signing in again.
    Activate,
    /// Every session ends.
    SignOut,
    /// A new password, which the server makes; every session ends.
    NewPassword,
    /// A code that the server makes, good for half an hour, to set another password with once.
    PasswordCode,
}

/// `POST /admin/v1/users/change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserChange {
    /// Of this request, chosen by the screen; it stands in the audit log.
    pub key: Uuid,
    /// Whose account.
    pub user: UserId,
    /// What is done.
    pub deed: UserDeed,
}

/// The user after it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserChanged {
    /// The user.
    pub user: UserRow,
    /// The new password, in this answer only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The code, in this answer only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl std::fmt::Debug for UserChanged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserChanged").field("user", &self.user).finish_non_exhaustive()
    }
}

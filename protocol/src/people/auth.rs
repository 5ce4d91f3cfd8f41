//! Signing in: short access tokens, rotating refresh tokens.

use crate::core::typed;
use domain::UserId;
use domain::UtcMillis;
use domain::people::{Language, Role};
use serde::{Deserialize, Serialize};

/// `POST /auth/v1/sign-in`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// E-mail address; case does not matter.
    #[serde(deserialize_with = "typed::email")]
    pub email: String,
    /// Password.
    pub password: String,
    /// What to call this device in the list of signed-in devices.
    #[serde(default, deserialize_with = "typed::line")]
    pub device: String,
    /// [`Tokens::device_token`] of an earlier sign-in on this device: guesses of others do not hold it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
}

/// `POST /auth/v1/refresh`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Refresh {
    /// The newest refresh token this device holds.
    pub refresh_token: String,
}

/// `POST /auth/v1/sign-out`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignOut {
    /// End every session of this user, not only this one.
    #[serde(default)]
    pub everywhere: bool,
}

/// `POST /auth/v1/password`: another password of one's own.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The present one.
    pub current: String,
    /// The new one: 10 characters at least.
    pub new: String,
}

/// `POST /auth/v1/password/code`: another password, by a code that an admin has given.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PasswordByCode {
    /// E-mail address; case does not matter.
    #[serde(deserialize_with = "typed::email")]
    pub email: String,
    /// The code; case, spaces and hyphens do not matter.
    pub code: String,
    /// [`Tokens::device_token`] of an earlier sign-in on this device: guesses of others do not hold it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
    /// The new password: 10 characters at least.
    pub password: String,
}

/// Answer to a sign-in and to a refresh. Neither it nor the requests above print their secrets.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// For the `Authorization: Bearer` header.
    pub access_token: String,
    /// When the access token ends.
    pub access_expires_at: UtcMillis,
    /// To get the next pair with; good until its successor is first used, or its grace has ended.
    pub refresh_token: String,
    /// To sign in with on this device again, beside the password. It opens nothing by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
    /// Who is signed in.
    pub user: Profile,
}

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Profile {
    /// Identifier.
    pub id: UserId,
    /// Address to sign in with.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Language chosen on the server; a device may choose another.
    pub language: Language,
}

macro_rules! silent_debug {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    )+};
}

silent_debug!(SignIn, Refresh, PasswordChange, PasswordByCode, Tokens);

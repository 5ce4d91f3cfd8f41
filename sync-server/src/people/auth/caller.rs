//! The caller of a request: the token's session and its user as the database has them now, so that what was revoked is over at once.

use crate::core::scope;
use crate::error::Error;
use crate::state::App;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::people::permission::{Permission, allows};
use protocol::core::problem::Code;

/// A signed-in caller.
pub struct Caller(pub scope::Caller);

impl Caller {
    /// Goes on only if the caller's role holds one of these permissions.
    ///
    /// # Errors
    /// [`Code::Denied`].
    pub fn must(&self, any_of: &[Permission]) -> Result<&scope::Caller, Error> {
        if any_of.iter().any(|permission| allows(self.0.role, *permission)) {
            Ok(&self.0)
        } else {
            Err(Error::problem(Code::Denied, "your role does not allow this"))
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let unauthenticated =
            || Error::problem(Code::Unauthenticated, "sign in and send the access token as `Authorization: Bearer`");
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer ")).ok_or_else(unauthenticated)?;
        let session = app.key.read_access(token, app.store.clock.now()).ok_or_else(unauthenticated)?;
        let caller = app.store.read_inline(move |db| scope::caller(db, session)).await?;
        caller.map(Self).ok_or_else(unauthenticated)
    }
}

/// Name and secret of a meter or meter gateway, from `Authorization: Basic`.
pub struct Basic {
    /// A serial, or a gateway's name.
    pub name: String,
    /// Its secret.
    pub secret: String,
}

impl FromRequestParts<App> for Basic {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let pair = header.and_then(|header| header.strip_prefix("Basic ")).and_then(|text| STANDARD.decode(text).ok());
        let pair = pair.and_then(|bytes| String::from_utf8(bytes).ok());
        pair.as_deref()
            .and_then(|pair| pair.split_once(':'))
            .map(|(name, secret)| Self { name: name.into(), secret: secret.into() })
            .ok_or_else(|| {
                Error::problem(Code::Unauthenticated, "send the meter's or gateway's name and secret as `Authorization: Basic`")
            })
    }
}

//! The caller of a request: the token's session and its user as the database has them now, so that what was revoked is over at once.

use crate::core::scope;
use crate::error::Error;
use crate::state::App;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
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

/// What an `Authorization` header holds after its scheme, whose case does not matter (RFC 9110, 11.1).
pub fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (given, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| credentials.trim_start_matches(' '))
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let unauthenticated =
            || Error::problem(Code::Unauthenticated, "sign in and send the access token as `Authorization: Bearer`");
        let token = authorization(&parts.headers, "Bearer").ok_or_else(unauthenticated)?;
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
        let pair = authorization(&parts.headers, "Basic").and_then(|text| STANDARD.decode(text).ok());
        let pair = pair.and_then(|bytes| String::from_utf8(bytes).ok());
        pair.as_deref()
            .and_then(|pair| pair.split_once(':'))
            .map(|(name, secret)| Self { name: name.into(), secret: secret.into() })
            .ok_or_else(|| {
                Error::problem(Code::Unauthenticated, "send the meter's or gateway's name and secret as `Authorization: Basic`")
            })
    }
}

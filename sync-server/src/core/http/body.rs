//! JSON bodies, read strictly: an object where an object is meant. What is wrong is said in our words and by its place in the body.

use crate::error::Error;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use domain::core::json::ObjectsOnly;
use protocol::core::problem::Code;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

/// A body, read.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let JsonBytes(bytes) = JsonBytes::from_request(request, state).await?;
        read(&bytes).map(Self)
    }
}

/// A body that was sent as JSON, not read yet.
pub struct JsonBytes(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBytes {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::problem(Code::UnsupportedType, "the body is not sent as `Content-Type: application/json`"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Error::problem(Code::TooLarge, "the body is too large"),
            _ => Error::problem(Code::BadRequest, "the body did not come whole"),
        })?;
        Ok(Self(bytes))
    }
}

/// Reads a body exactly as it is described.
///
/// # Errors
/// [`Code::BadRequest`], with the place where it is something else.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    // Of a field that nobody reads the parser would let other bytes pass.
    let not_text = |_| Error::problem(Code::BadRequest, "the body is not JSON: it is not UTF-8");
    let text = std::str::from_utf8(bytes).map_err(not_text)?;
    serde_json::from_str(text).map(|ObjectsOnly(read)| read).map_err(|error| {
        // The parser also says of a number in the place of a word that it is no JSON.
        let parses = error.classify() == Category::Data || serde_json::from_str::<IgnoredAny>(text).is_ok();
        let what = if parses { "the body is not of the form that is described" } else { "the body is not JSON" };
        Error::problem(Code::BadRequest, format!("{what}: line {}, column {}", error.line(), error.column()))
    })
}

/// `application/json`, or a kind of it such as `application/merge+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

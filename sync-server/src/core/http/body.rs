//! JSON bodies whose errors are ours: the code, and what is wrong where.

use crate::error::Error;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use protocol::core::problem::Code;
use serde::de::DeserializeOwned;

/// A body, read.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::BytesRejection(_)) => Err(Error::problem(Code::TooLarge, "the body is too large")),
            Err(rejection) => Err(Error::problem(Code::BadRequest, rejection.body_text())),
        }
    }
}

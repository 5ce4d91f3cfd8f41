//! What the framework reads of a request besides its body, refused in our words: queries, paths, and the change to a WebSocket.

use crate::error::Error;
use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::request::Parts;
use protocol::core::problem::Code;
use serde::de::DeserializeOwned;

/// The query of a request, read.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(query)| Self(query))
            .map_err(|_| Error::problem(Code::BadRequest, "a parameter of the query is missing, doubled, or not of its type"))
    }
}

/// What a request's path names, read.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(path)| Self(path))
            .map_err(|_| Error::problem(Code::BadRequest, "the path names something that is not of its type"))
    }
}

/// A request to go on as a WebSocket.
pub struct Upgrade(pub WebSocketUpgrade);

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let read = WebSocketUpgrade::from_request_parts(parts, state).await;
        read.map(Self).map_err(|_| Error::problem(Code::BadRequest, "this is a WebSocket: ask for it with `Upgrade: websocket`"))
    }
}

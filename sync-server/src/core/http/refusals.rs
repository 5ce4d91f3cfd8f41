//! Refusals that the framework makes by itself (no such route, another method, a body that is too large, time that is up) as problems:
//! whatever is refused without one gets the problem of its status.

use crate::error::Error;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::core::problem::{Code, Problem};

/// Makes a problem of a refusal that is none; headers that say more, such as `Allow`, stay.
pub async fn as_problem(response: Response) -> Response {
    let status = response.status();
    let is_json =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut answer = Error::Problem(of(status)).into_response();
    if let Some(allow) = allow {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

fn of(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::new(Code::NotFound, "there is no such path"),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(Code::MethodNotAllowed, "the path is there, but not with this method"),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge, "the body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(Code::UnsupportedType, "the body is of another type"),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
            Problem { retry_after_s: Some(2), ..Problem::new(Code::Busy, "the request took too long and was ended") }
        }
        status if status.is_client_error() => Problem::new(Code::BadRequest, "the request is not of the form that is described"),
        _ => Problem::new(Code::Internal, "the server could not do this; nothing was changed"),
    }
}

//! Errors of the server, and how each is answered: a code, a sentence and a next step, never an inner detail.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::core::problem::{Code, Problem};

/// What can go wrong inside the server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something the caller did, or must know.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The database.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The database was written by a newer version, or is not ours.
    #[error("the database has schema {found}, this version knows up to {known}: run the version that wrote it, or a newer one")]
    SchemaTooNew {
        /// What the file says.
        found: i64,
        /// What this version knows.
        known: i64,
    },
    /// Something is missing or malformed that an operator can mend.
    #[error("{0}")]
    Setup(String),
    /// A job of the writer panicked; nothing of it stays.
    #[error("a job panicked")]
    Panicked,
    /// The writer has ended: the server is shutting down, or its disk failed.
    #[error("the store has stopped")]
    Stopped,
}

impl Error {
    /// A problem of the caller.
    pub fn problem(code: Code, detail: impl Into<String>) -> Self {
        Self::Problem(Problem::new(code, detail))
    }

    /// What is answered to the caller.
    pub fn to_problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => problem.clone(),
            Self::Stopped => Problem { retry_after_s: Some(2), ..Problem::new(Code::Busy, "the server is stopping") },
            _ => Problem::new(Code::Internal, "the server could not do this; nothing was changed"),
        }
    }
}

/// The HTTP status of a code.
pub fn status(code: Code) -> StatusCode {
    match code {
        Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::WrongCredentials | Code::Unauthenticated | Code::SessionRevoked => StatusCode::UNAUTHORIZED,
        Code::Denied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Busy | Code::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Incompatible => StatusCode::UPGRADE_REQUIRED,
        Code::NoKeyring | Code::UnsentChanges | Code::AlreadySent | Code::Storage | Code::NoPaper | Code::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = self.to_problem();
        if problem.code == Code::Internal {
            tracing::error!(error = %self, "request failed");
        }
        let mut response = (status(problem.code), Json(&problem)).into_response();
        if let Some(seconds) = problem.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

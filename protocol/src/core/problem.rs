//! What went wrong, as it crosses every wire: a code to translate and act on, a sentence for logs and for whoever reads the API.

use serde::{Deserialize, Serialize};

/// An error with its code. Screens show their own sentence and next step for the code; the code itself can be copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {detail}")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// What happened.
    pub code: Code,
    /// A sentence in English; never personal data, never a secret.
    #[serde(default)]
    pub detail: String,
    /// Seconds to wait before another try, where waiting helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

/// What happened. `snake_case` on the wire; an unknown one reads as [`Code::Internal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Code {
    /// The request is not of the expected form.
    BadRequest,
    /// E-mail or password is wrong; which of them is not said.
    WrongCredentials,
    /// No valid access token: sign in again.
    Unauthenticated,
    /// A refresh token was used twice: every session of that device is ended.
    SessionRevoked,
    /// The role does not allow it.
    Denied,
    /// It does not exist, or is not in the caller's scope; which is not said.
    NotFound,
    /// Too many tries.
    RateLimited,
    /// The server takes no more at the moment.
    Busy,
    /// Too large.
    TooLarge,
    /// The server cannot be reached.
    Unreachable,
    /// Client and server have no version in common: the app must be updated.
    Incompatible,
    /// No keyring on this machine: a session can be kept for this run only.
    NoKeyring,
    /// Changes on this device were not sent, and would be left behind.
    UnsentChanges,
    /// A change may have reached the server, and cannot be taken back.
    AlreadySent,
    /// The local cache cannot be read or written.
    Storage,
    /// A fault of ours.
    #[serde(other)]
    Internal,
}

impl Code {
    /// The code as text, as it is sent and copied.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::WrongCredentials => "wrong_credentials",
            Self::Unauthenticated => "unauthenticated",
            Self::SessionRevoked => "session_revoked",
            Self::Denied => "denied",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Busy => "busy",
            Self::TooLarge => "too_large",
            Self::Unreachable => "unreachable",
            Self::Incompatible => "incompatible",
            Self::NoKeyring => "no_keyring",
            Self::UnsentChanges => "unsent_changes",
            Self::AlreadySent => "already_sent",
            Self::Storage => "storage",
            Self::Internal => "internal",
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Problem {
    /// A problem with its sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), retry_after_s: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_from_a_newer_server_is_still_an_error() {
        let problem: Problem = serde_json::from_str(r#"{"code":"made_up_later","detail":"x"}"#).expect("reads");
        assert_eq!(problem.code, Code::Internal);
    }
}

//! What went wrong, as it crosses every wire: a code to translate and act on, and for whoever reads the API a sentence and a next step.

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
    /// What to do about it, in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub next: String,
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
    /// The path has no such method.
    MethodNotAllowed,
    /// The body is sent as something else than what the path takes.
    UnsupportedType,
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
    /// This host has nothing that makes papers, or it failed.
    NoPaper,
    /// A fault of ours.
    #[serde(other)]
    Internal,
}

impl Code {
    /// Whether another attempt may succeed without anybody's doing.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Busy | Self::RateLimited | Self::Internal | Self::Unreachable)
    }

    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::BadRequest,
        Self::WrongCredentials,
        Self::Unauthenticated,
        Self::SessionRevoked,
        Self::Denied,
        Self::NotFound,
        Self::RateLimited,
        Self::Busy,
        Self::TooLarge,
        Self::MethodNotAllowed,
        Self::UnsupportedType,
        Self::Unreachable,
        Self::Incompatible,
        Self::NoKeyring,
        Self::UnsentChanges,
        Self::AlreadySent,
        Self::Storage,
        Self::NoPaper,
        Self::Internal,
    ];

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
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedType => "unsupported_type",
            Self::Unreachable => "unreachable",
            Self::Incompatible => "incompatible",
            Self::NoKeyring => "no_keyring",
            Self::UnsentChanges => "unsent_changes",
            Self::AlreadySent => "already_sent",
            Self::Storage => "storage",
            Self::NoPaper => "no_paper",
            Self::Internal => "internal",
        }
    }

    /// What whoever calls the API can do about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::BadRequest => "Correct the request: /openapi.json describes its form.",
            Self::WrongCredentials => "Check e-mail and password, and try again.",
            Self::Unauthenticated | Self::SessionRevoked => "Sign in again.",
            Self::Denied => "Ask an admin, if you need it.",
            Self::NotFound => "Check the identifier, and that it is in your scope.",
            Self::RateLimited => "Wait as long as Retry-After says, and try again.",
            Self::Busy => "Try again in a moment.",
            Self::TooLarge => "Send less at a time.",
            Self::MethodNotAllowed => "Use one of the methods that Allow names.",
            Self::UnsupportedType => "Send the body with the Content-Type that /openapi.json names.",
            Self::Unreachable => "Check the connection, and try again.",
            Self::Incompatible => "Update the app.",
            Self::NoKeyring => "Unlock the keyring of the device, and try again.",
            Self::UnsentChanges => "Connect until the changes are sent, or discard them.",
            Self::AlreadySent => "Wait for the answer, and change it anew.",
            Self::Storage => "Restart the app.",
            Self::NoPaper => "Install the app again, or use another device.",
            Self::Internal => "Try again; if it stays, report it with the time.",
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Problem {
    /// A problem with its sentence, and the next step of its code.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), next: code.next_step().into(), retry_after_s: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_code_from_a_newer_server_is_still_an_error() {
        let problem: Problem = serde_json::from_str(r#"{"code":"made_up_later","detail":"x"}"#).expect("reads");
        assert_eq!(problem.code, Code::Internal);
    }

    #[test]
    fn every_code_is_listed_under_the_word_it_is_sent_as() {
        let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).expect("JSON"), code.as_str());
        }
    }
}

//! The session of this device: signing in and out, tokens, and where secrets are kept.

pub mod account;
pub mod session;

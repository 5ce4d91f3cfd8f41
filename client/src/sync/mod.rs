//! Sync with the server: pulling, pushing, wakes, and the operations of this device's user.

mod editing;
pub(crate) mod pull;
pub(crate) mod push;
mod wake;

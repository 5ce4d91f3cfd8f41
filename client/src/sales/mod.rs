//! Buying credit, and what admins do with money: asked of the server.

pub(crate) mod admin;
pub(crate) mod money;

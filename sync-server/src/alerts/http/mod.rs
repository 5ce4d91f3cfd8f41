//! Routes: a user's own preferences, devices and what was read; the queue for admins.

pub mod admin;
pub mod own;

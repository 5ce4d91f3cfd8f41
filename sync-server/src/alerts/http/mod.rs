//! Routes: a user's own preferences, devices and what was read; the queue and invitations for admins.

pub mod admin;
pub mod invitations;
pub mod own;

//! Routes: a user's own preferences, devices and what was read; the queue, invitations and messages to many for admins.

pub mod admin;
pub mod announcements;
pub mod invitations;
pub mod own;

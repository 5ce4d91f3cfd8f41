//! Client ⇄ server: signing in, and users as admins invite and manage them.

pub mod auth;
pub mod invitations;
pub mod users;

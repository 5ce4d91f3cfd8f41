//! Client ⇄ server: signing in.

pub mod auth;

//! The signed-in user: signing in and out, tokens, what a remote sign-out takes away, saved views, and the audit log.

mod account;
mod audit;
mod evidence;
mod views;

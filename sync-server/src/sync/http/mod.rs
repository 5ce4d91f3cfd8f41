//! Routes of sync: pull, push, and the evidence of a device that was signed out remotely.

pub mod evidence;
pub mod pull;
pub mod push;

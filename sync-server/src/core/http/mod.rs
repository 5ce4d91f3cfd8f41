//! Routes of the audit log and of operating the server, and what all routes share: bodies and sockets.

pub mod audit;
pub mod body;
pub mod health;
pub mod socket;

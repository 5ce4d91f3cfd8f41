//! Routes of the audit log and of operating the server, and what all routes share: how requests are read and refused, and sockets.

pub mod body;
pub mod client_address;
pub mod document;
pub mod health;
pub mod refusals;
pub mod request;
pub mod serve;
pub mod socket;

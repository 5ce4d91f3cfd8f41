//! Buying credit, and admins' requests about money: answered by the server.

mod admin;
mod closing;
mod money;
mod settlement_file;

//! The handlers: each says who may call it, and hands over.

pub mod audit;
pub mod auth;
pub mod blobs;
pub mod body;
pub mod campaigns;
pub mod commands;
pub mod evidence;
pub mod ingest;
pub mod live;
pub mod money;
pub mod money_admin;
pub mod office;
pub mod ops;
pub mod payments;
pub mod push;
pub mod socket;
pub mod sync;

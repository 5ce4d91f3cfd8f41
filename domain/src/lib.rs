//! The business rules of IndoWater: pure, without I/O, clock or randomness, so that the phone and the server run the same rule.
#![warn(missing_docs)]

pub mod balance;
pub mod blob;
pub mod calm;
pub mod campaign;
pub mod charging;
pub mod command;
pub mod csv;
pub mod edit;
pub mod fact;
pub mod forecast;
pub mod id;
pub mod ledger;
pub mod live;
pub mod local_time;
pub mod meter;
pub mod money;
pub mod notice;
pub mod payment;
pub mod people;
pub mod permission;
pub mod reading;
pub mod receipt;
pub mod tariff;
pub mod typical;
pub mod valve;
pub mod volume;
pub mod voucher;
pub mod written;

pub use blob::BlobId;
pub use id::{ConflictId, ConnectionId, CustomerId, ManualReadingId, MeterId, NoteId, Serial, UserId, UtilityId, ZoneId};
pub use local_time::{LocalDay, LocalMonth, TimeZone, UtcMillis};
pub use money::Rupiah;
pub use volume::{Flow, Millilitres};

//! The demo utility: made once in an empty folder, and filled with a past of readings, notes and purchases.
//!
//! The utility, its meters and its purchases are written into the database by the server's own rules before the server runs; readings and
//! field records come through its API, as those of real meters and technicians do.

mod alerts;
mod campaigns;
pub mod field_records;
pub mod history;
pub mod places;
mod purchases;
pub mod utility;
pub mod work_orders;

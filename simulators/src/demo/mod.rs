//! The demo utility: made once in an empty folder, and filled with a past of readings, notes and purchases.
//!
//! The utility, its meters and its purchases are written into the database by the server's own rules before the server runs; readings, field
//! records, work, spare parts and what is planned come through its API, as those of real meters, technicians and admins do.

mod alerts;
mod campaigns;
mod checklists;
pub mod field_records;
pub mod history;
pub mod places;
pub mod planning;
mod purchases;
pub mod stock;
pub mod utility;
pub mod work_orders;

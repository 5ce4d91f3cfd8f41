//! Work at meters: what is announced and done at one, what a technician has to do, one order with its checklist, and for admins Pemeliharaan: its
//! calendar, what should be checked, checklists, schedules, days off, leave, spare parts and addresses of calendars.

pub mod announce;
pub mod calendar;
mod extras;
pub mod feeds;
pub mod holidays;
pub mod leave;
mod level;
mod line;
mod moment;
pub mod order;
mod parts;
mod ready;
pub mod review;
pub mod schedules;
pub mod section;
mod step;
pub mod stock;
pub mod templates;
pub mod to_do;
mod visit;
mod way;
pub mod words;

pub use visit::Visits;

//! Maintenance: work orders, from their announcement until they are done or cancelled; what is recorded under them, and checklists; schedules that
//! announce them, days off, leave, and calendars; who is notified of work; spare parts.
//!
//! What they authorise is judged by whoever looks into a meter's events (`cases`), which comes behind this.

mod align;
pub mod check;
mod conditions;
mod due_days;
pub mod expand;
pub mod feeds;
pub mod generate;
pub mod holidays;
pub mod http;
pub mod leave;
pub mod notifications;
pub mod orders;
pub mod parts;
pub mod records;
pub mod rows;
pub mod schedules;
pub mod templates;

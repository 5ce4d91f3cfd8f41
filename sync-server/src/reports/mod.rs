//! Reports: templates that admins have put together, as rows of sync (adr/0046), and reports that are made by themselves, which the server fills
//! of its own tables and keeps as they were made (adr/0052). All others are made by devices, of what they hold.

pub mod check;
pub mod document;
mod fill;
pub mod http;
pub mod papers;
pub mod program;
pub mod rows;
pub mod runs;
pub mod schedules;
pub mod templates;

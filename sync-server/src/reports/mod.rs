//! Reports: templates that admins have put together, as rows of sync. Reports themselves are made by devices, of what they hold (adr/0046).

pub mod check;
pub mod rows;
pub mod templates;

//! Admin's client ⇄ server: schedules of maintenance, holidays of work, leave of technicians, stock of spare parts, and calendars
//! that other programs subscribe to.

pub mod feeds;
pub mod holidays;
pub mod leave;
pub mod parts;
pub mod schedules;

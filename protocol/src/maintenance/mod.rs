//! Admin's client ⇄ server: schedules of maintenance, holidays of work, leave of technicians, and calendars that other programs subscribe to.

pub mod feeds;
pub mod holidays;
pub mod leave;
pub mod schedules;

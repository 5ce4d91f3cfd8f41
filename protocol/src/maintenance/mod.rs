//! Admin's client ⇄ server: schedules of maintenance, holidays of work, and calendars that other programs subscribe to.

pub mod feeds;
pub mod holidays;
pub mod schedules;

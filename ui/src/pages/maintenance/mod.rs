//! Work at meters: what is announced and done at one, what a technician has to do, and for admins Pemeliharaan: its calendar, schedules, days off,
//! leave and addresses of calendars.

pub mod announce;
pub mod calendar;
pub mod feeds;
pub mod holidays;
pub mod leave;
mod line;
mod moment;
mod parts;
pub mod schedules;
pub mod section;
mod step;
pub mod to_do;
mod way;
pub mod words;

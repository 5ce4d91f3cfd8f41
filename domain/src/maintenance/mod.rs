//! Maintenance: work at meters, how far it is, and what it authorises; rules by which it falls due, who has how much of it, and calendars of it.

pub mod calendar_text;
pub mod schedule;
pub mod work_order;
pub mod workload;

//! Maintenance: work at meters, how far it is, and what it authorises; rules by which it falls due, who has how much of it and is on leave, in which
//! order it is gone to, what to be warned of when it is planned, and calendars of it.

pub mod calendar_text;
pub mod leave;
pub mod planning;
pub mod route;
pub mod schedule;
pub mod work_order;
pub mod workload;

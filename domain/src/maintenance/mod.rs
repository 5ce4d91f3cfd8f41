//! Maintenance: work at meters, how far it is, how it stands to its targets, what it authorises, what is done step by step and recorded; rules by
//! which it falls due, who has how much of it and is on leave, in which order it is gone to, what to be warned of when it is planned, and calendars of
//! it; who is notified of it, and to which time its customer moves it; stock of spare parts.

pub mod built_in;
pub mod calendar_text;
pub mod checklist;
pub mod leave;
pub mod notifications;
pub mod planning;
pub mod priority;
pub mod progress;
pub mod record;
pub mod route;
pub mod schedule;
pub mod service_level;
pub mod stock;
pub mod strokes;
pub mod template;
pub mod visit;
pub mod work_order;
pub mod workload;

//! Alerts: when somebody is notified, and of what.

pub mod notice;

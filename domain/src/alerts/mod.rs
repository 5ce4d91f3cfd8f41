//! Alerts: when somebody is notified, of what, and on which channel.

pub mod announcement;
pub mod case;
pub mod content;
pub mod due;
pub mod kinds;
pub mod low_balance;
pub mod notice;
pub mod preferences;
pub mod preview;
pub mod retry;
pub mod rules;
pub mod schedule;

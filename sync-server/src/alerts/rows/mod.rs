//! All SQL about alerts.

pub mod announcements;
pub mod deliveries;
pub mod levels;
pub mod notifications;
pub mod outbound;
pub mod queue;
pub mod settings;

#[cfg(test)]
mod tests;

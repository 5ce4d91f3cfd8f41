//! Alerts: what users are notified of, and the durable queue by which it reaches them.
//!
//! From the bottom up: `rows` (all SQL), `inbox` (notifications as rows of a user's bucket), `enqueue` (a notification with its deliveries,
//! in the transaction of its cause), `low_balance` (the levels of balances as a cause), `settings` (what users want), `words` (a message in
//! its user's language), `invitations` (users who are added, and their codes by mail), `announcements` (messages to many customers),
//! `channels` (who hands messages on), `enclosures` (files that go with a mail), `sending` (leases, tries and outcomes), `dead_letters`
//! (what an admin sees and sends again).

pub mod announcements;
pub mod channels;
pub mod check;
pub mod config;
pub mod dead_letters;
pub mod enclosures;
pub mod enqueue;
pub mod http;
pub mod inbox;
pub mod invitations;
pub mod low_balance;
pub mod rows;
pub mod sending;
pub mod settings;
pub mod words;

//! Money on the real server: ledger, purchases, payments, campaigns.

mod admin;
mod demo_month;
mod kills;
mod payments;
mod races;
mod terms;
mod webhooks;

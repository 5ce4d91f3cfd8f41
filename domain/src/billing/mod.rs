//! Billing: tariffs, monthly charges, the ledger, balances and how long they last.

pub mod balance;
pub mod charging;
pub mod forecast;
pub mod ledger;
pub mod level_stability;
pub mod opening;
pub mod tariff;

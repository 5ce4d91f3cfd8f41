//! Billing: the ledger, tariffs, what months cost, and credit as devices hold it.

pub mod charging;
pub mod check;
pub mod credit;
pub mod explain;
pub mod http;
pub mod ledger;
pub mod tariffs;

//! Billing: the ledger, tariffs, what months cost, and credit as devices hold it.
//!
//! `rows` <- `ledger`, `prices` <- `charging` <- `tariffs`, `emergency` <- `credit`, `explain` <- `http`.

pub mod charging;
pub mod check;
pub mod credit;
pub mod emergency;
pub mod explain;
pub mod http;
pub mod ledger;
pub mod prices;
pub(crate) mod rows;
pub mod tariffs;

//! Pages about credit and prices: balance, history, tariffs.

pub mod balance;
pub mod basis;
pub mod history;
pub mod tariffs;

//! Routes of tariffs, and of a connection's balance, statement, charges and emergency credit.

pub mod balance;
pub mod tariffs;

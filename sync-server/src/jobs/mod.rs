//! What the server does by itself, over and over.

pub mod alerts;
pub mod balances;
pub mod health;
pub mod judging;
pub mod leaks;
pub mod money;
pub mod orders;
pub mod results;
pub mod revenue;

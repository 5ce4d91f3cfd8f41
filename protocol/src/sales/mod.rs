//! Client ⇄ server: buying credit, and what admins do with money.

pub mod admin;
pub mod closing;
pub mod money;
pub mod openings;
pub mod review;
pub mod settlements;
pub mod utility;

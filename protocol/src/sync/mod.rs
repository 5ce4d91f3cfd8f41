//! Client ⇄ server: `/sync/v1`, and the rows that it carries.

mod addressing;
pub mod operation;
pub mod pull;
pub mod push;
pub mod rows;
pub mod work;

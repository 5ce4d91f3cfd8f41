//! Rows as the cache keeps them, with the columns that queries use.

pub mod field;
pub(crate) mod kinds;
pub mod money;
pub mod notices;
pub mod response_cache;

//! Rows as the cache keeps them, with the columns that queries use.

pub mod field;
pub mod money;
pub mod notices;
pub mod response_cache;

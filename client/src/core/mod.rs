//! What every part of a running client uses: its shared state, the clock, the vault of its secrets, long jobs, names of files and files to take
//! along, the report that is looked at, retries, and the response cache.

pub mod clock;
pub mod downloads;
pub(crate) mod held_report;
pub(crate) mod jobs;
pub(crate) mod outgoing;
pub(crate) mod pace;
mod response_cache;
pub(crate) mod shared;
pub mod vault;

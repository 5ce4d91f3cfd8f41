//! Work at meters: what is announced and done at one, and what a technician has to do.

pub mod announce;
mod line;
mod moment;
pub mod section;
mod step;
pub mod to_do;
pub mod words;

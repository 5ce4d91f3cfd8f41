//! Pages for technicians: Hari Ini, and Peta with today's work and where the device is.

mod jobs;
pub mod map;
mod own_place;
pub mod today;

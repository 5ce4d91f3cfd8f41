//! Pages for technicians: Hari Ini, Peta with today's work and where the device is, and Pindai.

mod jobs;
pub mod map;
mod own_place;
pub mod scan;
pub mod scanner;
pub mod today;

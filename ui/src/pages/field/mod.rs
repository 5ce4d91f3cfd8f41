//! Pages for technicians: Hari Ini.

pub mod today;

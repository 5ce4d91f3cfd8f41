//! Pages for technicians: Hari Ini, Pindai.

pub mod scan;
pub mod scanner;
pub mod today;

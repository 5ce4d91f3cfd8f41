//! Field work: notes, manual readings, and pictures.

pub mod blob;
pub mod device_clock;
pub mod field_record;

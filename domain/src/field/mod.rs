//! Field work: notes, manual readings, meters that were swapped, and pictures.

pub mod blob;
pub mod device_clock;
pub mod field_record;
pub mod meter_swap;

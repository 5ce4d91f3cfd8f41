//! Field work: notes, manual readings, and pictures.

pub mod blob;
pub mod field_record;

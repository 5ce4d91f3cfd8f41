//! Pages about sync: Antrean.

pub mod outbox;

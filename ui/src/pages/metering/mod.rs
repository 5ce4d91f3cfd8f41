//! Pages about water and meters: Beranda, Pemakaian, Perangkat, one meter, and zones.

pub mod connections;
pub mod fleet;
pub mod home;
pub mod meter;
pub mod usage;
pub mod usage_total;
mod usage_view;
pub mod zones;

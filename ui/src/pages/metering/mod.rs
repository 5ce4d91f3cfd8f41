//! Pages about water and meters: Beranda, Pemakaian, Perangkat, one meter and its life, and zones.

pub mod changes;
mod compare;
pub mod connections;
pub mod credential;
pub mod fleet;
pub mod health;
pub mod home;
pub mod meter;
pub mod meter_map;
mod timeline;
pub mod usage;
pub mod usage_total;
mod usage_view;
pub mod zones;

//! Pages about water and meters: Beranda, Pemakaian, Perangkat, one meter and its life, and zones.

pub mod changes;
mod compare;
pub mod connections;
pub mod credential;
pub mod fleet;
pub mod health;
pub mod home;
mod marks;
pub mod meter;
pub mod meter_map;
pub mod neighbours;
pub mod properties;
pub mod swap;
mod timeline;
pub mod usage;
mod usage_share;
pub mod usage_total;
mod usage_view;
pub mod zones;

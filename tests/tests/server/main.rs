//! The server over its own doors: HTTP and MQTT, rights and scope, valves, upgrades.

mod api;
mod api_golden;
mod api_permissions;
mod api_refusals;
mod audit;
mod balance_levels;
mod field_records;
mod ingest;
mod meters;
mod office;
mod pictures;
mod private_files;
mod profile;
mod rights;
mod scope;
mod signing_in;
mod upgrades;
mod users;
mod valve;
mod valve_contradictions;
mod writer;

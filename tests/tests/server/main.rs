//! The server over its own doors: HTTP and MQTT, rights and scope, valves, upgrades.

mod api;
mod api_golden;
mod api_permissions;
mod api_refusals;
mod audit;
mod balance_levels;
mod device_clocks;
mod field_records;
mod ingest;
mod meters;
mod mqtt_edges;
mod mqtt_promises;
mod mqtt_sessions;
mod pictures;
mod profile;
mod raw_mqtt;
mod rights;
mod scope;
mod stories;
mod turns;
mod typed_text;
mod upgrades;
mod valve;
mod valve_contradictions;

//! Sync: devices and the server together, in unit runs, under kills, and in simulation.

mod amend;
mod at_rest;
mod bulk;
mod chaos;
mod chosen;
mod client;
mod comparison;
mod editing;
mod evidence;
mod exports;
mod fleet_map;
mod fleet_selection;
mod imports;
mod imports_whole;
mod merging;
mod notices;
mod notifications;
mod openings;
mod push;
mod reports;
mod response_cache;
mod schedule;
mod simulation;
mod summary;
mod versions;
mod where_to;

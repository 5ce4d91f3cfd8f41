//! The SQL of sync: the change log as it is pulled, bodies of rows, results of operations, conflicts, evidence.

pub mod bodies;
pub mod conflicts;
pub mod connections;
pub mod evidence;
pub mod feed;
pub mod readings;
pub mod results;

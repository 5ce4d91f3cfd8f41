//! Meters that are not there: they speak MQTT as real ones do, and use water as real households, shops and boarding houses do.

pub mod field;
pub mod history;
pub mod live;
pub mod model;
pub mod plan;

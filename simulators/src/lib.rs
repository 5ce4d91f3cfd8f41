//! Meters that are not there: they speak MQTT as real ones do, and use water as real households, shops and boarding houses do. And a
//! payment gateway in which there is no money.

pub mod field;
pub mod history;
pub mod live;
pub mod model;
pub mod payments;
pub mod plan;

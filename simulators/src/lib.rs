//! Stand-ins for the demo, tests and load: meters that speak MQTT as real ones do and use water as real properties do, a payment gateway in
//! which there is no money, and the demo utility.

pub mod clock;
pub mod demo;
pub mod meters;
pub mod payments;
pub mod plan;

//! Stand-ins for the demo, tests and load: meters that speak MQTT as real ones do and use water as real properties do, a payment gateway in
//! which there is no money, the demo utility, and controls that give its meters faults.

pub mod clock;
pub mod controls;
pub mod demo;
pub mod faults;
mod language;
pub mod meters;
pub mod payments;
pub mod plan;

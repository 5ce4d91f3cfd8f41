//! What the tests across crates share: a server on port 0, devices, users, a browser, a window.

pub mod axe;
pub mod device;
pub mod driver;
pub mod field;
pub mod fixture;
pub mod host;
pub mod household;
pub mod keyring;
pub mod keys;
pub mod kinds;
pub mod listener;
pub mod newer;
pub mod notified;
pub mod ops;
pub mod payments;
pub mod proxy;
pub mod scripted_gateway;
pub mod server;
pub mod shop;
pub mod sim;
pub mod town;
pub mod valve;
pub mod views;
pub mod world;

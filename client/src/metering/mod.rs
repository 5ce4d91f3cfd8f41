//! The live stream on the device, and what is requested about meters.

mod changes;
pub(crate) mod live;
mod refusals;
mod zone_balances;

//! The live stream on the device, and what is requested about meters.

pub(crate) mod live;
mod refusals;

//! The live stream on the device.

pub(crate) mod live;

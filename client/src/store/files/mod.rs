//! The files of a device, and the connections to them that everything else shares.

pub(crate) mod changed;
pub(crate) mod file;
mod store;

pub use file::is_attached;
pub use store::Store;

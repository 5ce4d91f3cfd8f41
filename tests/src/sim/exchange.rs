//! What a simulated device sends, and what it knows of its operations.

use engine::pull::Ask;
use protocol::sync::push::Push;

/// What a device sends.
#[derive(Clone, Debug)]
pub enum Question {
    /// A reader's.
    Read(Ask),
    /// A sender's.
    Push(Push),
}

/// What a device knows of an operation that was done on it.
#[derive(Clone, Debug)]
pub struct Done {
    /// The row of which it wrote the field that nobody else writes.
    pub private: Option<String>,
    /// In which epoch of the server's data the device has received its effect.
    pub applied: Option<u64>,
}

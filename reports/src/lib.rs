//! What IndoWater puts on paper: a model in, a PDF out. The same bytes from the same model, on a server and on a device.
#![warn(missing_docs)]

mod press;
pub mod receipt;
mod words;

pub use words::Language;

/// Why something could not be put on paper.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The amounts do not add up: a receipt that is wrong is worse than none.
    #[error("the amounts of a receipt do not add up")]
    DoesNotAddUp,
    /// The template or its data; a fault of ours.
    #[error("the template failed: {0}")]
    Template(String),
}

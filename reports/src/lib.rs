//! What IndoWater puts on paper: a model in, a PDF out. The same bytes from the same model, on a server and on a device.
#![warn(missing_docs)]

mod labels;
mod letters;
mod list;
mod press;
mod receipt;
mod words;

pub use labels::labels;
pub use list::list;
pub use receipt::receipt;

use domain::exports::Printed;

/// Whatever is put on paper, as PDF. The same model is the same file.
///
/// # Errors
/// As [`receipt`], [`list`] and [`labels`].
pub fn print(printed: &Printed) -> Result<Vec<u8>, Error> {
    match printed {
        Printed::Receipt(of) => receipt(of),
        Printed::List(of) => list(of),
        Printed::Labels(of) => labels(of),
    }
}

/// Why something could not be put on paper.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An amount below zero, or a sum past the range of money: a receipt that is wrong is worse than none.
    #[error("the amounts of a receipt are not what a purchase can come to")]
    Amounts,
    /// The template or its data; a fault of ours.
    #[error("the template failed: {0}")]
    Template(String),
}

//! What IndoWater puts on paper: a model in, a PDF out. The same bytes from the same model, on a server and on a device.
#![warn(missing_docs)]

mod labels;
mod letterhead;
mod letters;
mod lines;
mod list;
mod press;
mod receipt;
mod report;
mod words;

pub use labels::labels;
pub use list::list;
pub use receipt::receipt;
pub use report::{missing, page, reports};

use domain::exports::Printed;

/// Whatever is put on paper, as PDF; a page that is to be looked at as its picture, in JSON. The same model is the same file.
///
/// # Errors
/// As [`receipt`], [`list`], [`labels`], [`reports`] and [`page`].
pub fn print(printed: &Printed) -> Result<Vec<u8>, Error> {
    match printed {
        Printed::Receipt(of) => receipt(of),
        Printed::List(of) => list(of),
        Printed::Labels(of) => labels(of),
        Printed::Reports(of) => reports(of),
        Printed::Page(of) => {
            let picture = page(&of.report, of.page)?;
            serde_json::to_vec(&picture).map_err(|error| Error::Template(error.to_string()))
        }
    }
}

/// Why something could not be put on paper.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An amount below zero, or a sum past the range of money: a receipt that is wrong is worse than none.
    #[error("the amounts of a receipt are not what a purchase can come to")]
    Amounts,
    /// A report that cannot be written; a fault of whoever made it.
    #[error(transparent)]
    Unfit(#[from] domain::reports::Unfit),
    /// The template or its data; a fault of ours.
    #[error("the template failed: {0}")]
    Template(String),
}

//! Sync: a first sync, an outbox, one change over few rows and over many, and one change for a thousand devices.
//!
//! `bench sync` does all; `bench sync initial 20000` one part, with so many customers.

mod change;
pub mod device;
mod fan_out;
mod initial;
mod outbox;
mod pocket;
mod pouch;
pub mod utility;

use super::{Line, Outcome};
use pocket::Pocket;
use utility::Utility;

pub use device::main as device;

/// Customers of the first sync.
const CUSTOMERS: usize = 100_000;

/// Customers of the small and of the large utility in which one changes; each has a connection, so there are twice as many rows.
const FEW_AND_MANY: (usize, usize) = (500, 500_000);

pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let only = arguments.first().map(String::as_str);
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    let size = arguments.get(1).map(|text| text.parse()).transpose()?;
    let mut lines = Vec::new();
    if wanted("initial") {
        lines.extend(initial::run(&Utility::start(size.unwrap_or(CUSTOMERS), 0)?, &Pocket::start().await?).await?);
    }
    if wanted("outbox") {
        lines.extend(outbox::run(&Pocket::start().await?).await?);
    }
    if wanted("change") {
        lines.extend(change::run(FEW_AND_MANY.0, size.unwrap_or(FEW_AND_MANY.1)).await?);
    }
    if wanted("fan-out") {
        lines.extend(fan_out::run().await?);
    }
    Ok(lines)
}

//! `receipts`: a receipt, a list or labels as JSON on standard input, its PDF on standard output.

use domain::exports::Printed;
use std::io::{Write, stdin, stdout};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let printed: Printed = serde_json::from_reader(stdin().lock())?;
    Ok(stdout().write_all(&reports::print(&printed)?)?)
}

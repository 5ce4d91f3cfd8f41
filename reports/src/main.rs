//! `receipts`: a receipt as JSON on standard input, its PDF on standard output.

use std::io::{Write, stdin, stdout};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let receipt = serde_json::from_reader(stdin().lock())?;
    Ok(stdout().write_all(&reports::receipt(&receipt)?)?)
}

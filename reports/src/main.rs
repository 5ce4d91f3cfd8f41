//! `receipts`: a receipt, a list, labels or reports as JSON on standard input, their PDF on standard output, or the picture of a page that is asked
//! for. Letters of a report that no font has are named on standard error, a line each.

use domain::exports::Printed;
use std::io::{Write, stderr, stdin, stdout};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let printed: Printed = serde_json::from_reader(stdin().lock())?;
    if let Printed::Reports(of) = &printed {
        for letter in reports::missing(of) {
            writeln!(stderr(), "no font has U+{:04X} {letter}", u32::from(letter))?;
        }
    }
    Ok(stdout().write_all(&reports::print(&printed)?)?)
}

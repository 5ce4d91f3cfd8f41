//! What a batch would do, before it is done: by the roster alone, so that 100,000 customers are judged without opening a row.

use crate::batches::state::{NAMED, refuse};
use crate::error::Error;
use crate::queries::known::number_and_name;
use crate::queries::roster::Rosters;
use domain::CustomerId;
use domain::people::batch::Verdict;
use protocol::ui::bulk::{Considered, Example, Preview};
use rusqlite::Connection;

/// Judges everybody who is selected. What is done later is judged once more, by the rows themselves.
///
/// # Errors
/// The cache cannot be read.
pub fn preview(db: &Connection, rosters: &Rosters, considered: &Considered) -> Result<Preview, Error> {
    let roster = rosters.now(db)?;
    let selected = roster.selected(&considered.selection);
    let mut found = Preview { selected: selected.len() as u32, ..Preview::default() };
    let mut failed = None;
    for place in selected {
        let subject = roster.subject(place);
        let mut name = || {
            named(db, roster.id(place)).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        };
        match considered.change.judge(&subject) {
            Verdict::Changes => {
                found.changes += 1;
                found.connections += considered.change.connections_of(&subject) as u32;
                if found.examples.len() < NAMED {
                    found.examples.extend(name());
                }
            }
            Verdict::Same => found.same += 1,
            Verdict::Refused(why) => refuse(&mut found.refused, why, name),
        }
    }
    failed.map_or(Ok(found), Err)
}

/// A customer by name.
///
/// # Errors
/// The cache cannot be read.
pub fn named(db: &Connection, customer: CustomerId) -> Result<Option<Example>, Error> {
    Ok(number_and_name(db, customer)?.map(|(number, name)| Example { customer, number, name }))
}

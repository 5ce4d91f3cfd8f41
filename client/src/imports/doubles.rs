//! Customers whom an import may have added a second time: with the telephone of somebody who was there, or with the telephone, or name and address, of
//! an earlier row. Once both records are on this device they can be compared and merged.

use crate::error::Error;
use crate::imports::operations::customer_of;
use crate::imports::state::State;
use crate::queries::known;
use crate::store::Store;
use crate::store::imports::ImportFile;
use domain::CustomerId;
use domain::imports::{Finding, Level, Reason};
use protocol::ui::imports::{DOUBLES, Doubled, DoubledRecord, Stage};
use std::collections::HashSet;

/// Warnings that are looked through at most.
const LOOKED: u32 = 5_000;

/// The pairs of an import that was saved, in order of their rows, [`DOUBLES`] at most. A record that is there no more, as after a merge, is in none.
///
/// # Errors
/// The import's file or the cache cannot be read.
pub fn doubles(file: &ImportFile, state: &State, store: &Store) -> Result<Vec<Doubled>, Error> {
    let mut found: Vec<Doubled> = Vec::new();
    if state.stage != Stage::Committed {
        return Ok(found);
    }
    let mut pairs = HashSet::new();
    for finding in file.first_findings(Level::Warning, LOOKED)? {
        if found.len() >= DOUBLES {
            break;
        }
        let Some(by) = finding.field.filter(|_| matches!(finding.reason, Reason::KnownPhone | Reason::DuplicateInFile)) else {
            continue;
        };
        let Some(one) = record(store, customer_of(state.id, finding.row))? else { continue };
        let Some(other) = other_of(state, store, &finding)?.filter(|other| other.id != one.id) else { continue };
        if pairs.insert((one.id, other.id)) {
            found.push(Doubled { row: finding.row, by, one, other });
        }
    }
    Ok(found)
}

/// Whom a finding names besides its row's customer.
fn other_of(state: &State, store: &Store, finding: &Finding) -> Result<Option<DoubledRecord>, Error> {
    match finding.other_row {
        Some(row) => record(store, customer_of(state.id, row)),
        None => {
            let known = store.read_now(|db| known::customer_of_number(db, &finding.value))?;
            Ok(known.map(|known| DoubledRecord {
                id: known.customer.id,
                name: known.customer.name,
                number: known.customer.number,
            }))
        }
    }
}

fn record(store: &Store, id: CustomerId) -> Result<Option<DoubledRecord>, Error> {
    let found = store.read_now(|db| known::number_and_name(db, id))?;
    Ok(found.map(|(number, name)| DoubledRecord { id, name, number }))
}

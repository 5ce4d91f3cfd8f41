//! Opening balances that an import brings, and takes back: money, so it is an admin's and the ledger's, and each is in the audit log.

use crate::error::Error;
use crate::sales::openings;
use crate::sales::openings::{Change, NewOpening, Refused};
use crate::sync::apply::{Applying, invalid, rejected};
use domain::core::text::visible;
use domain::people::permission::Permission;
use domain::{ConnectionId, OpeningId, Rupiah};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// The longest name of a file, in characters.
const LONGEST_SOURCE: usize = 255;

/// An opening balance as it was sent.
pub struct Brought {
    pub opening: OpeningId,
    pub connection: ConnectionId,
    pub amount: Rupiah,
    pub import: Uuid,
    pub row: u32,
    pub source: String,
}

/// Books an opening balance, or has it wait for a second admin.
pub fn add(applying: &mut Applying<'_, '_>, brought: &Brought) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageMoney) {
        return Ok(rejected(Rejection::Denied));
    }
    let shown = visible(&brought.source);
    let source = shown.trim();
    if source.chars().count() > LONGEST_SOURCE || source.chars().any(char::is_control) {
        return Ok(invalid("source"));
    }
    let Brought { opening, connection, amount, import, row, .. } = *brought;
    let new = NewOpening { id: opening, connection, amount, import, row, source };
    let change = match openings::bring(applying.tx, applying.caller, &new)? {
        Ok(change) => change,
        Err(refused) => return Ok(outcome_of(refused)),
    };
    if let Some(change) = change {
        let name = if source.is_empty() { import.to_string() } else { source.to_owned() };
        record(applying, connection, change, [("import", name), ("row", row.to_string())])?;
    }
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// Takes one back.
pub fn take_back(applying: &mut Applying<'_, '_>, opening: OpeningId, connection: ConnectionId) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageMoney) {
        return Ok(rejected(Rejection::Denied));
    }
    match openings::take_back(applying.tx, applying.caller, (opening, connection))? {
        Err(refused) => return Ok(outcome_of(refused)),
        Ok(None) => {}
        Ok(Some(change)) => record(applying, connection, change, [])?,
    }
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

fn record<const N: usize>(
    applying: &mut Applying<'_, '_>,
    connection: ConnectionId,
    change: Change,
    about: [(&'static str, String); N],
) -> Result<(), Error> {
    let Change { before, state, amount, balance } = change;
    let before = before.map_or(String::new(), |before| before.as_str().to_owned());
    let mut changes = vec![("amount", String::new(), amount.0.to_string()), ("opening_state", before, state.as_str().to_owned())];
    changes.extend(balance.map(|(before, after)| ("balance", before.0.to_string(), after.0.to_string())));
    changes.extend(about.map(|(field, value)| (field, String::new(), value)));
    applying.audit((Entity::Connection, connection.0), changes)
}

fn outcome_of(refused: Refused) -> Outcome {
    let of_field = |code, field: &str| Outcome::Rejected { code, field: Some(field.to_owned()), conflict: None };
    match refused {
        Refused::NoConnection => of_field(Rejection::NotFound, "connection"),
        Refused::NoMeter => of_field(Rejection::NotFound, "meter"),
        Refused::NoCustomer => of_field(Rejection::NotFound, "status"),
        Refused::Amount => invalid("amount"),
        Refused::Stands => of_field(Rejection::Taken, "opening"),
        Refused::IdReused => rejected(Rejection::IdReused),
        Refused::NoOpening => of_field(Rejection::NotFound, "opening"),
        Refused::InUse => of_field(Rejection::InUse, "opening"),
    }
}

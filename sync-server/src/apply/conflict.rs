//! Deciding what a field is to be that two people changed.

use super::{Applying, rejected};
use crate::error::Error;
use crate::store::{ops, records};
use domain::edit::{Change, ConnectionField, CustomerField, Editable, Merged, Patch, Refusal, merge};
use domain::permission::Permission;
use domain::{ConflictId, ConnectionId, CustomerId};
use protocol::push::{Keep, Outcome, Rejection};
use protocol::rows::Entity;
use std::collections::BTreeMap;

/// What setting one field came to.
enum Set {
    Done { before: String, after: String },
    Stands(String),
}

/// Decides a conflict; the same decision twice is one.
pub fn decide(applying: &mut Applying<'_>, id: ConflictId, keep: Keep) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some(open) = ops::conflict(applying.tx, applying.caller.utility, id)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    match open.decided {
        None => {}
        Some(decided) if decided == keep => return Ok(Outcome::Applied { conflicts: Vec::new() }),
        Some(_) => return Ok(rejected(Rejection::Conflict)),
    }
    if keep == Keep::Mine {
        let row = (open.entity, open.row);
        match set(applying, &open)? {
            Some(Set::Done { before, after }) => {
                ops::audit(applying, row, [(open.field.as_str(), before, after)])?;
            }
            // Somebody changed it once more: the decision was about another value, and is asked for again.
            Some(Set::Stands(theirs)) => {
                ops::restate_conflict(applying, id, &theirs)?;
                return Ok(rejected(Rejection::Conflict));
            }
            None => return Ok(rejected(Rejection::NotFound)),
        }
    }
    ops::close_conflict(applying, id, keep)?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// Sets the field to the value that waited, if what stood when the conflict arose still does.
fn set(applying: &mut Applying<'_>, open: &ops::FoundConflict) -> Result<Option<Set>, Error> {
    let change = Change { from: open.theirs.clone(), to: open.mine.clone() };
    match open.entity {
        Entity::Customer => {
            let found = records::customer(applying.tx, applying.caller.utility, CustomerId(open.row))?;
            let field = CustomerField::ALL.into_iter().find(|field| field.as_str() == open.field);
            let (Some((num, mut record)), Some(field)) = (found, field) else { return Ok(None) };
            let outcome = merge(&mut record, &Patch(BTreeMap::from([(field, change)])));
            let set = said(&record, field, outcome);
            if matches!(set, Some(Set::Done { .. })) {
                records::write_customer(applying.tx, applying.buckets, num, &record)?;
            }
            Ok(set)
        }
        Entity::Connection => {
            let found = records::connection(applying.tx, applying.caller.utility, ConnectionId(open.row))?;
            let field = ConnectionField::ALL.into_iter().find(|field| field.as_str() == open.field);
            let (Some((num, mut record)), Some(field)) = (found, field) else { return Ok(None) };
            let outcome = merge(&mut record, &Patch(BTreeMap::from([(field, change)])));
            let set = said(&record, field, outcome);
            if matches!(set, Some(Set::Done { .. })) {
                records::write_connection(applying.tx, applying.buckets, num, &record)?;
            }
            Ok(set)
        }
        _ => Ok(None),
    }
}

fn said<E: Editable>(record: &E, field: E::Field, outcome: Result<Merged<E::Field>, Refusal<E::Field>>) -> Option<Set> {
    match outcome {
        Ok(merged) => match (merged.changed.into_iter().next(), merged.conflicts.into_iter().next()) {
            (Some((_, before)), _) => Some(Set::Done { before, after: record.value(field) }),
            (None, Some(conflict)) => Some(Set::Stands(conflict.theirs)),
            // It is what was wanted already.
            (None, None) => Some(Set::Done { before: record.value(field), after: record.value(field) }),
        },
        Err(Refusal::Guarded(conflict)) => Some(Set::Stands(conflict.theirs)),
        Err(Refusal::Invalid(..)) => None,
    }
}

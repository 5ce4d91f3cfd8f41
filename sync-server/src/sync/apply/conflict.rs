//! Deciding what a field is to be that two people changed.

use crate::error::Error;
use crate::people::records::Record;
use crate::sync::apply::{Applying, rejected};
use crate::sync::operations;
use domain::ConflictId;
use domain::people::Customer;
use domain::people::permission::Permission;
use domain::sync::edit::{Change, ConnectionRecord, Editable, Merged, Patch, ProfileRecord, Refusal, merge};
use protocol::sync::push::{Keep, Outcome, Rejection};
use protocol::sync::rows::Entity;
use std::collections::BTreeMap;

/// What setting one field came to.
enum Set {
    Done { before: String, after: String },
    Stands(String),
}

/// Decides a conflict; the same decision twice is one.
pub fn decide(applying: &mut Applying<'_, '_>, id: ConflictId, keep: Keep) -> Result<Outcome, Error> {
    let found = operations::conflict(applying.tx, applying.caller.utility, id)?;
    // A profile's conflict is its user's own, and nobody else is told that there is one.
    let (found, needs) = match found {
        Some(open) if open.entity == Entity::Profile => {
            (Some(open).filter(|open| open.row == applying.caller.id.0), Permission::OwnAccount)
        }
        found => (found, Permission::ManageCustomers),
    };
    if !applying.may(needs) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some(open) = found else { return Ok(rejected(Rejection::NotFound)) };
    let row = (open.entity, open.row);
    match open.decided {
        None => {}
        Some(decided) if decided == keep => return Ok(Outcome::Applied { conflicts: Vec::new() }),
        Some(_) => return Ok(rejected(Rejection::Conflict)),
    }
    if keep == Keep::Mine {
        let set = match open.entity {
            Entity::Customer => set::<Customer>(applying, &open)?,
            Entity::Connection => set::<ConnectionRecord>(applying, &open)?,
            Entity::Profile => set::<ProfileRecord>(applying, &open)?,
            _ => None,
        };
        match set {
            Some(Set::Done { before, after }) => {
                operations::audit(applying, row, [(open.field.as_str(), before, after)])?;
            }
            // Somebody changed it once more: the decision was about another value, and is asked for again.
            Some(Set::Stands(theirs)) => {
                operations::restate_conflict(applying, row, id, &theirs)?;
                return Ok(rejected(Rejection::Conflict));
            }
            None => return Ok(rejected(Rejection::NotFound)),
        }
    }
    operations::close_conflict(applying, row, id, keep)?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// Sets the field to the value that waited, if what stood when the conflict arose still does.
fn set<R: Record>(applying: &mut Applying<'_, '_>, open: &operations::FoundConflict) -> Result<Option<Set>, Error> {
    let found = R::load(applying.tx, applying.caller.utility, open.row)?;
    let field = R::FIELDS.iter().copied().find(|field| R::name(*field) == open.field);
    let (Some((num, mut record)), Some(field)) = (found, field) else { return Ok(None) };
    let change = Change { from: open.theirs.clone(), to: open.mine.clone() };
    let outcome = merge(&mut record, &Patch(BTreeMap::from([(field, change)])));
    let set = said(&record, field, outcome);
    if matches!(set, Some(Set::Done { .. })) {
        record.write(applying.tx, num)?;
    }
    Ok(set)
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

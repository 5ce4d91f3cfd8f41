//! Deciding what a field is to be that two people changed.

use crate::error::Error;
use crate::people::records::Record;
use crate::sync::apply::{Applying, rejected};
use crate::sync::conflicts;
use crate::sync::rows::conflicts as rows;
use crate::sync::rows::conflicts::StoredConflict;
use domain::ConflictId;
use domain::people::Customer;
use domain::people::permission::Permission;
use domain::sync::edit::{Change, ConnectionRecord, Editable, Merged, Patch, ProfileRecord, Refusal, merge};
use protocol::sync::push::{Keep, Outcome, Rejection};
use protocol::sync::rows::Entity;
use protocol::sync::rows::kinds::EditedAs;
use std::collections::BTreeMap;

/// The outcome of setting one field.
enum FieldSet {
    /// It has the value that waited.
    Done { before: String, after: String },
    /// It has another value by now.
    Differs(String),
}

/// Decides a conflict; the same decision twice is one.
pub fn decide(applying: &mut Applying<'_, '_>, id: ConflictId, keep: Keep) -> Result<Outcome, Error> {
    let found = rows::find(applying.tx, applying.caller.utility, id)?;
    // A profile's conflict is its user's own, and nobody else learns that there is one.
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
    let (utility, row) = (applying.caller.utility, (open.entity, open.row));
    match open.decided {
        None => {}
        Some(decided) if decided == keep => return Ok(Outcome::Applied { conflicts: Vec::new() }),
        Some(_) => return Ok(rejected(Rejection::Conflict)),
    }
    if keep == Keep::Theirs {
        // The row stays as it is: what gave way is on record here alone.
        let decision = ("keep", String::new(), "theirs".to_owned());
        applying.audit(row, [decision, (open.field.as_str(), open.mine.clone(), open.theirs.clone())])?;
    } else {
        let set = match open.entity.kind().edited_as {
            Some(EditedAs::Customer) => set::<Customer>(applying, &open)?,
            Some(EditedAs::Connection) => set::<ConnectionRecord>(applying, &open)?,
            Some(EditedAs::Profile) => set::<ProfileRecord>(applying, &open)?,
            None => None,
        };
        match set {
            Some(FieldSet::Done { before, after }) => {
                applying.audit(row, [(open.field.as_str(), before, after)])?;
            }
            // Somebody changed it once more: the decision was about another value, and is asked for again.
            Some(FieldSet::Differs(theirs)) => {
                conflicts::restate(applying.tx, utility, row, id, &theirs)?;
                return Ok(rejected(Rejection::Conflict));
            }
            None => return Ok(rejected(Rejection::NotFound)),
        }
    }
    conflicts::close(applying.tx, utility, row, id, keep)?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// Sets the field to the value that waited, if the row still has the value that the conflict arose against.
fn set<R: Record>(applying: &mut Applying<'_, '_>, open: &StoredConflict) -> Result<Option<FieldSet>, Error> {
    let found = R::load(applying.tx, applying.caller.utility, open.row)?;
    let field = R::FIELDS.iter().copied().find(|field| R::name(*field) == open.field);
    let (Some((num, mut record)), Some(field)) = (found, field) else { return Ok(None) };
    let change = Change { from: open.theirs.clone(), to: open.mine.clone() };
    let outcome = merge(&mut record, &Patch(BTreeMap::from([(field, change)])));
    let set = outcome_of(&record, field, outcome);
    if matches!(set, Some(FieldSet::Done { .. })) {
        record.write(applying.tx, num)?;
    }
    Ok(set)
}

fn outcome_of<E: Editable>(
    record: &E,
    field: E::Field,
    outcome: Result<Merged<E::Field>, Refusal<E::Field>>,
) -> Option<FieldSet> {
    match outcome {
        Ok(merged) => match (merged.changed.into_iter().next(), merged.conflicts.into_iter().next()) {
            (Some((_, before)), _) => Some(FieldSet::Done { before, after: record.value(field) }),
            (None, Some(conflict)) => Some(FieldSet::Differs(conflict.theirs)),
            // It has the wanted value already.
            (None, None) => Some(FieldSet::Done { before: record.value(field), after: record.value(field) }),
        },
        Err(Refusal::Guarded(conflict)) => Some(FieldSet::Differs(conflict.theirs)),
        Err(Refusal::Invalid(..)) => None,
    }
}

//! Editing records field by field: customers, connections, and whatever else is a [`Record`].

use crate::error::Error;
use crate::people::records::Record;
use crate::sync::apply::{Applying, named, refused, rejected};
use domain::people::permission::Permission;
use domain::sync::edit::{Patch, merge};
use protocol::sync::push::{Outcome, Rejection};
use uuid::Uuid;

/// Changes fields of a record.
pub fn edit<R: Record>(
    applying: &mut Applying<'_, '_>,
    id: Uuid,
    patch: &Patch<R::Field>,
    needs: Permission,
) -> Result<Outcome, Error> {
    if !applying.may(needs) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some((num, mut record)) = R::load(applying.tx, applying.caller.utility, id)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    let merged = match merge(&mut record, patch) {
        Ok(merged) => merged,
        Err(refusal) => return Ok(refused(refusal, R::name)),
    };
    let row = (R::ENTITY, id);
    if !merged.changed.is_empty() {
        record.write(applying.tx, num)?;
        let changes = merged.changed.iter().map(|(field, before)| (R::name(*field), before.clone(), record.value(*field)));
        applying.audit(row, changes)?;
    }
    let conflicts: Vec<_> = merged.conflicts.into_iter().map(|conflict| named(conflict, R::name)).collect();
    applying.keep_conflicts(row, &conflicts)?;
    Ok(Outcome::Applied { conflicts })
}

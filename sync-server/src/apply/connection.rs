//! Commands about connections.

use super::{Applying, named, refused, rejected};
use crate::error::Error;
use crate::store::{ops, records};
use domain::ConnectionId;
use domain::edit::{ConnectionField, Editable, Patch, merge};
use domain::permission::Permission;
use protocol::push::{Outcome, Rejection};
use protocol::rows::Entity;

/// Changes fields of a connection.
pub fn edit(applying: &mut Applying<'_>, id: ConnectionId, patch: &Patch<ConnectionField>) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some((num, mut record)) = records::connection(applying.tx, applying.caller.utility, id)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    let merged = match merge(&mut record, patch) {
        Ok(merged) => merged,
        Err(refusal) => return Ok(refused(refusal, ConnectionField::as_str)),
    };
    let row = (Entity::Connection, id.0);
    if !merged.changed.is_empty() {
        records::write_connection(applying.tx, applying.buckets, num, &record)?;
        let changes = merged.changed.iter().map(|(field, before)| (field.as_str(), before.clone(), record.value(*field)));
        ops::audit(applying, row, changes)?;
    }
    let conflicts: Vec<_> = merged.conflicts.into_iter().map(|conflict| named(conflict, ConnectionField::as_str)).collect();
    ops::keep_conflicts(applying, row, &conflicts)?;
    Ok(Outcome::Applied { conflicts })
}

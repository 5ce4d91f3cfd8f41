//! Commands about customers.

use super::{Applying, named, refused, rejected};
use crate::error::Error;
use crate::store::{ops, records};
use domain::CustomerId;
use domain::edit::{CustomerField, Patch, merge};
use domain::permission::Permission;
use protocol::push::{Outcome, Rejection};
use protocol::rows::Entity;

/// Changes fields of a customer.
pub fn edit(applying: &mut Applying<'_>, id: CustomerId, patch: &Patch<CustomerField>) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) {
        return Ok(rejected(Rejection::Denied));
    }
    let Some((num, mut customer)) = records::customer(applying.tx, applying.caller.utility, id)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    let merged = match merge(&mut customer, patch) {
        Ok(merged) => merged,
        Err(refusal) => return Ok(refused(refusal, CustomerField::as_str)),
    };
    let row = (Entity::Customer, id.0);
    if !merged.changed.is_empty() {
        records::write_customer(applying.tx, applying.buckets, num, &customer)?;
        let changes = merged.changed.iter().map(|(field, before)| {
            let after = domain::edit::Editable::value(&customer, *field);
            (field.as_str(), before.clone(), after)
        });
        ops::audit(applying, row, changes)?;
    }
    let conflicts: Vec<_> = merged.conflicts.into_iter().map(|conflict| named(conflict, CustomerField::as_str)).collect();
    ops::keep_conflicts(applying, row, &conflicts)?;
    Ok(Outcome::Applied { conflicts })
}

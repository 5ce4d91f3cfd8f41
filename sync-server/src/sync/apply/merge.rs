//! Two records of one person that an admin merges: both as they were seen, or not at all.

use crate::error::Error;
use crate::metering::merging;
use crate::metering::merging::Obstacle;
use crate::people::customers;
use crate::sales::vouchers;
use crate::sync::apply::{Applying, invalid, rejected};
use crate::sync::rows::conflicts;
use domain::people::merge::{Merge, NoMerge};
use domain::people::permission::Permission;
use domain::sync::edit::{CustomerField, Editable};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

fn refused(code: Rejection, field: &str) -> Outcome {
    Outcome::Rejected { code, field: Some(field.to_owned()), conflict: None }
}

/// Merges two customers of the utility. Both have an entry in the audit log.
pub fn merge_customers(applying: &mut Applying<'_, '_>, merge: &Merge) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) {
        return Ok(rejected(Rejection::Denied));
    }
    let utility = applying.caller.utility;
    let keep = customers::find(applying.tx, utility, merge.keep)?;
    let gone = customers::find(applying.tx, utility, merge.gone)?;
    let (Some((keep_num, keep)), Some((gone_num, gone))) = (keep, gone) else {
        return Ok(rejected(Rejection::NotFound));
    };
    let merged = match merge.result(&keep, &gone) {
        Ok(merged) => merged,
        Err(NoMerge::Same) => return Ok(invalid("customer")),
        Err(NoMerge::Invalid(field)) => return Ok(invalid(field.as_str())),
        Err(NoMerge::Changed) => return Ok(refused(Rejection::Conflict, "customer")),
    };
    // A value that waits for a decision would wait at a record that is not there.
    if conflicts::is_any_open(applying.tx, merge.gone.0)? || conflicts::is_any_open(applying.tx, merge.keep.0)? {
        return Ok(refused(Rejection::InUse, "conflict"));
    }
    match merging::obstacle(applying.tx, (keep_num, gone_num), &merge.connections)? {
        Some(Obstacle::Connections) => return Ok(refused(Rejection::Conflict, "customer")),
        Some(Obstacle::Users) => return Ok(refused(Rejection::InUse, "user")),
        Some(Obstacle::Purchases) => return Ok(refused(Rejection::InUse, "purchase")),
        None => {}
    }
    merging::merge(applying.tx, utility, keep_num, (gone_num, merge.gone))?;
    vouchers::pass_on(applying.tx, utility, (merge.gone, merge.keep))?;
    customers::write(applying.tx, keep_num, &merged)?;
    let changed = CustomerField::ALL.into_iter().map(|field| (field.as_str(), keep.value(field), merged.value(field)));
    let changed = changed.filter(|(_, before, after)| before != after);
    let with = [("merged_with", String::new(), gone.number.clone())];
    applying.audit((Entity::Customer, merge.keep.0), changed.chain(with))?;
    let into = ("merged_with", String::new(), keep.number);
    let of_gone = [("number", gone.number, String::new()), ("name", gone.name, String::new()), into];
    applying.audit((Entity::Customer, merge.gone.0), of_gone)?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

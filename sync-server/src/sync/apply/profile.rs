//! A user's own profile: edited by its user alone, field by field like any record.

use crate::error::Error;
use crate::sync::apply::{Applying, record, rejected};
use domain::UserId;
use domain::people::permission::Permission;
use domain::sync::edit::{Patch, ProfileField, ProfileRecord};
use protocol::sync::push::{Outcome, Rejection};

/// Changes fields of one's own profile.
pub fn edit(applying: &mut Applying<'_, '_>, user: UserId, patch: &Patch<ProfileField>) -> Result<Outcome, Error> {
    if applying.caller.id != user {
        return Ok(rejected(Rejection::Denied));
    }
    record::edit::<ProfileRecord>(applying, user.0, patch, Permission::OwnAccount)
}

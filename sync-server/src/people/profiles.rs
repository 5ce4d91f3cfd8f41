//! Users' own profiles as rows of a bucket that is each user's own.

use crate::core::feed::RowId;
use crate::core::{Db, Tx, transact};
use crate::error::Error;
use crate::people::records::Record;
use crate::people::rows::users;
use domain::UtcMillis;
use domain::sync::edit::{ProfileField, ProfileRecord};
use protocol::sync::rows::Entity;
use rusqlite::Connection;
use uuid::Uuid;

/// Puts a user's profile, as it is now, into the user's own bucket.
///
/// # Errors
/// The database.
pub fn publish(tx: &mut Tx<'_>, user: i64) -> Result<(), Error> {
    let (id, utility, rev) = users::revise_profile(tx, user)?;
    let own = tx.bucket(utility, format!("user:{}", Uuid::from_bytes(id)))?;
    tx.put(own, Entity::Profile, &RowId::of(id), rev)
}

/// Makes the rows of users who were there before profiles were rows.
///
/// # Errors
/// The database.
pub fn publish_missing(db: &mut Connection, now: UtcMillis) -> Result<(), Error> {
    let publish_all = |tx: &mut Tx<'_>| users::without_profile_row(tx)?.into_iter().try_for_each(|user| publish(tx, user));
    transact(db, now, publish_all).map(|_| ())
}

impl Record for ProfileRecord {
    const ENTITY: Entity = Entity::Profile;
    const FIELDS: &'static [ProfileField] = &ProfileField::ALL;

    fn name(field: ProfileField) -> &'static str {
        field.as_str()
    }

    fn load(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, Self)>, Error> {
        users::profile_record(db, utility, id)
    }

    fn write(&self, tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
        users::update_profile(tx, num, self)?;
        publish(tx, num)
    }
}

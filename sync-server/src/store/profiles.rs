//! Users' own profiles as rows of a bucket that is each user's own.

use super::changes::{Buckets, RowId};
use super::records::Record;
use crate::error::Error;
use domain::UserId;
use domain::edit::{ProfileField, ProfileRecord};
use domain::people::{Language, Role};
use protocol::rows::{self, Entity};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use uuid::Uuid;

/// What a profile's body is read from.
pub(super) const PROFILE: &str = "SELECT id, email, name, phone, role, language FROM user WHERE id = ?1";

/// A profile from the columns of [`PROFILE`].
pub(super) fn read_profile(row: &Row<'_>) -> rusqlite::Result<rows::Profile> {
    let (role, language): (String, String) = (row.get(4)?, row.get(5)?);
    Ok(rows::Profile {
        id: UserId(Uuid::from_bytes(row.get(0)?)),
        email: row.get(1)?,
        name: row.get(2)?,
        phone: row.get(3)?,
        // A role the schema's own CHECK would refuse is read as the one that may do least.
        role: role.parse().unwrap_or(Role::Customer),
        language: Language::from_word(&language).unwrap_or_default(),
    })
}

/// Tells a user's devices of the profile as it is now.
///
/// # Errors
/// The database.
pub fn publish(tx: &Transaction<'_>, buckets: &mut Buckets, user: i64) -> Result<(), Error> {
    let (id, utility, rev): ([u8; 16], i64, i64) = tx
        .prepare_cached("UPDATE user SET rev = rev + 1 WHERE num = ?1 RETURNING id, utility, rev")?
        .query_row([user], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let own = buckets.named(tx, utility, format!("user:{}", Uuid::from_bytes(id)))?;
    buckets.put(tx, own, Entity::Profile, &RowId::of(id), rev)
}

/// Makes the rows of users who were there before profiles were rows.
///
/// # Errors
/// The database.
pub fn publish_missing(db: &mut Connection) -> Result<(), Error> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut buckets = Buckets::at(super::now());
    let users: Vec<i64> = tx
        .prepare("SELECT num FROM user WHERE rev = 0 ORDER BY num")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for user in users {
        publish(&tx, &mut buckets, user)?;
    }
    buckets.save(&tx)?;
    Ok(tx.commit()?)
}

impl Record for ProfileRecord {
    const ENTITY: Entity = Entity::Profile;
    const FIELDS: &'static [ProfileField] = &ProfileField::ALL;

    fn name(field: ProfileField) -> &'static str {
        field.as_str()
    }

    fn load(db: &Connection, utility: i64, id: Uuid) -> Result<Option<(i64, Self)>, Error> {
        let mut query = db.prepare_cached("SELECT num, name, phone, language FROM user WHERE id = ?1 AND utility = ?2")?;
        let found = query.query_row(params![id.as_bytes(), utility], |row| {
            let language: String = row.get(3)?;
            let language = Language::from_word(&language).unwrap_or_default();
            Ok((row.get(0)?, Self { name: row.get(1)?, phone: row.get(2)?, language }))
        });
        Ok(found.optional()?)
    }

    fn write(&self, tx: &Transaction<'_>, buckets: &mut Buckets, num: i64) -> Result<(), Error> {
        tx.prepare_cached("UPDATE user SET name = ?2, phone = ?3, language = ?4 WHERE num = ?1")?.execute(params![
            num,
            self.name,
            self.phone,
            self.language.as_str()
        ])?;
        publish(tx, buckets, num)
    }
}

//! Users' own profiles as rows of a bucket that is each user's own.

use crate::core::feed::RowId;
use crate::core::{Tx, transact};
use crate::error::Error;
use crate::people::records::Record;
use domain::UserId;
use domain::people::{Language, Role};
use domain::sync::edit::{ProfileField, ProfileRecord};
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// What a profile's body is read from.
pub(crate) const PROFILE: &str = "SELECT id, email, name, phone, role, language FROM user WHERE id = ?1";

/// A profile from the columns of [`PROFILE`].
pub(crate) fn read_profile(row: &Row<'_>) -> rusqlite::Result<rows::Profile> {
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
pub fn publish(tx: &mut Tx<'_>, user: i64) -> Result<(), Error> {
    let (id, utility, rev): ([u8; 16], i64, i64) = tx
        .db
        .prepare_cached("UPDATE user SET rev = rev + 1 WHERE num = ?1 RETURNING id, utility, rev")?
        .query_row([user], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let own = tx.bucket(utility, format!("user:{}", Uuid::from_bytes(id)))?;
    tx.put(own, Entity::Profile, &RowId::of(id), rev)
}

/// Makes the rows of users who were there before profiles were rows.
///
/// # Errors
/// The database.
pub fn publish_missing(db: &mut Connection) -> Result<(), Error> {
    let publish_all = |tx: &mut Tx<'_>| {
        let users: Vec<i64> = tx
            .db
            .prepare("SELECT num FROM user WHERE rev = 0 ORDER BY num")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        users.into_iter().try_for_each(|user| publish(tx, user))
    };
    transact(db, crate::core::now(), publish_all).map(|_| ())
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

    fn write(&self, tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
        tx.db.prepare_cached("UPDATE user SET name = ?2, phone = ?3, language = ?4 WHERE num = ?1")?.execute(params![
            num,
            self.name,
            self.phone,
            self.language.as_str()
        ])?;
        publish(tx, num)
    }
}

//! What a record is that people edit field by field: read for an operation, written with its change rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::sync::edit::Editable;
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// A record that people edit field by field.
pub trait Record: Editable<Field: 'static> + Sized {
    /// Its kind of row.
    const ENTITY: Entity;
    /// Its fields.
    const FIELDS: &'static [Self::Field];

    /// A field as it is stored and sent.
    fn name(field: Self::Field) -> &'static str;

    /// Reads the record of a utility, with its key.
    ///
    /// # Errors
    /// The database.
    fn load(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, Self)>, Error>;

    /// Writes it, and puts it into every bucket that may hold it.
    ///
    /// # Errors
    /// The database.
    fn write(&self, tx: &mut Tx<'_>, num: i64) -> Result<(), Error>;
}

//! What utilities put on their receipts.

use crate::core::{Db, Tx};
use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::UtilityId;
use domain::sales::letterhead::Letterhead;
use protocol::sync::rows;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// The kind of the audit log's entries about it.
pub const SET: &str = "set_utility";

/// A utility, as its papers name it.
pub struct Named {
    /// Its identifier.
    pub id: [u8; 16],
    /// Counts what was set; zero where nothing was.
    pub rev: i64,
    /// Its name.
    pub name: String,
    /// What else stands there.
    pub letterhead: Letterhead,
}

const NAMED: &str = "SELECT u.id, COALESCE(l.rev, 0) AS rev, u.name, l.address, l.tax_number, l.phone, l.email, l.footer, l.logo
    FROM utility u LEFT JOIN letterhead l ON l.utility = u.num";

fn read(row: &Row<'_>) -> rusqlite::Result<Named> {
    let text = |name: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(name)?.unwrap_or_default());
    Ok(Named {
        id: row.get("id")?,
        rev: row.get("rev")?,
        name: row.get("name")?,
        letterhead: Letterhead {
            address: text("address")?,
            tax_number: text("tax_number")?,
            phone: text("phone")?,
            email: text("email")?,
            footer: text("footer")?,
            logo: row.get::<_, Option<Vec<u8>>>("logo")?.map(|png| STANDARD.encode(png)),
        },
    })
}

/// A utility by key.
///
/// # Errors
/// No such utility, or the database.
pub fn named(db: &Db, utility: i64) -> Result<Named, Error> {
    Ok(db.prepare_cached(&format!("{NAMED} WHERE u.num = ?1"))?.query_row([utility], read)?)
}

/// The body of the row that devices hold; none before anything was set.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<rows::Letterhead>, Error> {
    let mut query = db.prepare_cached(&format!("{NAMED} WHERE u.id = ?1 AND l.rev IS NOT NULL"))?;
    let found = query.query_row([id.as_bytes()], read).optional()?;
    let row = |named: Named| rows::Letterhead { id: UtilityId(id), name: named.name, letterhead: named.letterhead };
    Ok(found.map(row))
}

/// Writes a utility's name, and what else stands on its receipts; returns the new revision. `logo` is the PNG of `letterhead`.
///
/// # Errors
/// The database.
pub fn write(tx: &mut Tx<'_>, utility: i64, (name, letterhead): (&str, &Letterhead), logo: Option<&[u8]>) -> Result<i64, Error> {
    tx.db.prepare_cached("UPDATE utility SET name = ?2 WHERE num = ?1")?.execute(params![utility, name])?;
    let Letterhead { address, tax_number, phone, email, footer, .. } = letterhead;
    let mut write = tx.db.prepare_cached(
        "INSERT INTO letterhead (utility, rev, address, tax_number, phone, email, footer, logo)
         VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (utility) DO UPDATE SET rev = rev + 1, address = excluded.address, tax_number = excluded.tax_number,
           phone = excluded.phone, email = excluded.email, footer = excluded.footer, logo = excluded.logo RETURNING rev",
    )?;
    let parameters = params![utility, address, tax_number, phone, email, footer, logo];
    Ok(write.query_row(parameters, |row| row.get(0))?)
}

/// Whether it was set under a key. It reads the log of this kind, which is short.
///
/// # Errors
/// The database.
pub fn is_recorded(db: &Db, utility: i64, key: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = ?2 AND op_id = ?3)")?;
    Ok(query.query_row(params![utility, SET, key.as_bytes()], |row| row.get(0))?)
}

//! The ledger as rows: transfers with their postings, appended once each, and the balances that follow from them.

use crate::core::Tx;
use crate::error::Error;
use domain::billing::ledger::{Account, Posting, Transfer};
use domain::{ConnectionId, LocalMonth, Rupiah, UtcMillis};
use protocol::sync::rows::StatementLine;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// What a transfer is about, beside its postings.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Key of the connection.
    pub connection: i64,
    /// When it is posted.
    pub at: UtcMillis,
    /// Of which local month, where it charges one.
    pub month: Option<LocalMonth>,
    /// Key of the purchase it comes from.
    pub purchase: Option<i64>,
    /// Key of the user who did it; `None` for the server itself.
    pub who: Option<i64>,
    /// Why, where a person did it.
    pub reason: &'a str,
}

/// What became of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is in the ledger now.
    New,
    /// One was in the ledger under this key: nothing was changed.
    Already,
}

/// Appends a transfer, unless there is one under its key. A transfer without postings leaves its key behind, so that it stays without.
///
/// # Errors
/// No such connection, a balance past the range of money, or the database.
pub fn post(tx: &mut Tx<'_>, about: &About<'_>, transfer: &Transfer) -> Result<Posted, Error> {
    let utility: i64 =
        tx.db.prepare_cached("SELECT utility FROM connection WHERE num = ?1")?.query_row([about.connection], |row| row.get(0))?;
    let inserted = tx
        .db
        .prepare_cached(
            "INSERT INTO transfer (utility, key, kind, at, connection, month, purchase, who, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (key) DO NOTHING",
        )?
        .execute(params![
            utility,
            transfer.key,
            transfer.kind,
            about.at.0,
            about.connection,
            about.month.map(|month| month.0),
            about.purchase,
            about.who,
            about.reason
        ])?;
    if inserted == 0 {
        return Ok(Posted::Already);
    }
    let num = tx.db.last_insert_rowid();
    for posting in &transfer.postings {
        let (account, after) = add(tx, utility, about.connection, posting)?;
        tx.db.prepare_cached("INSERT INTO posting (account, transfer, amount, after) VALUES (?1, ?2, ?3, ?4)")?.execute([
            account,
            num,
            posting.amount.0,
            after,
        ])?;
    }
    Ok(Posted::New)
}

/// Adds a posting to its account, which is made with its first one; returns the account and its balance then.
fn add(tx: &mut Tx<'_>, utility: i64, connection: i64, posting: &Posting) -> Result<(i64, i64), Error> {
    let kind = posting.account.as_str();
    let of = posting.account.is_of_connection().then_some(connection);
    // An integer past its range turns into a float, which a STRICT table refuses.
    let mut update = tx.db.prepare_cached(match of {
        Some(_) => {
            "UPDATE account SET balance = balance + ?3, postings = postings + 1 WHERE connection = ?1 AND kind = ?2 RETURNING num, balance"
        }
        None => {
            "UPDATE account SET balance = balance + ?3, postings = postings + 1 WHERE utility = ?1 AND kind = ?2 AND connection IS NULL
             RETURNING num, balance"
        }
    })?;
    let mut added = || {
        let wanted = params![of.unwrap_or(utility), kind, posting.amount.0];
        update.query_row(wanted, |row| Ok((row.get(0)?, row.get(1)?))).optional()
    };
    if let Some(found) = added()? {
        return Ok(found);
    }
    tx.db
        .prepare_cached("INSERT INTO account (utility, connection, kind) VALUES (?1, ?2, ?3)")?
        .execute(params![utility, of, kind])?;
    added()?.ok_or_else(|| Error::Setup("an account is not there that was just made".into()))
}

/// The posted balance of a connection's account.
///
/// # Errors
/// The database.
pub fn balance(db: &Connection, connection: i64, account: Account) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached("SELECT balance FROM account WHERE connection = ?1 AND kind = ?2")?;
    let found = query.query_row(params![connection, account.as_str()], |row| row.get(0)).optional()?;
    Ok(Rupiah(found.unwrap_or(0)))
}

/// The posted balance of an account of a utility.
///
/// # Errors
/// The database.
pub fn utility_balance(db: &Connection, utility: i64, account: Account) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached("SELECT COALESCE(SUM(balance), 0) FROM account WHERE utility = ?1 AND kind = ?2")?;
    Ok(Rupiah(query.query_row(params![utility, account.as_str()], |row| row.get(0))?))
}

const LINES: &str = "SELECT c.id, t.num, t.at, t.kind, p.amount, p.after, t.month, b.id, t.reason
    FROM account a JOIN connection c ON c.num = a.connection JOIN posting p ON p.account = a.num JOIN transfer t ON t.num = p.transfer
    LEFT JOIN purchase b ON b.num = t.purchase WHERE a.kind = 'credit'";

fn read_line(row: &Row<'_>) -> rusqlite::Result<StatementLine> {
    Ok(StatementLine {
        connection: ConnectionId(Uuid::from_bytes(row.get(0)?)),
        no: row.get(1)?,
        at: UtcMillis(row.get(2)?),
        kind: row.get(3)?,
        amount: Rupiah(row.get(4)?),
        after: Rupiah(row.get(5)?),
        month: row.get::<_, Option<i32>>(6)?.map(LocalMonth),
        purchase: row.get::<_, Option<[u8; 16]>>(7)?.map(Uuid::from_bytes),
        reason: row.get(8)?,
    })
}

/// A connection's statement, the newest first, from before a line on.
///
/// # Errors
/// The database.
pub fn statement(db: &Connection, connection: i64, before: Option<i64>, limit: u32) -> Result<Vec<StatementLine>, Error> {
    let sql = format!("{LINES} AND a.connection = ?1 AND p.transfer < ?2 ORDER BY p.transfer DESC LIMIT ?3");
    let mut query = db.prepare_cached(&sql)?;
    let lines = query.query_map(params![connection, before.unwrap_or(i64::MAX), limit], read_line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// One line of it.
///
/// # Errors
/// The database.
pub fn line(db: &Connection, connection: Uuid, no: i32) -> Result<Option<StatementLine>, Error> {
    let sql = format!("{LINES} AND a.connection = (SELECT num FROM connection WHERE id = ?1) AND p.transfer = ?2");
    Ok(db.prepare_cached(&sql)?.query_row(params![connection.as_bytes(), no], read_line).optional()?)
}

/// The lines of it that charge a month, the oldest first.
///
/// # Errors
/// The database.
pub fn lines_of_month(db: &Connection, connection: i64, month: LocalMonth) -> Result<Vec<StatementLine>, Error> {
    let sql = format!("{LINES} AND a.connection = ?1 AND t.connection = ?1 AND t.month = ?2 ORDER BY p.transfer");
    let mut query = db.prepare_cached(&sql)?;
    let lines = query.query_map(params![connection, month.0], read_line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

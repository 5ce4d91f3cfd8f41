//! The ledger's tables: transfers and postings, which are only ever added, and accounts with their balances.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::ledger::{Account, Posting, Transfer};
use domain::{ConnectionId, LocalMonth, Rupiah, UtcMillis};
use protocol::sync::rows::StatementLine;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// What belongs to a transfer beside its postings.
#[derive(Clone, Copy, Debug)]
pub struct TransferContext<'a> {
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

/// Adds a transfer and returns its key; `None` if there is one under the transfer's own key.
pub fn insert_transfer(
    tx: &mut Tx<'_>,
    utility: i64,
    context: &TransferContext<'_>,
    transfer: &Transfer,
) -> Result<Option<i64>, Error> {
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
            context.at.0,
            context.connection,
            context.month.map(|month| month.0),
            context.purchase,
            context.who,
            context.reason
        ])?;
    Ok((inserted > 0).then(|| tx.db.last_insert_rowid()))
}

/// Adds a posting with the balance of its account after it.
pub fn insert_posting(tx: &mut Tx<'_>, transfer: i64, (account, amount, after): (i64, Rupiah, Rupiah)) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT INTO posting (account, transfer, amount, after) VALUES (?1, ?2, ?3, ?4)")?
        .execute([account, transfer, amount.0, after.0])?;
    Ok(())
}

/// Adds a posting's amount to its account, which is made with its first posting; returns the account's key and its balance then.
pub fn add_to_account(tx: &mut Tx<'_>, utility: i64, connection: i64, posting: &Posting) -> Result<(i64, Rupiah), Error> {
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
        let values = params![of.unwrap_or(utility), kind, posting.amount.0];
        update.query_row(values, |row| Ok((row.get(0)?, Rupiah(row.get(1)?)))).optional()
    };
    if let Some(found) = added()? {
        return Ok(found);
    }
    tx.db
        .prepare_cached("INSERT INTO account (utility, connection, kind) VALUES (?1, ?2, ?3)")?
        .execute(params![utility, of, kind])?;
    added()?.ok_or_else(|| Error::Setup("an account is not there that was just made".into()))
}

/// Whether a transfer is in the ledger under a key.
pub fn has_transfer(db: &Db, key: &str) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM transfer WHERE key = ?1)")?;
    Ok(query.query_row([key], |row| row.get(0))?)
}

/// What a transfer is of: the keys of its connection and of its purchase, and what it posts on an account.
pub type Of = (i64, Option<i64>, Rupiah);

/// What was posted under a key, on an account; nothing where there is no such transfer.
///
/// # Errors
/// The database.
pub fn posted_under(db: &Db, key: &str, account: Account) -> Result<Option<Of>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.connection, t.purchase, COALESCE((SELECT SUM(p.amount) FROM posting p JOIN account a ON a.num = p.account
           WHERE p.transfer = t.num AND a.kind = ?2), 0) FROM transfer t WHERE t.key = ?1",
    )?;
    let found = query.query_row(params![key, account.as_str()], |row| Ok((row.get(0)?, row.get(1)?, Rupiah(row.get(2)?))));
    Ok(found.optional()?)
}

/// How often emergency credit was lent to a connection.
pub fn loans(db: &Db, connection: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM transfer WHERE connection = ?1 AND kind = 'emergency_credit'")?;
    Ok(query.query_row([connection], |row| row.get(0))?)
}

/// The posted balance of a connection's account.
///
/// # Errors
/// The database.
pub fn balance(db: &Db, connection: i64, account: Account) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached("SELECT balance FROM account WHERE connection = ?1 AND kind = ?2")?;
    let found = query.query_row(params![connection, account.as_str()], |row| row.get(0)).optional()?;
    Ok(Rupiah(found.unwrap_or(0)))
}

/// The credit of a connection after its last purchase; zero if there was none.
pub fn credit_after_last_purchase(db: &Db, connection: i64) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached(
        "SELECT p.after FROM transfer t JOIN account a ON a.connection = t.connection AND a.kind = 'credit'
         JOIN posting p ON p.account = a.num AND p.transfer = t.num
         WHERE t.num = (SELECT num FROM transfer WHERE connection = ?1 AND kind = 'purchase' ORDER BY num DESC LIMIT 1)",
    )?;
    Ok(Rupiah(query.query_row([connection], |row| row.get(0)).optional()?.unwrap_or(0)))
}

/// The connection of whose statement a transfer is a line; `None` if it does not change the connection's credit.
pub fn connection_of_line(db: &Db, transfer: i64) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.connection FROM transfer t JOIN account a ON a.connection = t.connection AND a.kind = 'credit'
         JOIN posting p ON p.account = a.num AND p.transfer = t.num WHERE t.num = ?1",
    )?;
    Ok(query.query_row([transfer], |row| row.get(0)).optional()?)
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

/// A connection's statement, the newest line first, from before a line on.
///
/// # Errors
/// The database.
pub fn statement(db: &Db, connection: i64, before: Option<i64>, limit: u32) -> Result<Vec<StatementLine>, Error> {
    let sql = format!("{LINES} AND a.connection = ?1 AND p.transfer < ?2 ORDER BY p.transfer DESC LIMIT +?3");
    let mut query = db.prepare_cached(&sql)?;
    let lines = query.query_map(params![connection, before.unwrap_or(i64::MAX), limit], read_line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// One line of a statement.
pub fn line(db: &Db, connection: Uuid, no: i32) -> Result<Option<StatementLine>, Error> {
    let sql = format!("{LINES} AND a.connection = (SELECT num FROM connection WHERE id = ?1) AND p.transfer = ?2");
    Ok(db.prepare_cached(&sql)?.query_row(params![connection.as_bytes(), no], read_line).optional()?)
}

/// The lines of a statement by which money of a purchase went back, the oldest first.
pub fn lines_of_returns(db: &Db, purchase: Uuid) -> Result<Vec<StatementLine>, Error> {
    let sql = format!(
        "{LINES} AND t.purchase = (SELECT num FROM purchase WHERE id = ?1) AND t.kind = 'refund' AND a.connection = t.connection
         ORDER BY p.transfer"
    );
    let mut query = db.prepare_cached(&sql)?;
    let lines = query.query_map([purchase.as_bytes()], read_line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// The lines of a statement that charge a month, the oldest first.
pub fn lines_of_month(db: &Db, connection: i64, month: LocalMonth) -> Result<Vec<StatementLine>, Error> {
    let sql = format!("{LINES} AND a.connection = ?1 AND t.connection = ?1 AND t.month = ?2 ORDER BY p.transfer");
    let mut query = db.prepare_cached(&sql)?;
    let lines = query.query_map(params![connection, month.0], read_line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

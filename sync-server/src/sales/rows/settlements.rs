//! Settlement files: what was brought, what its lines come to, and what is known here of the payments that they name.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::sales::reconciliation::{Because, LineState, LineVerdict, OurPayment, SettlementRow, WENT_BACK};
use domain::{Rupiah, UtcMillis};
use protocol::sales::settlements::{LineDecision, SettlementPart};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A file that was brought.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Its key.
    pub num: i64,
    /// How many rows it has.
    pub rows: u32,
    /// Rows that are here.
    pub received: u32,
    /// The times of its first and its last transaction.
    pub stretch: (UtcMillis, UtcMillis),
    /// Whether payments that no row names were looked for.
    pub is_compared: bool,
    /// Up to which payment they were: when it was begun, and its key; none before the first was looked at.
    pub looked: Option<(UtcMillis, i64)>,
}

/// A file of a utility.
pub fn file(db: &Db, utility: i64, id: Uuid) -> Result<Option<File>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, rows, received, first_at, last_at, compared_at IS NOT NULL, looked_at, looked_num
         FROM settlement_file WHERE utility = ?1 AND id = ?2",
    )?;
    let found = query.query_row(params![utility, id.as_bytes()], |row| {
        let (looked_at, looked_num): (Option<i64>, i64) = (row.get(6)?, row.get(7)?);
        Ok(File {
            num: row.get(0)?,
            rows: row.get(1)?,
            received: row.get(2)?,
            stretch: (UtcMillis(row.get(3)?), UtcMillis(row.get(4)?)),
            is_compared: row.get(5)?,
            looked: looked_at.map(|at| (UtcMillis(at), looked_num)),
        })
    });
    Ok(found.optional()?)
}

/// Adds a file under a name.
pub fn add_file(tx: &mut Tx<'_>, (utility, by): (i64, i64), (part, name): (&SettlementPart, &str)) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "INSERT INTO settlement_file (id, utility, name, rows, first_at, last_at, by, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            part.file.as_bytes(),
            utility,
            name,
            part.rows,
            part.first_at.0,
            part.last_at.0,
            by,
            tx.now.0
        ])?;
    Ok(())
}

/// Counts rows that came.
pub fn add_received(tx: &mut Tx<'_>, file: i64, rows: u32) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE settlement_file SET received = received + ?2 WHERE num = ?1")?.execute(params![file, rows])?;
    Ok(())
}

/// Writes that all of a file was compared.
pub fn mark_compared(tx: &mut Tx<'_>, file: i64) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE settlement_file SET compared_at = ?2 WHERE num = ?1")?.execute([file, tx.now.0])?;
    Ok(())
}

/// A payment that the gateway may name, with its keys.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its key.
    pub payment: i64,
    /// Key of its utility.
    pub utility: i64,
    /// Its name at the gateway.
    pub order: String,
    /// How it is paid.
    pub method: String,
    /// Key and identifier of the purchase that it pays for.
    pub purchase: (i64, Uuid),
    /// Key of the connection.
    pub connection: i64,
    /// What is known of it.
    pub ours: OurPayment,
}

const NAMED: &str = "SELECT y.num, y.utility, y.order_id, y.method, p.num, p.id, p.connection, y.gross, y.fee,
      EXISTS (SELECT 1 FROM payment_effect e WHERE e.payment = y.num AND e.kind = 'credit'), y.started_at
    FROM payment y JOIN purchase p ON p.id = y.purchase";

fn read_named(row: &Row<'_>) -> rusqlite::Result<Named> {
    Ok(Named {
        payment: row.get(0)?,
        utility: row.get(1)?,
        order: row.get(2)?,
        method: row.get(3)?,
        purchase: (row.get(4)?, Uuid::from_bytes(row.get(5)?)),
        connection: row.get(6)?,
        ours: OurPayment {
            gross: Rupiah(row.get(7)?),
            on_top: Rupiah(row.get(8)?),
            is_credited: row.get(9)?,
            started_at: UtcMillis(row.get(10)?),
        },
    })
}

/// The payment of an order, or of the gateway's own name for the transaction.
pub fn named(db: &Db, order: &str, transaction: &str) -> Result<Option<Named>, Error> {
    let mut query = db.prepare_cached(&format!("{NAMED} WHERE y.order_id = ?1"))?;
    if let Some(found) = query.query_row([order], read_named).optional()? {
        return Ok(Some(found));
    }
    let mut query =
        db.prepare_cached(&format!("{NAMED} WHERE y.gateway_id IN (?1, ?2) AND y.gateway_id <> '' ORDER BY y.num DESC LIMIT 1"))?;
    Ok(query.query_row([order, transaction], read_named).optional()?)
}

/// A payment by its key.
pub fn by_payment(db: &Db, payment: i64) -> Result<Option<Named>, Error> {
    let mut query = db.prepare_cached(&format!("{NAMED} WHERE y.num = ?1"))?;
    Ok(query.query_row([payment], read_named).optional()?)
}

/// The query of [`next_day`].
pub const NEXT_DAY: &str =
    "SELECT MIN(begun_at) FROM settlement_line WHERE file = ?1 AND place > 0 AND because <> 'date' AND begun_at >= ?2";

/// The time of a file's first row from an instant on. Rows whose time is in doubt are left out.
pub fn next_day(db: &Db, file: i64, from: UtcMillis) -> Result<Option<UtcMillis>, Error> {
    let mut query = db.prepare_cached(NEXT_DAY)?;
    Ok(query.query_row([file, from.0], |row| row.get::<_, Option<i64>>(0))?.map(UtcMillis))
}

/// Whether a file has the times at which its transactions were begun, and not those of their settlement alone, by its first row.
pub fn has_own_times(db: &Db, file: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT settled_at IS NULL OR settled_at <> begun_at FROM settlement_line INDEXED BY settlement_line_days
         WHERE file = ?1 AND place > 0 AND because <> 'date' ORDER BY begun_at LIMIT 1",
    )?;
    Ok(query.query_row([file], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// A payment that was looked at.
pub struct Looked {
    /// Its key.
    pub payment: i64,
    /// When it was begun.
    pub started_at: UtcMillis,
    /// Whether it is the utility's, was credited by the end of what is looked through, and no row of any file names it.
    pub is_unnamed: bool,
}

/// The query of [`look`].
pub const LOOK: &str = "SELECT y.num, y.started_at, y.utility = ?1
       AND EXISTS (SELECT 1 FROM payment_effect e WHERE e.payment = y.num AND e.kind = 'credit' AND e.at <= ?5)
       AND NOT EXISTS (SELECT 1 FROM settlement_line l WHERE l.payment = y.num
         AND (l.verdict IN ('matched', 'differs', 'twice') OR instr(?7, '|' || l.status || '|') > 0))
     FROM payment y WHERE y.started_at >= ?2 AND (+y.started_at > ?2 OR +y.num > ?3) AND y.started_at < ?4
     ORDER BY y.started_at, y.num LIMIT +?6";

/// Payments behind one, by when they were begun, up to an instant, without it; so many at most. `last_at` is the last instant at which they count as
/// credited in time.
pub fn look(
    db: &Db,
    (utility, last_at): (i64, UtcMillis),
    (after, until): ((UtcMillis, i64), UtcMillis),
    most: usize,
) -> Result<Vec<Looked>, Error> {
    let mut query = db.prepare_cached(LOOK)?;
    let went_back = format!("|{}|", WENT_BACK.join("|"));
    let values = params![utility, after.0.0, after.1, until.0, last_at.0, most as i64, went_back];
    let found = query.query_map(values, |row| {
        Ok(Looked { payment: row.get(0)?, started_at: UtcMillis(row.get(1)?), is_unnamed: row.get(2)? })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Writes up to which payment a file was looked through.
pub fn mark_looked(tx: &mut Tx<'_>, file: i64, (started_at, payment): (UtcMillis, i64)) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE settlement_file SET looked_at = ?2, looked_num = ?3 WHERE num = ?1")?.execute([
        file,
        started_at.0,
        payment,
    ])?;
    Ok(())
}

/// The lowest place of a file's lines: below zero are payments that no row names.
pub fn lowest_place(db: &Db, file: i64) -> Result<i64, Error> {
    let mut query = db.prepare_cached("SELECT MIN(place) FROM settlement_line WHERE file = ?1")?;
    Ok(query.query_row([file], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0).min(0))
}

/// Whether a file has a row already.
pub fn has_row(db: &Db, file: i64, row: u32) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM settlement_line WHERE file = ?1 AND place = ?2)")?;
    Ok(query.query_row(params![file, row], |row| row.get(0))?)
}

/// Whether a payment is named by another row: of the same file, or of another one by another name of the transaction.
pub fn is_repeated(db: &Db, (file, payment): (i64, i64), row: &SettlementRow) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM settlement_line WHERE payment = ?2 AND place > 0 AND verdict IN ('matched', 'differs')
           AND ((file = ?1 AND place <> ?3) OR (file <> ?1 AND gateway_id <> ?4)))",
    )?;
    Ok(query.query_row(params![file, payment, row.row, row.transaction], |row| row.get(0))?)
}

/// Amount and fee of a transaction as the newest earlier line of another file has them, which matched or was accepted.
pub fn earlier(
    db: &Db,
    (file, payment): (i64, i64),
    (row, before): (&SettlementRow, i64),
) -> Result<Option<(Rupiah, Rupiah)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT gross, fee FROM settlement_line WHERE payment = ?2 AND file <> ?1 AND place > 0 AND gateway_id = ?3 AND num < ?4
           AND (verdict = 'matched' OR state = 'accepted') ORDER BY num DESC LIMIT 1",
    )?;
    let found =
        query.query_row(params![file, payment, row.transaction, before], |row| Ok((Rupiah(row.get(0)?), Rupiah(row.get(1)?))));
    Ok(found.optional()?)
}

/// A line as it is written first.
pub struct NewLine<'a> {
    /// Key of its file, and of the utility.
    pub of: (i64, i64),
    /// Its place: the row's number, or below zero.
    pub place: i64,
    /// What the file says.
    pub row: &'a SettlementRow,
    /// Key of the payment.
    pub payment: Option<i64>,
    /// What it comes to.
    pub verdict: LineVerdict,
    /// What differs.
    pub because: Option<Because>,
}

/// Adds a line.
pub fn insert(tx: &mut Tx<'_>, line: &NewLine<'_>) -> Result<(), Error> {
    let state = if line.verdict.is_open() { LineState::Open } else { LineState::Done };
    let SettlementRow { order, transaction, method, gross, fee, net, at, settled_at, status, .. } = line.row;
    tx.db
        .prepare_cached(
            "INSERT INTO settlement_line (id, file, utility, place, order_id, gateway_id, method, gross, fee, net, begun_at, settled_at, status,
               payment, verdict, because, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        )?
        .execute(params![
            Uuid::now_v7().as_bytes(),
            line.of.0,
            line.of.1,
            line.place,
            order,
            transaction,
            method,
            gross.0,
            fee.0,
            net.map(|net| net.0),
            at.0,
            settled_at.map(|at| at.0),
            status,
            line.payment,
            line.verdict.as_str(),
            line.because.map_or("", Because::as_str),
            state.as_str()
        ])?;
    Ok(())
}

/// Closes what says that a payment is missing at the gateway: a row names it now.
pub fn found_at_gateway(tx: &mut Tx<'_>, payment: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE settlement_line SET verdict = 'matched', state = 'done'
             WHERE payment = ?1 AND verdict = 'missing_at_gateway' AND state = 'open'",
        )?
        .execute([payment])?;
    Ok(())
}

/// A line with its keys.
pub struct Stored {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: Uuid,
    /// Key of its file.
    pub file: i64,
    /// What the file says.
    pub row: SettlementRow,
    /// Key of the payment.
    pub payment: Option<i64>,
    /// What it comes to.
    pub verdict: LineVerdict,
    /// How far it is.
    pub state: LineState,
}

/// A line of a utility.
pub fn find(db: &Db, utility: i64, id: Uuid) -> Result<Option<Stored>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, file, place, order_id, gateway_id, method, gross, fee, net, begun_at, settled_at, status, payment, verdict, state
         FROM settlement_line WHERE id = ?1 AND utility = ?2",
    )?;
    let found = query.query_row(params![id.as_bytes(), utility], |row| {
        let (verdict, state): (String, String) = (row.get(13)?, row.get(14)?);
        let place: i64 = row.get(2)?;
        Ok(Stored {
            num: row.get(0)?,
            id,
            file: row.get(1)?,
            row: SettlementRow {
                row: u32::try_from(place).unwrap_or(0),
                order: row.get(3)?,
                transaction: row.get(4)?,
                method: row.get(5)?,
                gross: Rupiah(row.get(6)?),
                fee: Rupiah(row.get(7)?),
                net: row.get::<_, Option<i64>>(8)?.map(Rupiah),
                at: UtcMillis(row.get(9)?),
                settled_at: row.get::<_, Option<i64>>(10)?.map(UtcMillis),
                status: row.get(11)?,
            },
            payment: row.get(12)?,
            // Words that the schema's own CHECK would refuse are read as ones about which nothing can be done.
            verdict: LineVerdict::from_word(&verdict).unwrap_or(LineVerdict::NotCompared),
            state: LineState::from_word(&state).unwrap_or(LineState::Done),
        })
    });
    Ok(found.optional()?)
}

/// What a request has decided: of which line, how far that is since, and why.
pub type Decided = (Uuid, LineState, String);

/// What was decided under a key.
pub fn decided(db: &Db, utility: i64, key: Uuid) -> Result<Option<Decided>, Error> {
    let mut query =
        db.prepare_cached("SELECT id, state, note FROM settlement_line WHERE utility = ?1 AND decided_key = ?2 LIMIT 1")?;
    let found = query.query_row(params![utility, key.as_bytes()], |row| {
        let state: String = row.get(1)?;
        Ok((Uuid::from_bytes(row.get(0)?), LineState::from_word(&state).unwrap_or(LineState::Done), row.get(2)?))
    });
    Ok(found.optional()?)
}

/// Writes what an open line comes to now.
pub fn judge(
    tx: &mut Tx<'_>,
    num: i64,
    payment: Option<i64>,
    (verdict, because): (LineVerdict, Option<Because>),
) -> Result<(), Error> {
    let state = if verdict.is_open() { LineState::Open } else { LineState::Done };
    tx.db
        .prepare_cached(
            "UPDATE settlement_line SET payment = ?2, verdict = ?3, because = ?4, state = ?5 WHERE num = ?1 AND state = 'open'",
        )?
        .execute(params![num, payment, verdict.as_str(), because.map_or("", Because::as_str), state.as_str()])?;
    Ok(())
}

/// Writes what an admin has decided about a line; `case` is the key of the case that it goes on as.
pub fn decide(tx: &mut Tx<'_>, num: i64, by: i64, asked: &LineDecision, case: Option<i64>) -> Result<(), Error> {
    let state = if case.is_some() { LineState::Case } else { LineState::Accepted };
    tx.db
        .prepare_cached(
            "UPDATE settlement_line SET state = ?2, decided_by = ?3, decided_at = ?4, decided_key = ?5, note = ?6, payment_case = ?7
             WHERE num = ?1 AND state = 'open'",
        )?
        .execute(params![num, state.as_str(), by, tx.now.0, asked.key.as_bytes(), asked.note.trim(), case])?;
    Ok(())
}

/// The state of the case that is recognised by something; none if there is no such case.
pub fn state_of_case(db: &Db, same: &str) -> Result<Option<String>, Error> {
    let mut query = db.prepare_cached("SELECT state FROM payment_case WHERE same = ?1")?;
    Ok(query.query_row([same], |row| row.get(0)).optional()?)
}

//! Months: their figures by the ledger, what was closed and reopened, and what came to a closed month later.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::sales::rows::cut;
use domain::billing::ledger::Account;
use domain::sales::month_close::MonthFigures;
use domain::{ConnectionId, CustomerId, LocalMonth, Rupiah, TimeZone, UtcMillis};
use protocol::sales::closing::{LATE_LISTED, LateSum, LateTransfer, MonthClosing, MonthRequest, Reopened};
use rusqlite::{OptionalExtension, Row, params};
use std::collections::HashMap;
use uuid::Uuid;

/// Closings of one answer at most.
const LISTED: i64 = 60;

/// The number of the last transfer that there is.
pub fn last_transfer(db: &Db) -> Result<i64, Error> {
    let last: Option<i64> = db.prepare_cached("SELECT MAX(num) FROM transfer")?.query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or(0))
}

/// The time of a utility's first transfer by its clock.
pub fn first_at(db: &Db, utility: i64) -> Result<Option<UtcMillis>, Error> {
    let mut query = db.prepare_cached("SELECT at FROM transfer WHERE utility = ?1 ORDER BY at LIMIT 1")?;
    Ok(query.query_row([utility], |row| row.get(0)).optional()?.map(UtcMillis))
}

/// The time zone in which the month before one was closed, and the number of the last transfer in it, where that closing stands.
fn closed_before(db: &Db, utility: i64, month: LocalMonth) -> Result<Option<(TimeZone, i64)>, Error> {
    let mut query =
        db.prepare_cached("SELECT time_zone, last FROM month_close WHERE utility = ?1 AND month = ?2 AND reopened_at IS NULL")?;
    let closed = query.query_row(params![utility, month.0 - 1], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).optional()?;
    Ok(closed.and_then(|(zone, last)| Some((TimeZone::from_iana(&zone)?, last))))
}

/// The figures of a month by the transfers up to a number. It begins where the month before it was closed, also in another time zone, and has what came
/// after that closing under a time before it, from a clock that was set back: no money is in two months, or in none. It costs some searches for each
/// account of the utility, and an index of two days.
///
/// All balances together are zero, so that the unearned balance is what the utility's own accounts come to, with the other sign.
pub fn figures(db: &Db, (utility, zone): (i64, TimeZone), month: LocalMonth, last: i64) -> Result<MonthFigures, Error> {
    let (began_in, before) = closed_before(db, utility, month)?.unwrap_or((zone, last));
    let start = cut::at(db, utility, began_in.start_of(month.first_day()), before)?;
    let end = cut::at(db, utility, zone.start_of(LocalMonth(month.0 + 1).first_day()), last)?;
    let accounts: Vec<(i64, String)> = {
        let mut query = db.prepare_cached("SELECT num, kind FROM account WHERE utility = ?1 AND connection IS NULL")?;
        query.query_map([utility], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
    };
    let (mut moved, mut own) = (HashMap::new(), 0_i64);
    for (num, kind) in accounts {
        let (before, after) = (cut::balance(db, num, &start)?, cut::balance(db, num, &end)?);
        own = own.saturating_add(after.0);
        moved.insert(kind, Rupiah(after.0.saturating_sub(before.0)));
    }
    let of = |account: Account| moved.get(account.as_str()).copied().unwrap_or_default();
    Ok(MonthFigures::of(of, Rupiah(own.saturating_neg())))
}

/// The last month of a utility that is closed.
pub fn last_closed(db: &Db, utility: i64) -> Result<Option<LocalMonth>, Error> {
    let mut query = db.prepare_cached("SELECT MAX(month) FROM month_close WHERE utility = ?1 AND reopened_at IS NULL")?;
    Ok(query.query_row([utility], |row| row.get::<_, Option<i32>>(0))?.map(LocalMonth))
}

/// What a request has done about a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Closed it.
    Close,
    /// Reopened it.
    Reopen,
}

/// What a request has done, by its key, and about which month.
pub fn by_key(db: &Db, utility: i64, key: Uuid) -> Result<Option<(Deed, LocalMonth)>, Error> {
    let mut query =
        db.prepare_cached("SELECT id = ?2, month FROM month_close WHERE utility = ?1 AND (id = ?2 OR reopened_key = ?2)")?;
    let found = query.query_row(params![utility, key.as_bytes()], |row| {
        let deed = if row.get(0)? { Deed::Close } else { Deed::Reopen };
        Ok((deed, LocalMonth(row.get(1)?)))
    });
    Ok(found.optional()?)
}

/// Whether there is a closing of an identifier, in whichever utility.
pub fn is_taken(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM month_close WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// Writes that a month is closed, with its figures up to a transfer. Its identifier is the key of the request.
pub fn close(
    tx: &mut Tx<'_>,
    (utility, zone, by): (i64, TimeZone, i64),
    asked: &MonthRequest,
    (figures, last, open_days): (&MonthFigures, i64, usize),
) -> Result<(), Error> {
    let figures = serde_json::to_string(figures).map_err(|error| Error::Setup(format!("figures of a month: {error}")))?;
    let reason = if open_days > 0 { asked.reason.trim() } else { "" };
    tx.db
        .prepare_cached(
            "INSERT INTO month_close (id, utility, month, time_zone, last, figures, open_days, reason, by, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            asked.key.as_bytes(),
            utility,
            asked.month.0,
            zone.iana(),
            last,
            figures,
            open_days as i64,
            reason,
            by,
            tx.now.0
        ])?;
    Ok(())
}

/// Writes that a month is open again.
pub fn reopen(tx: &mut Tx<'_>, utility: i64, asked: &MonthRequest, by: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE month_close SET reopened_at = ?3, reopened_by = ?4, reopened_key = ?5, reopened_reason = ?6
             WHERE utility = ?1 AND month = ?2 AND reopened_at IS NULL",
        )?
        .execute(params![utility, asked.month.0, tx.now.0, by, asked.key.as_bytes(), asked.reason.trim()])?;
    Ok(())
}

/// Figures as they are stored.
pub fn read_figures(text: &str) -> Result<MonthFigures, Error> {
    serde_json::from_str(text).map_err(|error| Error::Setup(format!("figures of a month: {error}")))
}

/// A closing with its figures as they are stored.
type Stored = (MonthClosing, String);

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let reopened_at: Option<i64> = row.get(7)?;
    let by_name: Option<String> = row.get(8)?;
    let reason: String = row.get(9)?;
    let reopened = reopened_at.map(|at| Reopened { by_name: by_name.unwrap_or_default(), at: UtcMillis(at), reason });
    let closing = MonthClosing {
        id: Uuid::from_bytes(row.get(0)?),
        month: LocalMonth(row.get(1)?),
        figures: MonthFigures::default(),
        open_days: row.get(3)?,
        reason: row.get(4)?,
        by_name: row.get(5)?,
        at: UtcMillis(row.get(6)?),
        reopened,
        late: LateSum::default(),
        can_reopen: false,
    };
    Ok((closing, row.get(2)?))
}

/// What was closed, the newest first, each with what came while it stood.
pub fn closings(db: &Db, utility: i64) -> Result<Vec<MonthClosing>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.id, m.month, m.figures, m.open_days, m.reason, u.name, m.at, m.reopened_at, r.name, m.reopened_reason
         FROM month_close m JOIN user u ON u.num = m.by LEFT JOIN user r ON r.num = m.reopened_by
         WHERE m.utility = ?1 ORDER BY m.month DESC, m.num DESC LIMIT +?2",
    )?;
    let found: Vec<Stored> = query.query_map([utility, LISTED], read)?.collect::<Result<_, _>>()?;
    let last = last_closed(db, utility)?;
    let mut closings = Vec::with_capacity(found.len());
    for (mut closing, figures) in found {
        closing.figures = read_figures(&figures)?;
        if let Some(stretch) = stood(db, utility, closing.month, Some(closing.id))? {
            closing.late = late_sum(db, utility, closing.month, stretch)?;
        }
        closing.can_reopen = closing.reopened.is_none() && last == Some(closing.month);
        closings.push(closing);
    }
    Ok(closings)
}

/// Transfers that came while a closing of a month stood, of the one that stands if none is named: those behind the last one in its figures, up to the
/// last one in the figures of the next closing of that month. Between a reopening and the next closing nothing is marked. None of a month that is open.
pub fn stood(db: &Db, utility: i64, month: LocalMonth, closing: Option<Uuid>) -> Result<Option<(i64, i64)>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.last, COALESCE((SELECT n.last FROM month_close n WHERE n.utility = m.utility AND n.month = m.month AND n.num > m.num
           ORDER BY n.num LIMIT 1), ?4)
         FROM month_close m WHERE m.utility = ?1 AND m.month = ?2 AND CASE WHEN ?3 IS NULL THEN m.reopened_at IS NULL ELSE m.id = ?3 END",
    )?;
    let closing = closing.map(Uuid::into_bytes);
    let values = params![utility, month.0, closing, i64::MAX];
    Ok(query.query_row(values, |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// The query of [`late_sum`]: what is marked, with its posting on the credit of its connection.
pub const LATE_SUM: &str = "SELECT COUNT(*), COALESCE(SUM(-p.amount), 0) FROM late_transfer l CROSS JOIN transfer t
    LEFT JOIN account a ON a.connection = t.connection AND a.kind = 'credit' LEFT JOIN posting p ON p.account = a.num AND p.transfer = t.num
    WHERE l.utility = ?1 AND l.month = ?2 AND l.transfer > ?3 AND l.transfer <= ?4 AND t.num = l.transfer";

/// What belongs to a month and was posted after a transfer, up to another one.
pub fn late_sum(db: &Db, utility: i64, month: LocalMonth, (after, until): (i64, i64)) -> Result<LateSum, Error> {
    let mut query = db.prepare_cached(LATE_SUM)?;
    let values = params![utility, month.0, after, until];
    Ok(query.query_row(values, |row| Ok(LateSum { count: row.get(0)?, amount: Rupiah(row.get(1)?) }))?)
}

/// The same one by one, the newest first.
pub fn late(db: &Db, utility: i64, month: LocalMonth, (after, until): (i64, i64)) -> Result<Vec<LateTransfer>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.num, t.at, t.kind, cu.id, c.id, cu.name || ' · ' || c.label, -COALESCE(p.amount, 0)
         FROM late_transfer l CROSS JOIN transfer t JOIN connection c ON c.num = t.connection JOIN customer cu ON cu.num = c.customer
         LEFT JOIN account a ON a.connection = t.connection AND a.kind = 'credit' LEFT JOIN posting p ON p.account = a.num AND p.transfer = t.num
         WHERE l.utility = ?1 AND l.month = ?2 AND l.transfer > ?3 AND l.transfer <= ?5 AND t.num = l.transfer
         ORDER BY l.transfer DESC LIMIT +?4",
    )?;
    let found = query.query_map(params![utility, month.0, after, LATE_LISTED as i64, until], |row| {
        Ok(LateTransfer {
            no: row.get(0)?,
            at: UtcMillis(row.get(1)?),
            kind: row.get(2)?,
            customer: CustomerId(Uuid::from_bytes(row.get(3)?)),
            connection: ConnectionId(Uuid::from_bytes(row.get(4)?)),
            whose: row.get(5)?,
            amount: Rupiah(row.get(6)?),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

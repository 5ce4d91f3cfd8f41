//! Months: closed in order once they are over, with their figures as the ledger has them then. A past month never changes in the ledger; what belongs
//! to a closed one and comes later is listed as a correction to it.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sales::rows::months as rows;
use crate::sales::rows::months::Deed;
use crate::sales::rows::time_zone;
use crate::sales::{cash_days, counter};
use domain::sales::month_close::{Books, NotClosed};
use domain::{LocalMonth, TimeZone, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::closing::{LateSum, LateTransfers, MonthAsked, MonthRequest, Months, NextMonth};
use uuid::Uuid;

/// How far a utility is with its months, in a time zone.
fn books(db: &Db, utility: i64, zone: TimeZone, now: UtcMillis) -> Result<Books, Error> {
    let month_of = |at| zone.day_of(at).month();
    Ok(Books {
        first: rows::first_at(db, utility)?.map(month_of),
        closed: rows::last_closed(db, utility)?,
        running: month_of(now),
    })
}

/// The months: what was closed, and the one that is next with its figures as they are now.
///
/// # Errors
/// The database.
pub fn shown(db: &Db, utility: i64, now: UtcMillis) -> Result<Months, Error> {
    in_zone(db, (utility, time_zone::of_utility(db, utility)?), now)
}

/// The same in a time zone that is known: it is looked up by all meters, so once for each request.
fn in_zone(db: &Db, (utility, time_zone): (i64, TimeZone), now: UtcMillis) -> Result<Months, Error> {
    let books = books(db, utility, time_zone, now)?;
    // A month that has not begun has no figures.
    let next = match books.next().filter(|month| *month <= books.running) {
        None => None,
        Some(month) => {
            let figures = rows::figures(db, (utility, time_zone), month, rows::last_transfer(db)?)?;
            let open_days = cash_days::open_days(db, cash_days::days_of((utility, time_zone), month)?)?;
            Some(NextMonth { month, is_over: month < books.running, figures, open_days })
        }
    };
    Ok(Months { time_zone, next, closings: rows::closings(db, utility)? })
}

/// What belongs to a closed month and came while a closing of it stood, of the one that stands if none is named; nothing of a month that is open. What
/// came before a month was closed again stays listed with the closing that it came to.
///
/// # Errors
/// The database.
pub fn late(db: &Db, utility: i64, asked: MonthAsked) -> Result<LateTransfers, Error> {
    let MonthAsked { month, closing } = asked;
    let Some(stretch) = rows::stood(db, utility, month, closing)? else {
        return Ok(LateTransfers { month, sum: LateSum::default(), transfers: Vec::new() });
    };
    let sum = rows::late_sum(db, utility, month, stretch)?;
    Ok(LateTransfers { month, sum, transfers: rows::late(db, utility, month, stretch)? })
}

/// Closes a month; returns all of them. The same key again changes nothing.
///
/// # Errors
/// Another request has the key (`key`); why it cannot be closed ([`NotClosed`]); or the database.
pub fn close(tx: &mut Tx<'_>, admin: &Caller, asked: &MonthRequest) -> Result<Months, Error> {
    let zone = time_zone::of_utility(tx, admin.utility)?;
    if !is_repeated(tx, admin, Deed::Close, asked)? {
        let books = books(tx, admin.utility, zone, tx.now)?;
        // Of a month that cannot be closed in any case no days are looked at.
        books.may_close(asked.month, 0, "").map_err(refused)?;
        let open_days = cash_days::open_days(tx, cash_days::days_of((admin.utility, zone), asked.month)?)?.len();
        books.may_close(asked.month, open_days, &asked.reason).map_err(refused)?;
        let last = rows::last_transfer(tx)?;
        let figures = rows::figures(tx, (admin.utility, zone), asked.month, last)?;
        rows::close(tx, (admin.utility, zone, admin.num), asked, (&figures, last, open_days))?;
        let changes = [
            ("month", String::new(), iso(asked.month)),
            ("received", String::new(), figures.received().to_string()),
            ("consumed", String::new(), figures.consumed.to_string()),
            ("unearned", String::new(), figures.unearned.to_string()),
            ("open_days", String::new(), open_days.to_string()),
            ("reason", String::new(), asked.reason.trim().to_owned()),
        ];
        record(tx, admin, ("close_month", asked.key), changes)?;
    }
    in_zone(tx, (admin.utility, zone), tx.now)
}

/// Reopens the last month that is closed, with a reason; returns all months. The same key again changes nothing.
///
/// # Errors
/// Another request has the key (`key`); no reason (`reason`); it is not the last ([`NotClosed::NotLast`]); or the database.
pub fn reopen(tx: &mut Tx<'_>, admin: &Caller, asked: &MonthRequest) -> Result<Months, Error> {
    counter::require_reason(&asked.reason)?;
    let zone = time_zone::of_utility(tx, admin.utility)?;
    if !is_repeated(tx, admin, Deed::Reopen, asked)? {
        books(tx, admin.utility, zone, tx.now)?.may_reopen(asked.month).map_err(refused)?;
        rows::reopen(tx, admin.utility, asked, admin.num)?;
        let changes = [("month", String::new(), iso(asked.month)), ("reason", String::new(), asked.reason.trim().to_owned())];
        record(tx, admin, ("reopen_month", asked.key), changes)?;
    }
    in_zone(tx, (admin.utility, zone), tx.now)
}

/// Whether a request did what it asks for before.
fn is_repeated(tx: &Tx<'_>, admin: &Caller, deed: Deed, asked: &MonthRequest) -> Result<bool, Error> {
    match rows::by_key(tx, admin.utility, asked.key)? {
        Some(known) if known == (deed, asked.month) => Ok(true),
        None if !rows::is_taken(tx, asked.key)? => Ok(false),
        _ => Err(Error::problem(Code::BadRequest, "key: this key is of another closing or reopening")),
    }
}

fn record<const N: usize>(
    tx: &mut Tx<'_>,
    admin: &Caller,
    request: (&str, Uuid),
    changes: [(&str, String, String); N],
) -> Result<(), Error> {
    let entry = audit::Entry::by(admin, request, (Office::Payments as u8, Uuid::nil()));
    audit::record(tx, &entry, changes.into_iter().filter(|(_, _, after)| !after.is_empty()))
}

/// `2026-11`.
fn iso(month: LocalMonth) -> String {
    let (year, number) = month.ym();
    format!("{year:04}-{number:02}")
}

fn refused(why: NotClosed) -> Error {
    let sentence = match why {
        NotClosed::NotOver => "a month is closed once it is over",
        NotClosed::Closed => "this month is closed already",
        NotClosed::Order => "months are closed in order: an earlier one is open, or nothing was posted in it",
        NotClosed::OpenDays => "cash of some days was not counted: count it, or say why not in 3 to 500 characters",
        NotClosed::NotLast => "only the last month that is closed can be reopened",
    };
    Error::problem(Code::BadRequest, format!("{}: {sentence}", why.as_str()))
}

//! Payments that no row of a settlement file names, though they were begun on one of its days: some at a time, and each once.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::rows::settlements as rows;
use crate::sales::rows::settlements::{File, NewLine};
use domain::sales::reconciliation::{LineVerdict, MOST_ROWS, SettlementRow};
use domain::{Rupiah, TimeZone, UtcMillis};
use std::time::{Duration, Instant};

/// How long a transaction goes on to look for payments, or to compare rows: whoever waits for the writer waits for little more than that.
pub(crate) const STEP: Duration = Duration::from_millis(4);

/// Payments that are looked at together, at most: between two lots the time is looked at.
const TOGETHER: usize = 25;

/// The time zone in which files have their times.
const FILE_ZONE: TimeZone = TimeZone::Jakarta;

/// Goes on to add a line for each payment that no row names and that was begun on a day of the file: one on which a row lies. As many are looked at
/// as fit into a [`STEP`], and one lot at least; the place where the next transaction goes on is written with their lines.
///
/// # Errors
/// The database.
pub(crate) fn look(tx: &mut Tx<'_>, utility: i64, file: &File) -> Result<(), Error> {
    let (_, last_at) = file.stretch;
    let (from, behind) = looked_through(tx, file)?;
    let (started, mut looked) = (Instant::now(), file.looked.unwrap_or((from, 0)));
    let mut place = rows::lowest_place(tx, file.num)?;
    loop {
        let begun = FILE_ZONE.start_of(FILE_ZONE.day_of(looked.0));
        let row = rows::next_day(tx, file.num, begun)?.filter(|at| *at <= last_at && -place < i64::from(MOST_ROWS));
        let Some(day) = row.map(|at| FILE_ZONE.day_of(at)) else {
            return rows::mark_compared(tx, file.num);
        };
        let (start, end) = (FILE_ZONE.start_of(day), FILE_ZONE.start_of(day.plus(1)));
        if start > looked.0 {
            looked = (start, 0);
        }
        let found = rows::look(tx, (utility, behind.plus(-1)), (looked, end.min(behind)), TOGETHER)?;
        for one in found.iter().filter(|one| one.is_unnamed) {
            place -= 1;
            add_unnamed(tx, (file.num, utility), place, one.payment)?;
        }
        looked = match found.last() {
            Some(last) if found.len() == TOGETHER => (last.started_at, last.payment),
            _ => (end, 0),
        };
        if started.elapsed() >= STEP {
            return rows::mark_looked(tx, file.num, looked);
        }
    }
}

/// The stretch of time whose payments a file is to name, without its end. A payment before the first row or behind the last one may be one that the
/// file lacks, so that its days are whole, the last one once it is over. Where a file has times of settlement alone, nothing says which day its first
/// and its last payments are of: then it goes from the first row to the last.
fn looked_through(tx: &Tx<'_>, file: &File) -> Result<(UtcMillis, UtcMillis), Error> {
    let (first_at, last_at) = file.stretch;
    if !rows::has_own_times(tx, file.num)? {
        return Ok((first_at, last_at.plus(1)));
    }
    let end = FILE_ZONE.start_of(FILE_ZONE.day_of(last_at).plus(1));
    let behind = if tx.now >= end { end } else { last_at.plus(1) };
    Ok((FILE_ZONE.start_of(FILE_ZONE.day_of(first_at)), behind))
}

/// Adds a line for a payment that no row names.
fn add_unnamed(tx: &mut Tx<'_>, of: (i64, i64), place: i64, payment: i64) -> Result<(), Error> {
    let Some(named) = rows::by_payment(tx, payment)? else { return Ok(()) };
    let row = SettlementRow {
        row: 0,
        order: named.order,
        transaction: String::new(),
        method: named.method,
        gross: named.ours.gross,
        fee: Rupiah(0),
        net: None,
        at: named.ours.started_at,
        settled_at: None,
        status: String::new(),
    };
    let (payment, verdict) = (Some(payment), LineVerdict::MissingAtGateway);
    rows::insert(tx, &NewLine { of, place, row: &row, payment, verdict, because: None })
}

//! Payments that no row of a settlement file names, though they were begun on one of its days: some at a time, and each once.

use crate::core::Tx;
use crate::error::Error;
use crate::sales::rows::settlements as rows;
use crate::sales::rows::settlements::{File, NewLine};
use domain::sales::reconciliation::{LineVerdict, MOST_ROWS, SettlementRow};
use domain::{Rupiah, TimeZone};

/// Payments and days that are looked at in one transaction.
const LOOKED_AT_ONCE: usize = 200;

/// The time zone in which files have their times.
const FILE_ZONE: TimeZone = TimeZone::Jakarta;

/// Goes on to add a line for each payment that no row names and that was begun on a day of the file: one on which a row lies. So many are looked at
/// in one transaction that it is short.
///
/// # Errors
/// The database.
pub(crate) fn look(tx: &mut Tx<'_>, utility: i64, file: &File) -> Result<(), Error> {
    let (_, last_at) = file.stretch;
    let (mut looked, mut room) = (file.looked, LOOKED_AT_ONCE);
    let mut place = rows::lowest_place(tx, file.num)?;
    while room > 0 {
        let begun = FILE_ZONE.start_of(FILE_ZONE.day_of(looked.0));
        let row = rows::next_day(tx, file.num, begun)?.filter(|at| *at <= last_at && -place < i64::from(MOST_ROWS));
        let Some(day) = row.map(|at| FILE_ZONE.day_of(at)) else {
            return rows::mark_compared(tx, file.num);
        };
        let (start, end) = (FILE_ZONE.start_of(day), FILE_ZONE.start_of(day.plus(1)));
        if start > looked.0 {
            looked = (start, 0);
        }
        let found = rows::look(tx, (utility, last_at), (looked, end.min(last_at.plus(1))), room)?;
        for one in found.iter().filter(|one| one.is_unnamed) {
            place -= 1;
            add_unnamed(tx, (file.num, utility), place, one.payment)?;
        }
        looked = match found.last() {
            Some(last) if found.len() == room => (last.started_at, last.payment),
            _ => (end, 0),
        };
        // A day costs a search, also without a payment.
        room = room.saturating_sub(found.len() + 1);
    }
    rows::mark_looked(tx, file.num, looked)
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

//! Opening balances: brought by the operations of an import, booked at once as far as one admin may do that alone, held for a second admin beyond
//! it, and taken back by another transfer.

use crate::billing::ledger::TransferContext;
use crate::billing::{charging, ledger};
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sales::counter;
use crate::sales::counter::Moved;
use crate::sales::rows::openings as rows;
use crate::sales::rows::openings::{Import, Stored};
use domain::billing::ledger::{Account, Event};
use domain::billing::opening::{OpeningLimits, OpeningState, TakingBack, is_amount, taking_back};
use domain::{ConnectionId, OpeningId, Rupiah};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::openings::{OpeningDecision, OpeningLimitsRequest, OpeningsDecided};
use uuid::Uuid;

pub use crate::sales::rows::opening_lists::of_import;
pub use crate::sales::rows::openings::NewOpening;

/// Balances that one request decides on at most, so that nobody else waits for thousands of them.
const TOGETHER: i64 = 500;

/// Why an opening balance is not taken, or not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The utility has no such connection.
    NoConnection,
    /// No meter is installed there.
    NoMeter,
    /// Its customer is none any more.
    NoCustomer,
    /// It is nothing, or too much.
    Amount,
    /// The connection has one that waits or is booked.
    Stands,
    /// Another one has its identifier, or another admin's import has the import's.
    IdReused,
    /// The connection has no such opening balance.
    NoOpening,
    /// The time to take it back is over, or somebody has gone on from that balance.
    InUse,
}

/// What an operation has done about an opening balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// How far it was before; `None` if it is new.
    pub before: Option<OpeningState>,
    /// How far it is now.
    pub state: OpeningState,
    /// How much it is.
    pub amount: Rupiah,
    /// The balance of its connection before and after, where a transfer was booked.
    pub balance: Option<(Rupiah, Rupiah)>,
}

/// What an operation comes to: refused, or nothing to change, or a change.
type Decided = Result<Option<Change>, Refused>;

/// Takes an opening balance: it is booked, or waits for a second admin. The same again changes nothing.
///
/// # Errors
/// The database.
pub fn bring(tx: &mut Tx<'_>, admin: &Caller, new: &NewOpening<'_>) -> Result<Decided, Error> {
    if let Some(known) = rows::find(tx, new.id)? {
        let is_same = (known.utility, known.import, known.connection_id, known.amount)
            == (admin.utility, new.import, new.connection, new.amount);
        return Ok(if is_same { Ok(None) } else { Err(Refused::IdReused) });
    }
    let (connection, import) = match placed(tx, admin, new)? {
        Ok(placed) => placed,
        Err(refused) => return Ok(Err(refused)),
    };
    let waits = limits(tx, admin.utility)?.needs_second(new.amount, import.alone);
    let state = if waits { OpeningState::Waiting } else { OpeningState::Booked };
    let num = rows::insert(tx, (admin.utility, import.num, connection), new, state)?;
    let balance = if waits {
        None
    } else {
        rows::add_alone(tx, import.num, new.amount)?;
        Some(book(tx, (connection, admin.num), &Event::OpeningBalance(new.amount), booked_key(num))?)
    };
    Ok(Ok(Some(Change { before: None, state, amount: new.amount, balance })))
}

/// The key of the connection that an opening balance is for, and its import; or why it is not taken.
fn placed(tx: &mut Tx<'_>, admin: &Caller, new: &NewOpening<'_>) -> Result<Result<(i64, Import), Refused>, Error> {
    let Some(place) = rows::place(tx, admin.utility, new.connection)? else { return Ok(Err(Refused::NoConnection)) };
    if !is_amount(new.amount) {
        return Ok(Err(Refused::Amount));
    }
    if !place.is_of_customer {
        return Ok(Err(Refused::NoCustomer));
    }
    if !place.has_meter {
        return Ok(Err(Refused::NoMeter));
    }
    if rows::stands(tx, place.num)? {
        return Ok(Err(Refused::Stands));
    }
    let import = match rows::import(tx, admin.utility, new.import)? {
        // What one admin books alone is counted by import, so nobody adds to somebody else's.
        Some(known) if known.asked_by != admin.num => return Ok(Err(Refused::IdReused)),
        Some(known) => known,
        None => rows::add_import(tx, (admin.utility, admin.num), new)?,
    };
    Ok(Ok((place.num, import)))
}

/// Books an event of a connection for somebody; returns the balance before and after it.
fn book(tx: &mut Tx<'_>, (connection, who): (i64, i64), event: &Event, key: String) -> Result<(Rupiah, Rupiah), Error> {
    charging::post(tx, connection)?;
    let before = ledger::balance(tx, connection, Account::Credit)?;
    let context = TransferContext { connection, at: tx.now, month: None, purchase: None, who: Some(who), reason: "" };
    ledger::post_event(tx, &context, event, key)?;
    Ok((before, ledger::balance(tx, connection, Account::Credit)?))
}

fn booked_key(num: i64) -> String {
    format!("opening:{num}")
}

/// Takes an opening balance back: one that waits is withdrawn, one that is booked is reversed. Of one that was declined or taken back there is
/// nothing left to change.
///
/// # Errors
/// The database.
pub fn take_back(tx: &mut Tx<'_>, admin: &Caller, (id, connection): (OpeningId, ConnectionId)) -> Result<Decided, Error> {
    let found = rows::find(tx, id)?.filter(|found| found.utility == admin.utility && found.connection_id == connection);
    let Some(found) = found else { return Ok(Err(Refused::NoOpening)) };
    let is_built_on = found.state == OpeningState::Booked && rows::is_built_on(tx, found.connection, &booked_key(found.num))?;
    let balance = match taking_back(found.state, found.asked_at, tx.now, is_built_on) {
        None => return Ok(Err(Refused::InUse)),
        Some(TakingBack::Nothing) => return Ok(Ok(None)),
        Some(TakingBack::Withdrawn) => None,
        Some(TakingBack::Reversed) => {
            let (event, key) = (Event::OpeningReversal(found.amount), format!("opening_back:{}", found.num));
            Some(book(tx, (found.connection, admin.num), &event, key)?)
        }
    };
    rows::take_back(tx, found.num)?;
    let state = OpeningState::TakenBack;
    Ok(Ok(Some(Change { before: Some(found.state), state, amount: found.amount, balance })))
}

/// Approves or declines what another admin has imported: one opening balance, or all of an import that wait, some hundreds at a time. Approved, they
/// are booked. The same key again goes on where it was, and changes nothing once all is decided.
///
/// # Errors
/// No such opening balance or import of the utility; it is decided (`closed`); the same admin imported it (`same_admin`); no reason (`reason`).
pub fn decide(tx: &mut Tx<'_>, admin: &Caller, asked: &OpeningDecision) -> Result<OpeningsDecided, Error> {
    counter::require_reason(&asked.note)?;
    let waiting = match asked.of {
        Some(of) => one(tx, admin, (asked, of))?,
        None => all(tx, admin, asked)?,
    };
    if waiting.iter().any(|found| found.asked_by == admin.num) {
        return Err(refused("same_admin: whoever imported an opening balance cannot approve it as well"));
    }
    for found in &waiting {
        settle(tx, admin, asked, found)?;
    }
    let left = match asked.of {
        Some(_) => 0,
        None => rows::count_waiting_of(tx, admin.utility, (asked.import, asked.up_to))?,
    };
    Ok(OpeningsDecided { decided: waiting.len() as i64, left })
}

/// One that waits; none if it was decided under the same key.
fn one(tx: &mut Tx<'_>, admin: &Caller, (asked, of): (&OpeningDecision, OpeningId)) -> Result<Vec<Stored>, Error> {
    let found = rows::find(tx, of)?.filter(|found| found.utility == admin.utility && found.import == asked.import);
    let found = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such opening balance"))?;
    if found.state == OpeningState::Waiting {
        return Ok(vec![found]);
    }
    if found.decided_key != Some(asked.key.into_bytes()) {
        return Err(refused("closed: somebody has decided about it"));
    }
    // One that was booked may have been taken back since.
    let is_other = (found.state == OpeningState::Declined) == asked.approve;
    if is_other { Err(refused("key: this key is of another decision")) } else { Ok(Vec::new()) }
}

/// The next ones of an import that wait; none if the rest was decided under the same key.
fn all(tx: &mut Tx<'_>, admin: &Caller, asked: &OpeningDecision) -> Result<Vec<Stored>, Error> {
    let waiting = rows::waiting_of(tx, admin.utility, (asked.import, asked.up_to), TOGETHER)?;
    if !waiting.is_empty() || rows::is_decided_by(tx, admin.utility, asked.import, asked.key)? {
        return Ok(waiting);
    }
    match rows::import(tx, admin.utility, asked.import)? {
        Some(_) => Err(refused("closed: somebody has decided about it")),
        None => Err(Error::problem(Code::NotFound, "there is no such import")),
    }
}

/// Books one that waits, or does not, with its entry in the audit log.
fn settle(tx: &mut Tx<'_>, admin: &Caller, asked: &OpeningDecision, found: &Stored) -> Result<(), Error> {
    let (before, state, kind) = if asked.approve {
        let who = (found.connection, found.asked_by);
        let (before, _) = book(tx, who, &Event::OpeningBalance(found.amount), booked_key(found.num))?;
        (before, OpeningState::Booked, "approve_opening")
    } else {
        (ledger::balance(tx, found.connection, Account::Credit)?, OpeningState::Declined, "decline_opening")
    };
    rows::decide(tx, found.num, state, (admin.num, asked.key))?;
    let moved = Moved { amount: found.amount, before, reason: asked.note.trim() };
    counter::record(tx, admin, (kind, asked.key), (found.connection_id, found.connection), &moved)
}

/// What one admin books alone at a utility.
///
/// # Errors
/// The database.
pub fn limits(db: &Db, utility: i64) -> Result<OpeningLimits, Error> {
    Ok(rows::limits(db, utility)?.unwrap_or_default())
}

/// Sets what one admin books alone, once for each key; what waits already waits on.
///
/// # Errors
/// The amounts can be no limits (`opening_limits`), or the database.
pub fn set_limits(tx: &mut Tx<'_>, admin: &Caller, asked: &OpeningLimitsRequest) -> Result<OpeningLimits, Error> {
    let wanted = asked.limits.checked();
    let wanted = wanted.map_err(|error| refused(&format!("opening_limits: {error}")))?;
    if !rows::is_recorded(tx, admin.utility, asked.key)? {
        let before = limits(tx, admin.utility)?;
        rows::set_limits(tx, admin.utility, wanted)?;
        let text = |limit: Rupiah| limit.0.to_string();
        let changes = [
            ("opening_per_row", text(before.per_row), text(wanted.per_row)),
            ("opening_per_import", text(before.per_import), text(wanted.per_import)),
        ];
        let entry = audit::Entry::by(admin, ("set_opening_limits", asked.key), (Office::Payments as u8, Uuid::nil()));
        audit::record(tx, &entry, changes.into_iter().filter(|(_, before, after)| before != after))?;
    }
    limits(tx, admin.utility)
}

fn refused(detail: &str) -> Error {
    Error::problem(Code::BadRequest, detail)
}

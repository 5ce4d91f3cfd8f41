//! Cases of meters in a simulation: the server finds some, some are over by themselves, some are withdrawn; and people answer them.

use super::device::Device;
use domain::alerts::case::{CaseAnswer, Cause, Found};
use domain::leaks::Severity;
use domain::{ConnectionId, Millilitres};
use protocol::sync::push::Operation;
use sync_server::cases::rows::cases::{self, Finding};
use sync_server::cases::shown;
use sync_server::core::Tx;
use sync_server::error::Error;
use uuid::Uuid;

/// What people say to cases. That something is not normal any more is left out: when a connection moves, the schema ends what was called
/// normal by the clock of the machine, which is not the simulation's.
const ANSWERS: [CaseAnswer; 6] = [
    CaseAnswer::Normal,
    CaseAnswer::Repaired,
    CaseAnswer::NeedsTechnician,
    CaseAnswer::Investigating,
    CaseAnswer::Confirmed,
    CaseAnswer::FalsePositive,
];

/// What happens to a case, by the identifier of its row.
pub enum Happened {
    /// It is found.
    Found {
        /// Which.
        row: String,
        /// Whether it is about the water behind the meter.
        is_the_customers: bool,
    },
    /// It is over by itself.
    Over(String),
    /// What it was found by is no more.
    Withdrawn(String),
}

fn row_id(connection: [u8; 16], no: u32) -> String {
    format!("{}/{no}", Uuid::from_bytes(connection))
}

/// Something happens to a case; it is mostly found.
///
/// # Errors
/// The database.
pub fn happen(tx: &mut Tx<'_>, pick: u32) -> Result<Happened, Error> {
    let open = open(tx)?;
    let one = open.get(pick as usize / 16 % open.len().max(1));
    match (pick % 4, one) {
        (1, Some((num, _, row))) => {
            let now = tx.now;
            cases::clear(tx, *num, now)?;
            publish(tx, *num)?;
            Ok(Happened::Over(row.clone()))
        }
        (2, Some((num, meter, row))) => {
            tx.db.execute("UPDATE meter_case SET doubtful = 1 WHERE num = ?1", [num])?;
            for withdrawn in cases::withdraw_doubtful(tx, *meter)? {
                publish(tx, withdrawn)?;
            }
            Ok(Happened::Withdrawn(row.clone()))
        }
        _ => find(tx, pick),
    }
}

/// Cases that go on: key, meter, identifier.
fn open(tx: &Tx<'_>) -> Result<Vec<(i64, i64, String)>, Error> {
    let mut query = tx.db.prepare(
        "SELECT k.num, k.meter, c.id, k.no FROM meter_case k JOIN connection c ON c.num = k.connection
         WHERE k.cleared_at IS NULL AND k.withdrawn_at IS NULL ORDER BY k.num",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row_id(row.get(2)?, row.get(3)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A case at one of the meters that are installed, also at one that an import added.
fn find(tx: &mut Tx<'_>, pick: u32) -> Result<Happened, Error> {
    let meters: Vec<(i64, i64, [u8; 16])> = {
        let mut query = tx.db.prepare(
            "SELECT m.num, c.num, c.id FROM installation i JOIN meter m ON m.num = i.meter JOIN connection c ON c.num = i.connection
             WHERE i.until IS NULL ORDER BY m.id",
        )?;
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?
    };
    let (meter, connection, id) = meters[(pick >> 8) as usize % meters.len()];
    let now = tx.now;
    let cause = if pick.is_multiple_of(3) { Cause::Magnet } else { Cause::Burst };
    let found = Found::Events { count: 1, last: now, register: None, register_last: None };
    let finding = Finding {
        meter,
        connection,
        cause,
        severity: [Severity::Minor, Severity::Severe][pick as usize / 4 % 2],
        start: now,
        at: now,
        rate: 0,
        loss: Millilitres::ZERO,
        found: &found,
    };
    let num = cases::insert(tx, &finding)?;
    publish(tx, num)?;
    let no = tx.db.query_row("SELECT no FROM meter_case WHERE num = ?1", [num], |row| row.get(0))?;
    Ok(Happened::Found { row: row_id(id, no), is_the_customers: cause.is_the_customers() })
}

fn publish(tx: &mut Tx<'_>, case: i64) -> Result<(), Error> {
    shown::publish(tx, case)?;
    shown::notify(tx, case)
}

/// An answer to one of the cases that a device shows.
pub fn answer(device: &Device, pick: u32) -> Option<Operation> {
    let list = |db: &rusqlite::Connection| {
        let mut query = db.prepare("SELECT id FROM meter_case ORDER BY id")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let shown = device.store.as_ref()?.read_now(list).ok()?;
    let (connection, no) = shown.get((pick >> 8) as usize % shown.len().max(1))?.split_once('/')?;
    let (connection, no) = (ConnectionId(connection.parse().ok()?), no.parse().ok()?);
    let remark = if pick.is_multiple_of(2) { String::new() } else { format!("v{}-{}", device.number, pick % 9_973) };
    Some(Operation::AnswerCase { connection, no, answer: ANSWERS[pick as usize / 2 % ANSWERS.len()], remark })
}

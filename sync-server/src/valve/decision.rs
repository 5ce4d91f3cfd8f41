//! What a connection's balance makes of its valve: `domain::valve::decision` decides, this knows what was asked, said and seen.

use crate::core::Tx;
use crate::error::Error;
use crate::valve::evaluation::BalanceState;
use crate::valve::orders;
use crate::valve::orders::{Known, NewOrder};
use domain::billing::balance::{Protected, ValveWish};
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::metering::meter::Valve;
use domain::valve::decision::{
    Cause, Held, OrderRecord, Policy, SETTLES_MS, Seen, Situation, ValveTask, held, judge, next_try, until,
};
use domain::valve::order::OrderState;
use domain::{LocalDay, Rupiah, UtcMillis};
use protocol::metering::messages::OrderAction;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Commands that are looked back on: more than a valve that does not obey gets in a week. What ended before anybody heard of it is none of
/// them: a meter may be silent for months, and what it was told before that holds.
const BACK: i64 = 40;

/// While nothing is heard of what a command came to, it is looked for this often, and for so long.
const LOOK_EVERY_MS: i64 = 10 * MINUTE_MS;
const LOOK_FOR_MS: i64 = DAY_MS;

const fn action(task: ValveTask) -> OrderAction {
    match task {
        ValveTask::Open => OrderAction::OpenValve,
        ValveTask::Close => OrderAction::CloseValve,
    }
}

/// A valve command of a meter.
struct Asked {
    num: i64,
    connection: Option<i64>,
    /// Whether it may have reached the meter.
    was_sent: bool,
    told: OrderRecord,
}

impl Asked {
    const fn known(&self) -> Known {
        (self.num, self.told.state, self.connection)
    }

    /// Whether it is the balance's, of this connection.
    fn is_ours(&self, connection: i64) -> bool {
        self.told.cause == Cause::Credit && self.connection == Some(connection)
    }

    /// Whether it may have moved the valve: the balance's as soon as it is sent, anybody else's once it is done.
    fn may_have_moved(&self, connection: i64) -> bool {
        self.was_sent && (self.is_ours(connection) || self.told.state == OrderState::Completed)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Asked> {
    let (task, cause, seen): (String, String, Option<String>) = (row.get(2)?, row.get(3)?, row.get(7)?);
    let seen_at: Option<i64> = row.get(8)?;
    let seen = seen.and_then(|word| Seen::from_word(&word)).zip(seen_at.map(UtcMillis));
    let told = OrderRecord {
        task: if task == OrderAction::OpenValve.as_str() { ValveTask::Open } else { ValveTask::Close },
        cause: if cause == Cause::Credit.as_str() { Cause::Credit } else { Cause::Person },
        state: orders::state(row, 4)?,
        ended_at: row.get::<_, Option<i64>>(6)?.map(UtcMillis),
        seen,
    };
    Ok(Asked { num: row.get(0)?, connection: row.get(1)?, was_sent: row.get::<_, Option<i64>>(5)?.is_some(), told })
}

/// The valve commands of a meter, the newest first.
fn asked(db: &Connection, meter: i64) -> Result<Vec<Asked>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, connection, do, cause, state, sent_at, ended_at, seen, seen_at FROM meter_order INDEXED BY meter_order_meter
         WHERE meter = ?1 AND do IN ('open_valve', 'close_valve') AND (sent_at IS NOT NULL OR ended_at IS NULL) ORDER BY num DESC LIMIT ?2",
    )?;
    Ok(query.query_map([meter, BACK], read)?.collect::<Result<_, _>>()?)
}

/// The newest command that may have moved the valve.
fn newest(asked: &[Asked], connection: i64) -> Option<&OrderRecord> {
    asked.iter().find(|one| one.may_have_moved(connection)).map(|one| &one.told)
}

/// Keeps since when a connection's valve may be closed for want of credit, after something happened to its meter's commands.
///
/// # Errors
/// The database.
pub(crate) fn keep_hold(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let meter: Option<i64> = tx
        .db
        .prepare_cached("SELECT meter FROM installation WHERE connection = ?1 AND until IS NULL")?
        .query_row([connection], |row| row.get(0))
        .optional()?;
    let asked = meter.map_or_else(|| Ok(Vec::new()), |meter| asked(tx, meter))?;
    write_hold(tx, connection, held(newest(&asked, connection)))
}

fn write_hold(tx: &mut Tx<'_>, connection: i64, held: Held) -> Result<(), Error> {
    let now = tx.now;
    let is_held = held != Held::No;
    tx.db
        .prepare_cached(
            "UPDATE supply_state SET closed_for_credit = CASE WHEN ?2 THEN ?3 END
         WHERE connection = ?1 AND (closed_for_credit IS NOT NULL) <> ?2",
        )?
        .execute(params![connection, is_held, now.0])?;
    Ok(())
}

/// The valve as its meter reported it last, and when the meter read it.
fn report(db: &Connection, meter: i64) -> Result<(Valve, UtcMillis), Error> {
    let mut query = db.prepare_cached("SELECT valve, valve_t FROM meter_state WHERE meter = ?1 AND valve_t IS NOT NULL")?;
    let found =
        query.query_row([meter], |row| Ok((Valve::from_str_or_unknown(&row.get::<_, String>(0)?), UtcMillis(row.get(1)?))));
    Ok(found.optional()?.unwrap_or((Valve::Unknown, UtcMillis(i64::MIN))))
}

fn protected(db: &Connection, place: &BalanceState, now: UtcMillis) -> Result<Protected, Error> {
    let mut query = db.prepare_cached("SELECT day FROM holiday WHERE utility = ?1 AND day >= ?2")?;
    let days = query.query_map(params![place.utility, place.zone.day_of(now).0], |row| row.get(0).map(LocalDay))?;
    let (from_hour, until_hour) = place.protected;
    Ok(Protected { from_hour, until_hour, holidays: days.collect::<Result<_, _>>()? })
}

/// What a look at a valve came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Looked {
    /// When it is to be looked at again, if nothing happens before.
    pub again: Option<UtcMillis>,
    /// A balance above this opens it; far below any where it is not held.
    pub opens_above: Rupiah,
}

const NOTHING: Looked = Looked { again: None, opens_above: Rupiah(i64::MIN) };

/// Decides about a connection's valve, asks for what is wanted and takes back what is wanted no more.
///
/// # Errors
/// The database.
pub(crate) fn apply(tx: &mut Tx<'_>, place: &BalanceState, (balance, lent): (Rupiah, Rupiah)) -> Result<Looked, Error> {
    let now = tx.now;
    let Some(meter) = place.meter else {
        write_hold(tx, place.connection, Held::No)?;
        return Ok(NOTHING);
    };
    let mut asked = asked(tx, meter)?;
    if asked.is_empty() && balance > Rupiah(0) && !place.is_held {
        return Ok(NOTHING);
    }
    let (reported, reported_at) = report(tx, meter)?;
    see(tx, &mut asked, place.connection, (reported, reported_at))?;
    let newest = newest(&asked, place.connection).copied();
    let held = held(newest.as_ref());
    write_hold(tx, place.connection, held)?;
    let protected = protected(tx, place, now)?;
    let (policy, zone) = (place.policy, place.zone);
    let here = Situation { balance, lent, policy, held, reported, zone, protected: &protected };
    let wish = here.wish(now);
    let again = match wish {
        ValveWish::Open => ask(tx, (place, meter), &asked, ValveTask::Open, &protected)?,
        ValveWish::Close => ask(tx, (place, meter), &asked, ValveTask::Close, &protected)?,
        ValveWish::Leave => None,
    };
    take_back(tx, &asked, &here, wish)?;
    let again = [again, here.changes_at(now), unheard(newest.as_ref(), now)].into_iter().flatten().min();
    Ok(Looked { again, opens_above: if held == Held::No { NOTHING.opens_above } else { here.opens_above() } })
}

/// Notes what the valve says of the balance's newest command.
fn see(tx: &mut Tx<'_>, asked: &mut [Asked], connection: i64, (reported, at): (Valve, UtcMillis)) -> Result<(), Error> {
    let now = tx.now;
    let newest = asked.iter_mut().find(|one| one.may_have_moved(connection));
    let Some(newest) = newest.filter(|one| one.told.cause == Cause::Credit) else { return Ok(()) };
    let Some(seen) = judge(&newest.told, reported, at) else { return Ok(()) };
    newest.told.seen = Some((seen, now));
    if seen == Seen::Contradicts {
        tracing::warn!(command = newest.num, "a valve is not as its meter said that it had made it");
        metrics::counter!("indowater_commands_contradicted_total").increment(1);
    }
    tx.db.prepare_cached("UPDATE meter_order SET seen = ?2, seen_at = ?3 WHERE num = ?1")?.execute(params![
        newest.num,
        seen.as_str(),
        now.0
    ])?;
    Ok(())
}

/// Asks for a task unless it is asked for, or it is too early to ask again: then it returns from when on it is not.
fn ask(
    tx: &mut Tx<'_>,
    (place, meter): (&BalanceState, i64),
    asked: &[Asked],
    task: ValveTask,
    protected: &Protected,
) -> Result<Option<UtcMillis>, Error> {
    let now = tx.now;
    if asked.iter().any(|one| one.told.task == task && one.told.state.is_open()) {
        return Ok(None);
    }
    let ours = asked.iter().filter(|one| one.was_sent && one.is_ours(place.connection)).map(|one| &one.told);
    let from = next_try(task, ours);
    if from > now {
        return Ok(Some(from));
    }
    let new = NewOrder {
        meter,
        connection: Some(place.connection),
        action: action(task),
        until: until(task, now, place.zone, protected),
        cause: Cause::Credit,
        who: None,
        reason: "",
    };
    orders::make(tx, &new)?;
    Ok(None)
}

/// Ends the balance's commands that are wanted no more. One that was not sent is as good as never asked for; a close that may be carried out
/// is overtaken by its open, so that a meter that connects anew does not get it again behind that. An open that may be carried out is let
/// be: a wish to close comes when it is done.
fn take_back(tx: &mut Tx<'_>, asked: &[Asked], here: &Situation<'_>, wish: ValveWish) -> Result<(), Error> {
    for one in asked.iter().filter(|one| one.told.cause == Cause::Credit && one.told.state.is_open()) {
        let never_heard = one.told.state == OrderState::Pending;
        match one.told.task {
            ValveTask::Close if wish == ValveWish::Open => {
                orders::end(tx, one.known(), if never_heard { "withdrawn" } else { "overtaken" })?;
            }
            ValveTask::Close if never_heard && (here.balance > Rupiah(0) || here.policy == Policy::Off) => {
                orders::end(tx, one.known(), "withdrawn")?;
            }
            ValveTask::Open if never_heard && here.balance <= here.opens_above() => {
                orders::end(tx, one.known(), "withdrawn")?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// When to look for what a command came to, while nothing is heard of it.
fn unheard(newest: Option<&OrderRecord>, now: UtcMillis) -> Option<UtcMillis> {
    let told = newest.filter(|told| told.cause == Cause::Credit && told.seen.is_none())?;
    let ended = told.ended_at?;
    let first = ended.plus(SETTLES_MS + MINUTE_MS);
    if first > now { Some(first) } else { Some(now.plus(LOOK_EVERY_MS)).filter(|_| now.since(ended) < LOOK_FOR_MS) }
}

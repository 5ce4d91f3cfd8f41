//! Where connections stand: whose balance has reached another level, whose day or month is over and not posted, and what that makes of valves.
//!
//! Nobody looks at a connection of which there is no news. `supply_state.due_at` says when it is looked at next: triggers set it to now when
//! something happens that could change what a look finds, and a look sets it to when something comes due by itself, the end of the local day at
//! the latest. Use alone is news only when it leaves the range in which the level stays.

use crate::billing::{charging, credit, ledger, prices};
use crate::core::Tx;
use crate::error::Error;
use crate::valve::decision;
use domain::billing::balance::{Level, Standing, Thresholds, level};
use domain::billing::ledger::Account;
use domain::billing::level_stability;
use domain::billing::tariff::TariffVersion;
use domain::valve::decision::Policy;
use domain::{LocalDay, Rupiah, TimeZone, UtcMillis};
use rusqlite::{Connection, OptionalExtension, params};

/// Connections that one run looks at, at most.
const LOOKS: i64 = 20_000;

/// Connections that the writer looks at in one transaction, at most: whatever else moved stays due, and is the next run's.
const MOVED: i64 = 1_000;

/// A connection that is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its key.
    pub connection: i64,
}

/// The question that finds them.
pub const TURNS: &str = "SELECT connection FROM supply_state WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2";

/// The connections of which there is news, or something is due: what has waited longest comes first. It costs as much as it finds.
///
/// # Errors
/// The database.
pub fn turns(db: &Connection, now: UtcMillis) -> Result<Vec<Turn>, Error> {
    let mut query = db.prepare_cached(TURNS)?;
    let found = query.query_map([now.0, LOOKS], |row| Ok(Turn { connection: row.get(0)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The connections that are due because their money has moved: those of which devices have not been told yet.
///
/// # Errors
/// The database.
pub fn moved(db: &Connection) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT n.num FROM pending_billing_changes n JOIN supply_state s ON s.connection = n.num WHERE n.kind = 'credit' AND s.due_at = 0 LIMIT ?1",
    )?;
    Ok(query.query_map([MOVED], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// What is kept of a connection that is charged, and what its customer and its utility want.
pub(crate) struct BalanceState {
    pub connection: i64,
    pub utility: i64,
    pub zone: TimeZone,
    pub policy: Policy,
    /// Local hours from which on, and until before which, the night is protected.
    pub protected: (usize, usize),
    /// The meter that is installed there.
    pub meter: Option<i64>,
    /// Whether its valve may be closed for want of credit.
    pub is_held: bool,
    thresholds: Thresholds,
    level: Level,
    posted_day: i32,
    fee_month: i32,
}

fn place(db: &Connection, connection: i64) -> Result<Option<BalanceState>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.utility, z.time_zone, u.valve_policy, u.protected_from, u.protected_until, i.meter, s.closed_for_credit IS NOT NULL,
           cu.low_rupiah, cu.low_days, s.level, s.posted_day, s.fee_month
         FROM supply_state s JOIN connection c ON c.num = s.connection JOIN customer cu ON cu.num = c.customer
         JOIN zone z ON z.num = c.zone JOIN utility u ON u.num = c.utility
         LEFT JOIN installation i ON i.connection = c.num AND i.until IS NULL
         WHERE s.connection = ?1 AND s.due_at IS NOT NULL",
    )?;
    let found = query.query_row([connection], |row| {
        let (zone, policy, level): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(9)?);
        Ok(BalanceState {
            connection,
            utility: row.get(0)?,
            zone: TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta),
            policy: if policy == "off" { Policy::Off } else { Policy::On },
            protected: (usize::from(row.get::<_, u8>(3)?), usize::from(row.get::<_, u8>(4)?)),
            meter: row.get(5)?,
            is_held: row.get(6)?,
            thresholds: Thresholds { rupiah: Rupiah(row.get(7)?), days: row.get(8)? },
            level: Level::from_word(&level).unwrap_or_default(),
            posted_day: row.get(10)?,
            fee_month: row.get(11)?,
        })
    });
    Ok(found.optional()?)
}

/// Looks at a connection: posts what is to be posted, keeps its level, decides about its valve, and says when it is to be looked at again. The
/// writer calls it where a group of jobs has moved money, within their transaction. One that is not charged is left alone.
///
/// # Errors
/// The database.
pub fn reevaluate(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let now = tx.now;
    let Some(place) = place(tx, connection)? else { return Ok(()) };
    let today = place.zone.day_of(now);
    let versions = prices::of_connection(tx, connection)?;
    let (mut running, is_open) = unposted(tx, connection)?;
    let mut standing = stands(tx, &versions, connection, running, today)?;
    let is_over = (is_open && place.posted_day < today.0) || place.fee_month < today.month().0;
    if is_over || level(place.level, standing, place.thresholds) != place.level {
        charging::post(tx, connection)?;
        (running, _) = unposted(tx, connection)?;
        standing = stands(tx, &versions, connection, running, today)?;
    }
    let found = level(place.level, standing, place.thresholds);
    let lent = Rupiah(-ledger::balance(tx, connection, Account::Emergency)?.0);
    let valve = decision::apply(tx, &place, (standing.balance, lent))?;
    let midnight = place.zone.start_of(today.plus(1));
    let due = valve.again.map_or(midnight, |again| again.clamp(now.plus(1), midnight));
    let (low, high) = level_stability::range(found, standing, place.thresholds);
    // What a late reading gives back may open a valve.
    let high = if valve.opens_above >= standing.balance { high.min(valve.opens_above) } else { high };
    // The same as amounts that are used and not posted.
    let credit = standing.balance.0 + running.0;
    tx.db
        .prepare_cached(
            "UPDATE supply_state SET level = ?2, due_at = ?3, stable_from = ?4, stable_to = ?5 WHERE connection = ?1",
        )?
        .execute(params![connection, found.as_str(), due.0, credit - high.0, credit - low.0])?;
    if found != place.level {
        tx.db
            .prepare_cached("INSERT OR IGNORE INTO pending_billing_changes (kind, num) VALUES ('credit', ?1)")?
            .execute([connection])?;
    }
    Ok(())
}

/// The balance of a connection with what is used and not posted, and how long it lasts.
fn stands(
    tx: &mut Tx<'_>,
    versions: &[TariffVersion],
    connection: i64,
    running: Rupiah,
    today: LocalDay,
) -> Result<Standing, Error> {
    let balance = Rupiah(ledger::balance(tx, connection, Account::Credit)?.0 - running.0);
    let tenths_of_days_left = match balance {
        Rupiah(..=0) => None,
        balance => credit::forecast(tx, versions, connection, balance, today)?.tenths_of_days,
    };
    Ok(Standing { balance, tenths_of_days_left })
}

/// What is used and not posted, and whether anything is to be posted: differences may add up to nothing.
fn unposted(db: &Connection, connection: i64) -> Result<(Rupiah, bool), Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(SUM(due_water - posted_water + due_tax - posted_tax), 0), COUNT(*) > 0 FROM month_charge
         WHERE connection = ?1 AND (due_water <> posted_water OR due_tax <> posted_tax)",
    )?;
    Ok(query.query_row([connection], |row| Ok((Rupiah(row.get(0)?), row.get(1)?)))?)
}

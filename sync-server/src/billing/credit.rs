//! Credit, statements and tariffs as devices hold them, published in the transaction that changed them.

use crate::billing::prices::Prices;
use crate::billing::rows::credit::ChangeKind;
use crate::billing::rows::{connections, credit, supply, tariffs};
use crate::billing::{charging, emergency, ledger, rows};
use crate::core::feed::RowId;
use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::balance::{Standing, Thresholds, level};
use domain::billing::charging::so_far;
use domain::billing::forecast::{BalanceForecast, Here, USUAL_DAYS, lasts, usual_day};
use domain::billing::ledger::Account;
use domain::billing::tariff::TariffVersion;
use domain::{ConnectionId, LocalDay, Millilitres, Rupiah, TimeZone};
use protocol::sync::rows::{Credit, Entity, StatementLine, Tariff};
use serde_json::value::RawValue;
use uuid::Uuid;

pub use crate::billing::rows::supply::level as kept_level;

/// Publishes a row of billing's own that has changed. `num` is its key.
pub(crate) fn publish(tx: &mut Tx<'_>, prices: &mut Prices, kind: ChangeKind, num: i64) -> Result<(), Error> {
    match kind {
        ChangeKind::Tariff => publish_tariff(tx, num),
        ChangeKind::Credit => publish_credit(tx, prices, num),
        ChangeKind::Statement => publish_line(tx, num),
        // Sales publishes it.
        ChangeKind::Purchase => Ok(()),
    }
}

fn publish_tariff(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let (utility, id) = tariffs::utility_and_id(tx, num)?;
    let public = tx.bucket(utility, "public")?;
    match tariffs::find(tx, Uuid::from_bytes(id))? {
        Some(_) => tx.put(public, Entity::Tariff, &RowId::of(id), 1),
        None => tx.remove(public, Entity::Tariff, &RowId::of(id)),
    }
}

fn publish_line(tx: &mut Tx<'_>, transfer: i64) -> Result<(), Error> {
    // What does not change the credit is no line of the statement; a line past what a row's key can name is only on the server.
    let line = rows::ledger::connection_of_line(tx, transfer)?.zip(i32::try_from(transfer).ok());
    let Some((connection, no)) = line else { return Ok(()) };
    let (id, bucket) = holder(tx, connection)?;
    tx.put(bucket, Entity::Statement, &RowId::at(id, no), 1)
}

/// Identifier of a connection, and the bucket of its customer, who holds its credit and statement.
fn holder(tx: &mut Tx<'_>, connection: i64) -> Result<([u8; 16], i64), Error> {
    let owner = connections::owner(tx, connection)?;
    Ok((owner.connection, tx.bucket(owner.utility, format!("customer:{}", owner.customer))?))
}

/// Publishes a connection's credit, if it differs from what was published and the connection is charged at all.
///
/// # Errors
/// The database.
pub fn publish_credit(tx: &mut Tx<'_>, prices: &mut Prices, connection: i64) -> Result<(), Error> {
    let prices = prices.of(tx, connection)?;
    if prices.is_empty() {
        return Ok(());
    }
    let (id, bucket) = holder(tx, connection)?;
    let admin = tx.bucket(connections::owner(tx, connection)?.utility, "admin")?;
    let now = compute(tx, &prices, connection, ConnectionId(Uuid::from_bytes(id)))?;
    if let Some(before) = credit::published(tx, connection)?
        && before == (Credit { at: before.at, ..now.clone() })
    {
        return Ok(());
    }
    let rev = credit::keep_published(tx, connection, &now)?;
    // Admins list balances, and read no statement on a device.
    [bucket, admin].into_iter().try_for_each(|bucket| tx.put(bucket, Entity::Credit, &RowId::of(id), rev))
}

fn compute(tx: &mut Tx<'_>, prices: &[TariffVersion], connection: i64, id: ConnectionId) -> Result<Credit, Error> {
    let zone = charging::time_zone(tx, connection)?;
    let posted = ledger::balance(tx, connection, Account::Credit)?;
    let running = charging::running(tx, connection)?;
    let balance = Rupiah(posted.0 - running.0);
    let lasts = forecast(tx, prices, connection, balance, zone)?;
    let thresholds = connections::thresholds(tx, connection)?;
    let standing = Standing { balance, tenths_of_days_left: lasts.tenths_of_days };
    Ok(Credit {
        connection: id,
        posted,
        running,
        lent: emergency::lent_amount(tx, connection)?,
        can_borrow: emergency::can_borrow(tx, connection)?,
        full: rows::ledger::credit_after_last_purchase(tx, connection)?,
        lasts,
        thresholds,
        level: level(supply::level(tx, connection)?, standing, thresholds),
        at: tx.now,
    })
}

/// How long a balance of a connection lasts.
///
/// # Errors
/// The database.
pub fn forecast(
    tx: &mut Tx<'_>,
    prices: &[TariffVersion],
    connection: i64,
    balance: Rupiah,
    zone: TimeZone,
) -> Result<BalanceForecast, Error> {
    let today = zone.day_of(tx.now);
    let month = today.month();
    let volume = rows::charging::month_volume(tx, connection, month)?;
    let so_far = so_far(prices, today, volume, || charging::days(tx, connection, month))?;
    let usual = usual(tx, connection, today)?;
    Ok(lasts(&Here { versions: prices, so_far: &so_far, now: tx.now, zone }, balance, usual))
}

/// What a usual day takes: computed once a day.
fn usual(tx: &mut Tx<'_>, connection: i64, today: LocalDay) -> Result<Option<Millilitres>, Error> {
    // As long as too few days are known, the next reading may bring them.
    if let Some((Some(usual), of)) = credit::usual_day(tx, connection)?
        && of == today
    {
        return Ok(Some(usual));
    }
    let days = rows::charging::days_between(tx, connection, today.plus(-USUAL_DAYS)..today)?;
    let usual = usual_day(&days);
    credit::keep_usual_day(tx, connection, usual, today)?;
    Ok(usual)
}

/// A connection's credit as it was published last; none while nothing is charged there.
///
/// # Errors
/// The database.
pub fn published(db: &Db, connection: i64) -> Result<Option<Credit>, Error> {
    credit::published(db, connection)
}

/// The limits for a low balance that hold for a connection: its own, or those of its customer.
///
/// # Errors
/// The database.
pub fn thresholds(db: &Db, connection: i64) -> Result<Thresholds, Error> {
    connections::thresholds(db, connection)
}

/// The body of a connection's credit, as it was written last; none if it is not there.
///
/// # Errors
/// The database.
pub fn body(db: &Db, connection: Uuid) -> Result<Option<Box<RawValue>>, Error> {
    let body = credit::body(db, connection)?.map(RawValue::from_string);
    body.transpose().map_err(|error| Error::Setup(format!("a row cannot be written as JSON: {error}")))
}

/// A line of a connection's statement; none if it is not there.
///
/// # Errors
/// The database.
pub fn line(db: &Db, connection: Uuid, no: Option<i32>) -> Result<Option<StatementLine>, Error> {
    rows::ledger::line(db, connection, no.unwrap_or_default())
}

/// The lines of a statement by which money of a purchase went back, the oldest first.
///
/// # Errors
/// The database.
pub fn lines_of_returns(db: &Db, purchase: Uuid) -> Result<Vec<StatementLine>, Error> {
    rows::ledger::lines_of_returns(db, purchase)
}

/// A tariff; none if it is not there.
///
/// # Errors
/// The database.
pub fn tariff(db: &Db, id: Uuid) -> Result<Option<Tariff>, Error> {
    Ok(tariffs::find(db, id)?.map(|version| Tariff { id, version }))
}

//! What admins see and do with money beside the counter: versions of tariffs, purchases of a connection, refunds by the gateway, and the
//! entry in the audit log for each change.

use crate::billing::{ledger, tariffs};
use crate::core::Tx;
use crate::core::audit;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::sales::{counter, purchases};
use domain::billing::ledger::{Account, Channel};
use domain::billing::tariff::{TariffClass, preview};
use domain::sales::payment::OrderId;
use domain::{ConnectionId, LocalDay, Rupiah, TimeZone, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::admin::{NewTariff, PURCHASES, PurchasePage, PurchaseRow, TariffRow, Tariffs};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// A field, before and after.
pub(crate) struct Change {
    pub field: &'static str,
    pub before: String,
    pub after: String,
}

/// Notes in the audit log who changed what. `of` is the kind's number and the row.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    who: &Caller,
    (kind, op): (&str, Uuid),
    (entity, row): (u8, Uuid),
    changes: &[Change],
) -> Result<(), Error> {
    let entry = audit::Entry { utility: who.utility, user: who.num, kind, op, occurred_at: None, row: (entity, row) };
    audit::record(tx, &entry, changes.iter().map(|change| (change.field, change.before.clone(), change.after.clone())))
}

/// The local day it is in the zone of a utility whose day begins first.
///
/// # Errors
/// The database.
pub fn today(db: &Connection, utility: i64, now: UtcMillis) -> Result<LocalDay, Error> {
    let mut query = db.prepare_cached("SELECT DISTINCT time_zone FROM zone WHERE utility = ?1")?;
    let zones = query.query_map([utility], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let days = zones.iter().filter_map(|name| TimeZone::from_iana(name)).map(|zone| zone.day_of(now));
    Ok(days.max().unwrap_or_else(|| TimeZone::Jakarta.day_of(now)))
}

/// All versions of a utility's tariffs.
///
/// # Errors
/// The database, or blocks that cannot be read.
pub fn all_tariffs(db: &Connection, utility: i64, now: UtcMillis) -> Result<Tariffs, Error> {
    let mut versions = Vec::new();
    for class in TariffClass::ALL {
        let made = db
            .prepare_cached(
                "SELECT t.id, COALESCE(u.name, ''), t.at FROM tariff_version t LEFT JOIN user u ON u.num = t.author
                 WHERE t.utility = ?1 AND t.class = ?2 ORDER BY t.num",
            )?
            .query_map(params![utility, class.as_str()], |row| {
                Ok((Uuid::from_bytes(row.get(0)?), row.get::<_, String>(1)?, UtcMillis(row.get(2)?)))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let found = made.into_iter().zip(tariffs::versions(db, utility, class)?);
        versions.extend(found.map(|((id, author, at), version)| TariffRow { id, version, author, at }));
    }
    Ok(Tariffs { today: today(db, utility, now)?, versions })
}

/// Adds a version that begins tomorrow or later. The same identifier again is the same version.
///
/// # Errors
/// It is none (the detail begins with the field's word), it begins today or earlier (`starts`), or the database.
pub fn add_tariff(tx: &mut Tx<'_>, admin: &Caller, new: &NewTariff) -> Result<(), Error> {
    let now = tx.now;
    let known: bool = tx
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM tariff_version WHERE id = ?1)")?
        .query_row([new.id.as_bytes()], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    let version = &new.version;
    preview::check(version).map_err(|wrong| Error::problem(Code::BadRequest, wrong.to_string()))?;
    let today = today(tx, admin.utility, now)?;
    if !(today.0 + 1..=today.0 + FURTHEST).contains(&version.effective_from.0) {
        return Err(Error::problem(Code::BadRequest, "starts: a version begins tomorrow at the earliest, and within ten years"));
    }
    tariffs::add(tx, admin.utility, new.id, version, Some(admin.num))?;
    let (year, month, day) = version.effective_from.ymd();
    let changes = [
        Change { field: "tariff_class", before: String::new(), after: version.class.as_str().into() },
        Change { field: "starts", before: String::new(), after: format!("{year:04}-{month:02}-{day:02}") },
    ];
    record(tx, admin, ("add_tariff", new.id), (Office::Tariff as u8, new.id), &changes)
}

/// Days ahead at most.
const FURTHEST: i32 = 3_653;

/// A connection's purchases, the newest first.
///
/// # Errors
/// The connection is not in the caller's scope, or the database.
pub fn purchases_of(
    db: &Connection,
    caller: &Caller,
    (connection, before): (ConnectionId, Option<i64>),
) -> Result<PurchasePage, Error> {
    let (connection, ..) = purchases::in_scope(db, caller, connection)?;
    let mut query = db.prepare_cached(
        "SELECT p.num, p.id, p.review, u.name, y.order_id, y.state FROM purchase p JOIN user u ON u.num = p.buyer
         LEFT JOIN payment y ON y.num = (SELECT MAX(num) FROM payment WHERE purchase = p.id)
         WHERE p.connection = ?1 AND p.num < ?2 AND p.state <> 'quoted' ORDER BY p.num DESC LIMIT ?3",
    )?;
    let mut rows = query.query(params![connection, before.unwrap_or(i64::MAX), PURCHASES as i64])?;
    let (mut page, mut last) = (PurchasePage::default(), None);
    while let Some(row) = rows.next()? {
        let found = purchases::find(db, Uuid::from_bytes(row.get(1)?))?;
        let found = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))?;
        last = Some(row.get(0)?);
        page.rows.push(PurchaseRow {
            purchase: found.told(),
            order: row.get(4)?,
            payment: row.get(5)?,
            buyer: row.get(3)?,
            review: row.get(2)?,
        });
    }
    page.next = last.filter(|_| page.rows.len() == PURCHASES);
    Ok(page)
}

/// How money of a purchase goes back.
pub enum RefundRoute {
    /// Over the counter.
    Cash,
    /// By the gateway, from this payment.
    Gateway(OrderId),
    /// It was asked for under this key already, and went back.
    Completed,
}

/// How money of a purchase would go back: the way it came.
///
/// # Errors
/// No such purchase of the utility, more than is left of it (`left`), no reason (`reason`), or the database.
pub fn refund_route(
    db: &Connection,
    admin: &Caller,
    (purchase, key): (Uuid, Uuid),
    (amount, reason): (Rupiah, &str),
) -> Result<RefundRoute, Error> {
    counter::must_reason(reason)?;
    let found = purchases::find(db, purchase)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))?;
    counter::connection_of(db, admin, found.connection)?;
    if found.channel == Channel::Cash {
        return Ok(RefundRoute::Cash);
    }
    let gone: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = 'refund_gateway' AND op_id = ?2)")?
        .query_row(params![admin.utility, key.as_bytes()], |row| row.get(0))?;
    if gone {
        return Ok(RefundRoute::Completed);
    }
    // What was asked for before, and whose answer did not come, may be done already: the gateway knows it by its key.
    let asked = format!("%key {key}:%");
    let known: Option<String> = db
        .prepare_cached(
            "SELECT y.order_id FROM payment y JOIN payment_audit a ON a.order_id = y.order_id
             WHERE y.purchase = ?1 AND a.what = 'refund_asked' AND a.detail LIKE ?2 LIMIT 1",
        )?
        .query_row(params![purchase.as_bytes(), asked], |row| row.get(0))
        .optional()?;
    let of = |order: String| {
        order.parse().map(RefundRoute::Gateway).map_err(|_| Error::Setup("an order's name cannot be read".into()))
    };
    if let Some(order) = known {
        return of(order);
    }
    let left = found.paid.0 + found.extra.0 - found.returned.0;
    let too_much = || Error::problem(Code::BadRequest, format!("left: Rp{left} can be given back"));
    if amount.0 <= 0 || amount.0 > left {
        return Err(too_much());
    }
    let order: Option<String> = db
        .prepare_cached("SELECT order_id FROM payment WHERE purchase = ?1 AND net >= ?2 ORDER BY num DESC LIMIT 1")?
        .query_row(params![purchase.as_bytes(), amount.0], |row| row.get(0))
        .optional()?;
    of(order.ok_or_else(too_much)?)
}

/// Notes that the gateway has given money of a purchase back, once.
///
/// # Errors
/// The database.
pub fn note_refund(
    tx: &mut Tx<'_>,
    admin: &Caller,
    (purchase, key): (Uuid, Uuid),
    (amount, reason): (Rupiah, &str),
) -> Result<purchases::Purchase, Error> {
    let found = purchases::find(tx, purchase)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such purchase"))?;
    let connection = counter::connection_of(tx, admin, found.connection)?;
    let known: bool = tx
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE utility = ?1 AND kind = 'refund_gateway' AND op_id = ?2)")?
        .query_row(params![admin.utility, key.as_bytes()], |row| row.get(0))?;
    if !known {
        let credit = ledger::balance(tx, found.connection, Account::Credit)?;
        let changes = [
            Change { field: "refunded", before: String::new(), after: amount.0.to_string() },
            Change { field: "balance", before: String::new(), after: credit.0.to_string() },
            Change { field: "reason", before: String::new(), after: reason.into() },
        ];
        record(tx, admin, ("refund_gateway", key), (Entity::Connection as u8, connection.0), &changes)?;
    }
    Ok(found)
}

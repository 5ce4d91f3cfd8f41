//! A receipt from the rows of a purchase. Costs a few rows by their keys.

use crate::error::Error;
use crate::queries::{place, read};
use crate::store::rows::meta::get;
use crate::store::rows::money;
use domain::Rupiah;
use domain::people::{Customer, Language};
use domain::sales::letterhead::Letterhead;
use domain::sales::payment::Method;
use domain::sales::receipt::{Gift, Money, Paid, PurchaseNumber, Receipt, Return};
use domain::sales::voucher::Grant;
use protocol::core::problem::{Code, Problem};
use protocol::sales::money::Purchase;
use protocol::sync::rows;
use protocol::sync::rows::StatementLine;
use rusqlite::{Connection, OptionalExtension};
use serde::de::DeserializeOwned;
use uuid::Uuid;

fn missing() -> Error {
    Error::Problem(Problem::new(Code::NotFound, "there is no receipt of this purchase here"))
}

fn body<T: DeserializeOwned>(db: &Connection, sql: &str, key: &str) -> Result<T, Error> {
    let body: Option<String> = db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?;
    read(&body.ok_or_else(missing)?)
}

/// A purchase that this device holds, with the lines of the statement by which money of it went back.
///
/// # Errors
/// This device does not hold it, or the cache cannot be read.
pub fn bought(db: &Connection, purchase: Uuid) -> Result<(Purchase, Vec<StatementLine>), Error> {
    let bought = money::purchase(db, purchase)?.ok_or_else(missing)?;
    let mut query = db.prepare_cached(
        "SELECT body FROM statement WHERE connection = ?1 AND json_extract(body, '$.purchase') = ?2
           AND json_extract(body, '$.kind') = 'refund' ORDER BY no",
    )?;
    let lines = query.query_map([bought.connection.to_string(), purchase.to_string()], |row| row.get(0))?;
    let lines = lines.collect::<Result<Vec<String>, _>>()?;
    Ok((bought, lines.iter().map(|line| read(line)).collect::<Result<_, _>>()?))
}

/// The utility's name, and what else it puts on its papers: as an admin has set it, or the name alone as the server gave it at the beginning.
///
/// # Errors
/// The cache cannot be read.
pub fn letterhead(db: &Connection) -> Result<(String, Letterhead), Error> {
    let mut query = db.prepare_cached("SELECT body FROM letterhead ORDER BY id LIMIT 1")?;
    let body: Option<String> = query.query_row([], |row| row.get(0)).optional()?;
    match body {
        Some(body) => {
            let set: rows::Letterhead = read(&body)?;
            Ok((set.name, set.letterhead))
        }
        None => Ok((get(db, "user:utility")?.unwrap_or_default(), Letterhead::default())),
    }
}

/// The receipt of a purchase. `lines` are those by which money of it went back.
///
/// # Errors
/// This device does not hold its connection, it was not paid, or the cache cannot be read.
pub fn receipt(db: &Connection, bought: Purchase, lines: Vec<StatementLine>, language: Language) -> Result<Receipt, Error> {
    let settled_at = bought.settled_at.ok_or_else(missing)?;
    let connection: rows::Connection = body(db, "SELECT body FROM connection WHERE id = ?1", &bought.connection.to_string())?;
    let customer: Customer = body(db, "SELECT body FROM customer WHERE id = ?1", &connection.customer.to_string())?;
    let place = place(db, bought.connection)?;
    let (utility, letterhead) = letterhead(db)?;
    let method = bought.method.and_then(|method| Method::try_from(method).ok());
    Ok(Receipt {
        language,
        money: if bought.simulated { Money::Simulation } else { Money::Real },
        utility,
        letterhead,
        number: PurchaseNumber::of(bought.id).to_string(),
        customer: (customer.name, customer.number),
        connection: (connection.label, connection.address),
        meter: place.serial,
        paid_at: settled_at,
        time_zone: place.time_zone,
        paid: match (method, bought.order) {
            _ if bought.to_pay == Rupiah(0) && bought.paid == Rupiah(0) => Paid::Voucher,
            (Some(method), Some(order)) if bought.channel != "cash" => Paid::Gateway(method, order),
            _ => Paid::Cash,
        },
        amount: bought.paid,
        voucher: bought.code.map(|code| Gift { code, granted: Grant { discount: bought.discount, bonus: bought.bonus } }),
        returned: bought.returned,
        returns: lines
            .into_iter()
            .map(|line| Return { at: line.at, taken: Rupiah(-line.amount.0), reason: line.reason })
            .collect(),
    })
}

//! A receipt from the rows of a purchase. Costs a few rows by their keys.

use crate::error::Error;
use crate::queries::{read, supplies};
use crate::store::rows::meta::get;
use crate::store::rows::money;
use domain::Rupiah;
use domain::people::{Customer, Language};
use domain::sales::payment::Method;
use domain::sales::receipt::{Gift, Money, Paid, Receipt};
use domain::sales::voucher::Grant;
use protocol::core::problem::{Code, Problem};
use protocol::sync::rows;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

/// The receipt of a purchase.
///
/// # Errors
/// This device does not hold it, it was not paid, or the cache cannot be read.
pub fn receipt(db: &Connection, purchase: Uuid, language: Language) -> Result<Receipt, Error> {
    let missing = || Error::Problem(Problem::new(Code::NotFound, "there is no receipt of this purchase here"));
    let bought = money::purchase(db, purchase)?.ok_or_else(missing)?;
    let settled_at = bought.settled_at.ok_or_else(missing)?;
    let places = supplies(db)?;
    let supply = places.iter().find(|supply| supply.place.connection == bought.connection).ok_or_else(missing)?;
    let body = |sql: &str, key: String| -> Result<String, Error> {
        db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?.ok_or_else(missing)
    };
    let connection: rows::Connection = read(&body("SELECT body FROM connection WHERE id = ?1", bought.connection.to_string())?)?;
    let customer: Customer = read(&body("SELECT body FROM customer WHERE id = ?1", connection.customer.to_string())?)?;
    let method = bought.method.and_then(|method| Method::try_from(method).ok());
    Ok(Receipt {
        language,
        money: if bought.simulated { Money::Simulation } else { Money::Real },
        utility: get(db, "user:utility")?.unwrap_or_default(),
        number: bought.id.to_string(),
        customer: (customer.name, customer.number),
        connection: (connection.label, connection.address),
        meter: supply.place.serial.clone(),
        paid_at: settled_at,
        time_zone: supply.place.time_zone,
        paid: match (method, bought.order) {
            _ if bought.to_pay == Rupiah(0) && bought.paid == Rupiah(0) => Paid::Voucher,
            (Some(method), Some(order)) if bought.channel != "cash" => Paid::Gateway(method, order),
            _ => Paid::Cash,
        },
        amount: bought.paid,
        voucher: bought.code.map(|code| Gift { code, granted: Grant { discount: bought.discount, bonus: bought.bonus } }),
        returned: bought.returned,
    })
}

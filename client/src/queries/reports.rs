//! The rows that reports are filled from. Costs those of the fleet, and of use those of the months that are asked for.

use crate::error::Error;
use crate::queries::known::zones_by_name;
use crate::queries::money::{many, one};
use crate::queries::{charged, place, read};
use domain::billing::tariff::TariffClass;
use domain::people::Customer;
use domain::{ConnectionId, LocalMonth, Millilitres, Rupiah, UtcMillis, ZoneId};
use protocol::reports::RUNS;
use protocol::sync::rows;
use protocol::sync::rows::{Entity, ReportRun, ReportTemplate, StatementLine, UsageDay};
use protocol::ui::ConnectionRef;
use protocol::ui::reports::TemplateRow;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// The templates, by name.
///
/// # Errors
/// The cache cannot be read.
pub fn templates(db: &Connection) -> Result<Vec<TemplateRow>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.body, b.id IS NOT NULL FROM report_template t LEFT JOIN base_row b ON b.entity = ?1 AND b.id = t.id
         ORDER BY t.name COLLATE NOCASE, t.id",
    )?;
    let found = query.query_map([Entity::ReportTemplate as u8], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found = found.collect::<Result<Vec<(String, bool)>, _>>()?;
    // One that a newer version of the app has made may have pieces that this one does not know: it is not offered.
    let row =
        |(body, waiting): &(String, bool)| Some(TemplateRow { template: read::<ReportTemplate>(body).ok()?, waiting: *waiting });
    Ok(found.iter().filter_map(row).collect())
}

/// What was made by itself for this user, the newest first; so many at most.
///
/// # Errors
/// The cache cannot be read.
pub fn runs(db: &Connection) -> Result<Vec<ReportRun>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM report_run ORDER BY at DESC, id DESC LIMIT +?1")?;
    let found = query.query_map([RUNS as i64], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    // One of a kind that only a newer version of the app knows is not offered.
    Ok(found.iter().filter_map(|body| read(body).ok()).collect())
}

/// The identifiers and names of all zones, by name.
///
/// # Errors
/// The cache cannot be read.
pub fn zone_names(db: &Connection) -> Result<Vec<(ZoneId, String)>, Error> {
    Ok(zones_by_name(db)?.into_iter().map(|zone| (zone.id, zone.name)).collect())
}

/// A connection as reports name it.
#[derive(Clone, Debug)]
pub struct Supplied {
    /// Which.
    pub connection: ConnectionId,
    /// Its zone's name; empty where that has not come yet.
    pub zone: String,
    /// Its class.
    pub class: TariffClass,
    /// Its address.
    pub address: String,
    /// The customer's number.
    pub number: String,
    /// The customer's name.
    pub name: String,
    /// The customer's telephone.
    pub phone: String,
    /// The serial of the meter there; empty where there is none.
    pub serial: String,
}

/// Part of a utility: a zone, a class, both or neither.
#[derive(Clone, Copy, Debug, Default)]
pub struct Within {
    /// Of one zone.
    pub zone: Option<ZoneId>,
    /// Of one class.
    pub class: Option<TariffClass>,
}

/// The connections, by zone and customer.
///
/// # Errors
/// The cache cannot be read.
pub fn supplied(db: &Connection, within: Within) -> Result<Vec<Supplied>, Error> {
    let mut query = db.prepare_cached(
        "SELECT c.id, COALESCE(json_extract(z.body, '$.name'), ''), c.class, c.address, COALESCE(cu.number, ''), COALESCE(cu.name, ''),
           COALESCE(json_extract(cu.body, '$.phone'), ''),
           COALESCE((SELECT m.serial FROM meter m WHERE m.connection = c.id ORDER BY m.id LIMIT 1), '')
         FROM connection c LEFT JOIN zone z ON z.id = c.zone LEFT JOIN customer cu ON cu.id = c.customer
         WHERE (?1 IS NULL OR c.zone = ?1) AND (?2 IS NULL OR c.class = ?2)
         ORDER BY 2, cu.name COLLATE NOCASE, c.id",
    )?;
    let (zone, class) = (within.zone.map(|zone| zone.to_string()), within.class.map(TariffClass::as_str));
    let mut rows = query.query(params![zone, class])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, class): (String, String) = (row.get(0)?, row.get(2)?);
        // What this version cannot read comes anew by the repair of sync.
        let (Ok(connection), Some(class)) = (id.parse(), TariffClass::from_word(&class)) else { continue };
        found.push(Supplied {
            connection,
            zone: row.get(1)?,
            class,
            address: row.get(3)?,
            number: row.get(4)?,
            name: row.get(5)?,
            phone: row.get(6)?,
            serial: row.get(7)?,
        });
    }
    Ok(found)
}

/// What each connection used in some months, month by month.
///
/// # Errors
/// The cache cannot be read.
pub fn months_used(
    db: &Connection,
    (first, last): (LocalMonth, LocalMonth),
) -> Result<HashMap<ConnectionId, Vec<(LocalMonth, Millilitres)>>, Error> {
    let sql = "SELECT connection, month, json_extract(body, '$.volume') FROM usage_month WHERE month BETWEEN ?1 AND ?2";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([first.0, last.0])?;
    let mut used: HashMap<ConnectionId, Vec<(LocalMonth, Millilitres)>> = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Ok(connection) = row.get::<_, String>(0)?.parse() {
            used.entry(connection).or_default().push((LocalMonth(row.get(1)?), Millilitres(row.get(2)?)));
        }
    }
    Ok(used)
}

/// The first month of which this device holds use.
///
/// # Errors
/// The cache cannot be read.
pub fn first_month(db: &Connection) -> Result<Option<LocalMonth>, Error> {
    let month: Option<i32> = db.prepare_cached("SELECT MIN(month) FROM usage_month")?.query_row([], |row| row.get(0))?;
    Ok(month.map(LocalMonth))
}

/// The balance of each connection, and what was lent to it.
///
/// # Errors
/// The cache cannot be read.
pub fn balances(db: &Connection) -> Result<HashMap<ConnectionId, (Rupiah, Rupiah)>, Error> {
    let mut query = db.prepare_cached("SELECT id, balance, json_extract(body, '$.lent') FROM credit")?;
    let mut rows = query.query([])?;
    let mut balances = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Ok(connection) = row.get::<_, String>(0)?.parse() {
            balances.insert(connection, (Rupiah(row.get(1)?), Rupiah(row.get(2)?)));
        }
    }
    Ok(balances)
}

/// The keys of the cases that were found from one instant to before another, kind by kind.
///
/// # Errors
/// The cache cannot be read.
pub fn cases_found(db: &Connection, (from, until): (UtcMillis, UtcMillis), zone: Option<ZoneId>) -> Result<Vec<String>, Error> {
    let mut query = db.prepare_cached(
        "SELECT id FROM meter_case WHERE at >= ?1 AND at < ?2
           AND (?3 IS NULL OR connection IN (SELECT id FROM connection WHERE zone = ?3)) ORDER BY kind, at, id",
    )?;
    let ids = query.query_map(params![from.0, until.0, zone.map(|zone| zone.to_string())], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// A supply point as its customer's papers name it.
#[derive(Clone, Debug)]
pub struct HouseholdRows {
    /// The supply point.
    pub place: ConnectionRef,
    /// Its customer.
    pub customer: Customer,
    /// Its class.
    pub class: TariffClass,
    /// Whether some price of its class has a tax.
    pub is_taxed: bool,
    /// Its balance now, and as of when.
    pub credit: Option<(Rupiah, UtcMillis)>,
}

/// A supply point of this device's user; none that the device does not hold.
///
/// # Errors
/// The cache cannot be read.
pub fn household(db: &Connection, connection: ConnectionId) -> Result<Option<HouseholdRows>, Error> {
    let key = connection.to_string();
    let Some(row) = one::<rows::Connection>(db, "SELECT body FROM connection WHERE id = ?1", &key)? else { return Ok(None) };
    let customer = one::<Customer>(db, "SELECT body FROM customer WHERE id = ?1", &row.customer.to_string())?;
    let Some(customer) = customer else { return Ok(None) };
    let credit = crate::queries::credit(db, connection)?;
    Ok(Some(HouseholdRows {
        place: place(db, connection)?,
        customer,
        class: row.tariff_class,
        is_taxed: charged::prices(db, connection)?.iter().any(|version| version.tax_per_mille > 0),
        credit: credit.map(|credit| (credit.balance(), credit.at)),
    }))
}

/// All lines of a connection's statement, the oldest first.
///
/// # Errors
/// The cache cannot be read.
pub fn statement(db: &Connection, connection: ConnectionId) -> Result<Vec<StatementLine>, Error> {
    many(db, "SELECT body FROM statement WHERE connection = ?1 ORDER BY no", [connection.to_string()])
}

/// The days of a connection's month.
///
/// # Errors
/// The cache cannot be read.
pub fn days_of_month(db: &Connection, connection: ConnectionId, month: LocalMonth) -> Result<Vec<UsageDay>, Error> {
    let first = month.first_day();
    crate::queries::days(db, connection, first.0, first.0 + month.days() - 1)
}

/// What a connection used in a month; none where that was not measured.
///
/// # Errors
/// The cache cannot be read.
pub fn month_used(db: &Connection, connection: ConnectionId, month: LocalMonth) -> Result<Option<Millilitres>, Error> {
    let sql = "SELECT json_extract(body, '$.volume') FROM usage_month WHERE connection = ?1 AND month = ?2";
    let volume: Option<i64> =
        db.prepare_cached(sql)?.query_row(params![connection.to_string(), month.0], |row| row.get(0)).optional()?;
    Ok(volume.map(Millilitres))
}

//! What runs are filled from: balances by the ledger, meters as they report, and what is called how.

use crate::core::Db;
use crate::error::Error;
use domain::billing::ledger::Account;
use domain::billing::tariff::TariffClass;
use domain::metering::meter::Valve;
use domain::revenue::Dimension;
use domain::{LocalDay, Rupiah, UtcMillis, ZoneId};
use rusqlite::params;
use uuid::Uuid;

/// Part of a utility: a zone, a class, both or neither.
#[derive(Clone, Copy, Debug)]
pub struct Within {
    /// Key of the utility.
    pub utility: i64,
    /// Of one zone.
    pub zone: Option<ZoneId>,
    /// Of one class.
    pub class: Option<TariffClass>,
}

/// A connection with what it is owed and owes, by the ledger.
pub struct Balance {
    /// Its zone's name.
    pub zone: String,
    /// Its class.
    pub class: TariffClass,
    /// The customer's number.
    pub number: String,
    /// The customer's name.
    pub name: String,
    /// The customer's telephone.
    pub phone: String,
    /// What was credited to it and not used; below zero if it owes.
    pub credit: Rupiah,
    /// Emergency credit that was lent and not repaid, above zero.
    pub lent: Rupiah,
}

/// The connections with an account, by zone and customer.
///
/// # Errors
/// The database.
pub fn balances(db: &Db, within: Within) -> Result<Vec<Balance>, Error> {
    let mut query = db.prepare_cached(
        "SELECT z.name, c.tariff_class, cu.number, cu.name, cu.phone, a.balance, COALESCE(e.balance, 0)
         FROM connection c JOIN zone z ON z.num = c.zone JOIN customer cu ON cu.num = c.customer
         JOIN account a ON a.connection = c.num AND a.kind = ?4 LEFT JOIN account e ON e.connection = c.num AND e.kind = ?5
         WHERE c.utility = ?1 AND (?2 IS NULL OR z.id = ?2) AND (?3 IS NULL OR c.tariff_class = ?3)
         ORDER BY z.name, cu.name COLLATE NOCASE, c.num",
    )?;
    let (zone, class) = (within.zone.map(|zone| zone.0.into_bytes()), within.class.map(TariffClass::as_str));
    let (credit, lent) = (Account::Credit.as_str(), Account::Emergency.as_str());
    let mut rows = query.query(params![within.utility, zone, class, credit, lent])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let word: String = row.get(1)?;
        let class = TariffClass::from_word(&word).ok_or_else(|| Error::Setup(format!("a connection is of a class {word}")))?;
        found.push(Balance {
            zone: row.get(0)?,
            class,
            number: row.get(2)?,
            name: row.get(3)?,
            phone: row.get(4)?,
            credit: Rupiah(row.get(5)?),
            lent: Rupiah(-row.get::<_, i64>(6)?),
        });
    }
    Ok(found)
}

/// A meter in service as it reported last.
pub struct Meter {
    /// Its zone's name; empty where it is nowhere.
    pub zone: String,
    /// The serial.
    pub serial: String,
    /// The model.
    pub model: String,
    /// Whom it supplies; empty where it is nowhere.
    pub customer: String,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// When it reported last.
    pub last: Option<UtcMillis>,
    /// Whether it has said that it goes offline.
    pub said_offline: bool,
    /// The valve.
    pub valve: Valve,
    /// The battery, per cent.
    pub battery: Option<i16>,
    /// The signal, dBm.
    pub signal: Option<i16>,
    /// Whether it is a bulk meter of its zone.
    pub is_inflow: bool,
}

/// The meters that were not taken out of service, by zone and serial; those without a zone come last.
///
/// # Errors
/// The database.
pub fn meters(db: &Db, within: Within) -> Result<Vec<Meter>, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(z.name, ''), m.serial, m.model, COALESCE(cu.name, ''), m.interval_s, s.t, COALESCE(s.said_offline, 0),
           COALESCE(s.valve, ''), s.battery, s.rssi, f.num IS NOT NULL
         FROM meter m LEFT JOIN installation i ON i.meter = m.num AND i.until IS NULL LEFT JOIN connection c ON c.num = i.connection
         LEFT JOIN customer cu ON cu.num = c.customer LEFT JOIN zone_inflow f ON f.meter = m.num AND f.until IS NULL
         LEFT JOIN zone z ON z.num = COALESCE(c.zone, f.zone) LEFT JOIN meter_state s ON s.meter = m.num
         WHERE m.utility = ?1 AND m.life_cycle <> 'inactive' AND (?2 IS NULL OR z.id = ?2) ORDER BY z.num IS NULL, 1, m.serial",
    )?;
    let found = query.query_map(params![within.utility, within.zone.map(|zone| zone.0.into_bytes())], |row| {
        Ok(Meter {
            zone: row.get(0)?,
            serial: row.get(1)?,
            model: row.get(2)?,
            customer: row.get(3)?,
            interval_s: row.get(4)?,
            last: row.get::<_, Option<i64>>(5)?.map(UtcMillis),
            said_offline: row.get(6)?,
            valve: Valve::from_str_or_unknown(&row.get::<_, String>(7)?),
            battery: row.get(8)?,
            signal: row.get(9)?,
            is_inflow: row.get(10)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The identifiers and names of a utility's zones.
///
/// # Errors
/// The database.
pub fn zone_names(db: &Db, utility: i64) -> Result<Vec<(ZoneId, String)>, Error> {
    let mut query = db.prepare_cached("SELECT id, name FROM zone WHERE utility = ?1 ORDER BY name, num")?;
    let found = query.query_map([utility], |row| Ok((ZoneId(Uuid::from_bytes(row.get(0)?)), row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The first day on which something was counted for a utility's revenue.
///
/// # Errors
/// The database.
pub fn first_day(db: &Db, utility: i64) -> Result<Option<LocalDay>, Error> {
    let mut query = db.prepare_cached("SELECT MIN(day) FROM revenue_sum WHERE utility = ?1 AND dimension = ?2")?;
    let day: Option<i32> = query.query_row(params![utility, Dimension::All.as_str()], |row| row.get(0))?;
    Ok(day.map(LocalDay))
}

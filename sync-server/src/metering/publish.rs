//! Publishing: writes change rows for what ingest changed, at most once a minute for a meter, at once where it cannot wait.

use crate::billing::credit;
use crate::billing::prices::Prices;
use crate::core::Tx;
use crate::core::feed::RowId;
use crate::error::Error;
use crate::metering::fleet::holders;
use crate::metering::telemetry::is_due;
use domain::UtcMillis;
use protocol::sync::rows::Entity;
use rusqlite::Connection;
use std::collections::HashMap;
use uuid::Uuid;

/// Meters published in one transaction at most, so that readings do not wait long behind them.
const BATCH: usize = 500;

/// Meters whose change rows are yet to be written.
#[derive(Default)]
pub struct Dirty {
    meters: HashMap<i64, bool>,
    published: HashMap<i64, UtcMillis>,
}

impl Dirty {
    /// What was left unpublished by the last run.
    ///
    /// # Errors
    /// The database.
    pub fn load(db: &Connection) -> Result<Self, Error> {
        // Somebody may have read a meter that has said nothing itself: then only its use is news.
        let mut query = db.prepare(
            "SELECT meter FROM meter_state WHERE dirty = 1
             UNION SELECT i.meter FROM usage_day u JOIN installation i ON i.connection = u.connection WHERE u.dirty = 1
             UNION SELECT i.meter FROM usage_month u JOIN installation i ON i.connection = u.connection WHERE u.dirty = 1",
        )?;
        let meters = query.query_map([], |row| Ok((row.get(0)?, true)))?.collect::<Result<_, _>>()?;
        Ok(Self { meters, published: HashMap::new() })
    }

    /// Notes that a meter has news; `urgent` ones do not wait.
    pub fn mark(&mut self, meter: i64, urgent: bool) {
        *self.meters.entry(meter).or_default() |= urgent;
    }

    fn take(&mut self, due_only: bool) -> Vec<i64> {
        let is_due_now = |meter: &i64, urgent: bool| {
            !due_only || urgent || self.published.get(meter).is_none_or(|published| is_due(*published))
        };
        let due: Vec<i64> = self
            .meters
            .iter()
            .filter(|(meter, urgent)| is_due_now(meter, **urgent))
            .map(|(meter, _)| *meter)
            .take(BATCH)
            .collect();
        for meter in &due {
            self.meters.remove(meter);
            self.published.insert(*meter, crate::core::now());
        }
        due
    }
}

struct UsageSite {
    connection: i64,
    connection_id: [u8; 16],
    customer_id: [u8; 16],
    utility: i64,
}

/// Writes change rows for meters with news, a batch at most; returns for how many.
///
/// # Errors
/// The database.
pub fn publish(tx: &mut Tx<'_>, dirty: &mut Dirty, prices: &mut Prices, due_only: bool) -> Result<usize, Error> {
    prices.refresh(tx)?;
    let due = dirty.take(due_only);
    for &meter in &due {
        publish_meter(tx, prices, meter)?;
    }
    Ok(due.len())
}

/// Writes change rows for all that is new of a meter, and of the use at its places.
///
/// # Errors
/// The database.
pub(crate) fn publish_meter(tx: &mut Tx<'_>, prices: &mut Prices, meter: i64) -> Result<(), Error> {
    let mut query = tx.db.prepare_cached(
        "SELECT DISTINCT c.num, c.id, cu.id, c.utility FROM installation i JOIN connection c ON c.num = i.connection
         JOIN customer cu ON cu.num = c.customer WHERE i.meter = ?1",
    )?;
    let places = query
        .query_map([meter], |row| {
            Ok(UsageSite { connection: row.get(0)?, connection_id: row.get(1)?, customer_id: row.get(2)?, utility: row.get(3)? })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let state = tx
        .db
        .prepare_cached("UPDATE meter_state SET rev = rev + 1, dirty = 0 WHERE meter = ?1 AND dirty = 1 RETURNING rev")?
        .query_map([meter], |row| row.get::<_, i64>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let id: [u8; 16] = tx.db.prepare_cached("SELECT id FROM meter WHERE num = ?1")?.query_row([meter], |row| row.get(0))?;
    for rev in state {
        for into in holders(tx, meter)? {
            tx.put(into, Entity::MeterState, &RowId::of(id), rev)?;
        }
    }
    for place in &places {
        let customer = tx.bucket(place.utility, format!("customer:{}", Uuid::from_bytes(place.customer_id)))?;
        let admin = tx.bucket(place.utility, "admin")?;
        publish_usage(tx, prices, place, [customer, admin])?;
    }
    Ok(())
}

fn publish_usage(tx: &mut Tx<'_>, prices: &mut Prices, place: &UsageSite, [customer, admin]: [i64; 2]) -> Result<(), Error> {
    let days = revise(
        tx,
        "UPDATE usage_day SET rev = rev + 1, dirty = 0 WHERE connection = ?1 AND dirty = 1 RETURNING day, rev",
        place,
    )?;
    for (day, rev) in days {
        tx.put(customer, Entity::UsageDay, &RowId::at(place.connection_id, day), rev)?;
    }
    let months = revise(
        tx,
        "UPDATE usage_month SET rev = rev + 1, dirty = 0 WHERE connection = ?1 AND dirty = 1 RETURNING month, rev",
        place,
    )?;
    let is_news = !months.is_empty();
    for (month, rev) in months {
        for into in [customer, admin] {
            tx.put(into, Entity::UsageMonth, &RowId::at(place.connection_id, month), rev)?;
        }
    }
    if is_news { credit::publish_credit(tx, prices, place.connection) } else { Ok(()) }
}

fn revise(tx: &mut Tx<'_>, sql: &str, place: &UsageSite) -> Result<Vec<(i32, i64)>, Error> {
    let mut query = tx.db.prepare_cached(sql)?;
    let rows = query.query_map([place.connection], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! The prices that hold for a connection: its tariff classes in their time, each with the versions that held then.

use crate::billing::rows::tariffs;
use crate::core::Db;
use crate::error::Error;
use domain::LocalDay;
use domain::billing::tariff::{TariffVersion, version_on};
use std::collections::HashMap;
use std::sync::Arc;

pub use crate::billing::rows::tariffs::on;

/// Connections whose prices are remembered at most.
const REMEMBERED: usize = 200_000;

/// The versions that hold for a connection, each from the day on from which it does; none before it is charged.
///
/// # Errors
/// The database.
pub fn of_connection(db: &Db, connection: i64) -> Result<Vec<TariffVersion>, Error> {
    let (utility, mut periods) = tariffs::class_periods(db, connection)?;
    // The same class again is no other price: a version goes on through it.
    periods.dedup_by(|next, before| next.class == before.class);
    let mut prices = Vec::new();
    for (at, period) in periods.iter().enumerate() {
        let until = periods.get(at + 1).map(|next| next.since);
        let all = tariffs::versions(db, utility, period.class)?;
        if let Some(first) = version_on(&all, period.since) {
            prices.push(TariffVersion { effective_from: period.since, ..first.clone() });
        }
        let later = all.into_iter().filter(|version| version.effective_from > period.since);
        prices.extend(later.filter(|version| until.is_none_or(|until| version.effective_from < until)));
    }
    Ok(prices)
}

/// The first local day for which what a connection uses is charged; none while it is not.
///
/// # Errors
/// The database.
pub fn charged_from(db: &Db, connection: i64) -> Result<Option<LocalDay>, Error> {
    Ok(of_connection(db, connection)?.iter().map(|version| version.effective_from).min())
}

/// Prices that were read, for as long as nothing changes them.
#[derive(Default)]
pub struct Prices {
    epoch: i64,
    by_connection: HashMap<i64, Arc<[TariffVersion]>>,
}

impl Prices {
    /// Forgets everything if something has changed since. To be called once before [`Self::of`] is, in each transaction.
    ///
    /// # Errors
    /// The database.
    pub fn refresh(&mut self, db: &Db) -> Result<(), Error> {
        let epoch = tariffs::price_epoch(db)?;
        if epoch != self.epoch || self.by_connection.len() > REMEMBERED {
            *self = Self { epoch, by_connection: HashMap::new() };
        }
        Ok(())
    }

    /// The versions that hold for a connection.
    ///
    /// # Errors
    /// The database.
    pub fn of(&mut self, db: &Db, connection: i64) -> Result<Arc<[TariffVersion]>, Error> {
        if let Some(prices) = self.by_connection.get(&connection) {
            return Ok(Arc::clone(prices));
        }
        let prices: Arc<[TariffVersion]> = of_connection(db, connection)?.into();
        self.by_connection.insert(connection, Arc::clone(&prices));
        Ok(prices)
    }
}

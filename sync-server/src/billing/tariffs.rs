//! Tariffs as rows, and the prices that hold for a connection: its classes in their time, each with the versions that held then.

use crate::core::Tx;
use crate::error::Error;
use domain::billing::tariff::{Block, BlockMode, TariffClass, TariffVersion, defaults, version_on};
use domain::{LocalDay, Millilitres, Rupiah};
use protocol::core::problem::Code;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Connections whose prices are remembered at most.
const REMEMBERED: usize = 200_000;

const fn word(mode: BlockMode) -> &'static str {
    match mode {
        BlockMode::Marginal => "marginal",
        BlockMode::Flat => "flat",
        BlockMode::WholeVolume => "whole_volume",
    }
}

/// Gives every utility that has no tariff yet the defaults, from the first day on.
///
/// # Errors
/// The database.
pub fn begin(db: &mut Connection) -> Result<(), Error> {
    let begin_all = |tx: &mut Tx<'_>| {
        let without: Vec<i64> = tx
            .db
            .prepare("SELECT num FROM utility u WHERE NOT EXISTS (SELECT 1 FROM tariff_version t WHERE t.utility = u.num)")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        without.into_iter().try_for_each(|utility| begin_utility(tx, utility))
    };
    crate::core::transact(db, crate::core::now(), begin_all).map(|_| ())
}

/// Gives a utility the defaults, from the first day on.
///
/// # Errors
/// The database.
pub fn begin_utility(tx: &mut Tx<'_>, utility: i64) -> Result<(), Error> {
    defaults(LocalDay(0)).iter().try_for_each(|version| add(tx, utility, Uuid::now_v7(), version, None))
}

/// Adds a version. The same identifier again is the same version.
///
/// # Errors
/// It has no price for every volume, or the database.
pub fn add(tx: &mut Tx<'_>, utility: i64, id: Uuid, version: &TariffVersion, author: Option<i64>) -> Result<(), Error> {
    let now = tx.now;
    let open_end = version.blocks.last().is_some_and(|block| block.up_to.is_none());
    let rising = version.blocks.windows(2).all(|pair| match (pair[0].up_to, pair[1].up_to) {
        (Some(end), next) => end > Millilitres::ZERO && next.is_none_or(|next| next > end),
        (None, _) => false,
    });
    if !open_end || !rising || version.blocks.iter().any(|block| block.price_per_m3 < Rupiah(0)) {
        return Err(Error::problem(Code::BadRequest, "blocks rise, the last one is open, and no price is below zero"));
    }
    let blocks = serde_json::to_string(&version.blocks).map_err(|error| Error::Setup(format!("blocks: {error}")))?;
    tx.db.prepare_cached(
        "INSERT INTO tariff_version (id, utility, class, effective_from, mode, blocks, monthly_fee, minimum_top_up, tax_per_mille,
           lifeline_per_day, author, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![
        id.as_bytes(),
        utility,
        version.class.as_str(),
        version.effective_from.0,
        word(version.mode),
        blocks,
        version.monthly_fee.0,
        version.minimum_top_up.0,
        version.tax_per_mille,
        version.lifeline_per_day.0,
        author,
        now.0
    ])?;
    // One that begins in the past has months to compute anew.
    let charged: Vec<i64> = tx
        .db
        .prepare_cached(
            "SELECT DISTINCT m.connection FROM connection_class k JOIN usage_month m ON m.connection = k.connection
             JOIN connection c ON c.num = k.connection WHERE k.class = ?1 AND c.utility = ?2 AND m.month >= ?3",
        )?
        .query_map(params![version.class.as_str(), utility, version.effective_from.month().0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    charged
        .into_iter()
        .try_for_each(|connection| crate::billing::charging::recompute_from(tx, connection, version.effective_from))
}

const VERSIONS: &str = "SELECT class, effective_from, mode, blocks, monthly_fee, minimum_top_up, tax_per_mille, lifeline_per_day
    FROM tariff_version";

fn read_version(row: &Row<'_>) -> rusqlite::Result<TariffVersion> {
    let (class, mode, blocks): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
    let modes = [BlockMode::Marginal, BlockMode::Flat, BlockMode::WholeVolume];
    let unreadable =
        |column| rusqlite::Error::InvalidColumnType(column, "a word of a tariff".into(), rusqlite::types::Type::Text);
    Ok(TariffVersion {
        class: TariffClass::from_word(&class).ok_or_else(|| unreadable(0))?,
        effective_from: LocalDay(row.get(1)?),
        mode: modes.into_iter().find(|known| word(*known) == mode).ok_or_else(|| unreadable(2))?,
        blocks: serde_json::from_str::<Vec<Block>>(&blocks).map_err(|_| unreadable(3))?,
        monthly_fee: Rupiah(row.get(4)?),
        minimum_top_up: Rupiah(row.get(5)?),
        tax_per_mille: row.get(6)?,
        lifeline_per_day: Millilitres(row.get(7)?),
    })
}

/// One version.
///
/// # Errors
/// The database, or blocks that cannot be read.
pub fn find(db: &Connection, id: Uuid) -> Result<Option<TariffVersion>, Error> {
    let mut query = db.prepare_cached(&format!("{VERSIONS} WHERE id = ?1"))?;
    Ok(query.query_row([id.as_bytes()], read_version).optional()?)
}

/// All versions of a class, in the order in which they were made.
///
/// # Errors
/// The database, or blocks that cannot be read.
pub fn versions(db: &Connection, utility: i64, class: TariffClass) -> Result<Vec<TariffVersion>, Error> {
    let mut query = db.prepare_cached(&format!("{VERSIONS} WHERE utility = ?1 AND class = ?2 ORDER BY num"))?;
    Ok(query.query_map(params![utility, class.as_str()], read_version)?.collect::<Result<_, _>>()?)
}

/// Says from which local day on a connection is charged, where that is another than the day on which it was made.
///
/// # Errors
/// The database.
pub fn charge_from(tx: &mut Tx<'_>, connection: i64, day: LocalDay) -> Result<(), Error> {
    tx.db.execute(
        "INSERT INTO connection_class (connection, since, class)
         SELECT connection, ?2, class FROM connection_class WHERE connection = ?1 ORDER BY since LIMIT 1
         ON CONFLICT (connection, since) DO NOTHING",
        params![connection, day.0],
    )?;
    crate::billing::charging::recompute_from(tx, connection, day)
}

/// The versions that hold for a connection, each from the day on from which it does; none before it is charged.
///
/// # Errors
/// The database.
pub fn of_connection(db: &Connection, connection: i64) -> Result<Vec<TariffVersion>, Error> {
    let mut query = db.prepare_cached(
        "SELECT k.since, k.class, c.utility FROM connection_class k JOIN connection c ON c.num = k.connection
         WHERE k.connection = ?1 ORDER BY k.since",
    )?;
    let mut periods = query
        .query_map([connection], |row| Ok((LocalDay(row.get(0)?), row.get::<_, String>(1)?, row.get::<_, i64>(2)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    // The same class again is no other price: a version goes on through it.
    periods.dedup_by(|next, before| next.1 == before.1);
    let mut prices = Vec::new();
    for (at, (since, class, utility)) in periods.iter().enumerate() {
        let class = TariffClass::from_word(class).unwrap_or(TariffClass::Residential);
        let until = periods.get(at + 1).map(|(next, ..)| *next);
        let all = versions(db, *utility, class)?;
        if let Some(first) = version_on(&all, *since) {
            prices.push(TariffVersion { effective_from: *since, ..first.clone() });
        }
        let later = all.into_iter().filter(|version| version.effective_from > *since);
        prices.extend(later.filter(|version| until.is_none_or(|until| version.effective_from < until)));
    }
    Ok(prices)
}

/// The version that holds for a connection on a day: of [`of_connection`] the one of that day, without reading the others.
///
/// # Errors
/// The database, or blocks that cannot be read.
pub fn on(db: &Connection, connection: i64, day: LocalDay) -> Result<Option<TariffVersion>, Error> {
    let mut query = db.prepare_cached(&format!(
        "{VERSIONS} WHERE (utility, class) = (SELECT c.utility, k.class FROM connection_class k JOIN connection c ON c.num = k.connection
           WHERE k.connection = ?1 AND k.since <= ?2 ORDER BY k.since DESC LIMIT 1)
         AND effective_from <= ?2 ORDER BY effective_from DESC, num DESC LIMIT 1"
    ))?;
    Ok(query.query_row([connection, i64::from(day.0)], read_version).optional()?)
}

/// Prices that were read, for as long as nothing changes them.
#[derive(Default)]
pub struct Prices {
    epoch: i64,
    known: HashMap<i64, Arc<[TariffVersion]>>,
}

impl Prices {
    /// Forgets everything if something has changed since. To be called once before [`Self::of`] is, in each transaction.
    ///
    /// # Errors
    /// The database.
    pub fn refresh(&mut self, db: &Connection) -> Result<(), Error> {
        let epoch = db.prepare_cached("SELECT epoch FROM price_epoch")?.query_row([], |row| row.get(0))?;
        if epoch != self.epoch || self.known.len() > REMEMBERED {
            *self = Self { epoch, known: HashMap::new() };
        }
        Ok(())
    }

    /// The versions that hold for a connection.
    ///
    /// # Errors
    /// The database.
    pub fn of(&mut self, db: &Connection, connection: i64) -> Result<Arc<[TariffVersion]>, Error> {
        if let Some(known) = self.known.get(&connection) {
            return Ok(Arc::clone(known));
        }
        let found: Arc<[TariffVersion]> = of_connection(db, connection)?.into();
        self.known.insert(connection, Arc::clone(&found));
        Ok(found)
    }
}

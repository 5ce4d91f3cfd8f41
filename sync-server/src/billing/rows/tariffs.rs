//! Tariff versions, which are only ever added, and the tariff classes of connections in their time.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::tariff::{Block, BlockMode, TariffClass, TariffVersion};
use domain::{LocalDay, Millilitres, Rupiah, UtcMillis};
use protocol::sales::admin::{TariffRow, Withdrawn};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

const TERMS: &str = "class, effective_from, mode, blocks, monthly_fee, minimum_top_up, tax_per_mille, lifeline_per_day, decree";

/// A version that was withdrawn before it began counts nowhere.
const IN_USE: &str = "NOT EXISTS (SELECT 1 FROM tariff_withdrawal w WHERE w.version = tariff_version.num)";

fn read_version(row: &Row<'_>) -> rusqlite::Result<TariffVersion> {
    let (class, mode, blocks): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
    let modes = [BlockMode::Marginal, BlockMode::Flat, BlockMode::WholeVolume];
    let unreadable =
        |column| rusqlite::Error::InvalidColumnType(column, "a word of a tariff".into(), rusqlite::types::Type::Text);
    Ok(TariffVersion {
        class: TariffClass::from_word(&class).ok_or_else(|| unreadable(0))?,
        effective_from: LocalDay(row.get(1)?),
        mode: modes.into_iter().find(|known| known.as_str() == mode).ok_or_else(|| unreadable(2))?,
        blocks: serde_json::from_str::<Vec<Block>>(&blocks).map_err(|_| unreadable(3))?,
        monthly_fee: Rupiah(row.get(4)?),
        minimum_top_up: Rupiah(row.get(5)?),
        tax_per_mille: row.get(6)?,
        lifeline_per_day: Millilitres(row.get(7)?),
        decree: row.get(8)?,
    })
}

/// The utilities that have no tariff version.
pub fn utilities_without(db: &Db) -> Result<Vec<i64>, Error> {
    let mut query =
        db.prepare("SELECT num FROM utility u WHERE NOT EXISTS (SELECT 1 FROM tariff_version t WHERE t.utility = u.num)")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Adds a version, unless there is one with this identifier.
pub fn insert_version(
    tx: &mut Tx<'_>,
    utility: i64,
    (id, version): (Uuid, &TariffVersion),
    author: Option<i64>,
) -> Result<(), Error> {
    let blocks = serde_json::to_string(&version.blocks).map_err(|error| Error::Setup(format!("blocks: {error}")))?;
    tx.db
        .prepare_cached(
            "INSERT INTO tariff_version (id, utility, class, effective_from, mode, blocks, monthly_fee, minimum_top_up, tax_per_mille,
               lifeline_per_day, author, at, decree) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            id.as_bytes(),
            utility,
            version.class.as_str(),
            version.effective_from.0,
            version.mode.as_str(),
            blocks,
            version.monthly_fee.0,
            version.minimum_top_up.0,
            version.tax_per_mille,
            version.lifeline_per_day.0,
            author,
            tx.now.0,
            version.decree
        ])?;
    Ok(())
}

/// Whether there is a version with an identifier.
pub fn exists(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM tariff_version WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// A version by its identifier, unless it was withdrawn.
pub fn find(db: &Db, id: Uuid) -> Result<Option<TariffVersion>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT {TERMS} FROM tariff_version WHERE id = ?1 AND {IN_USE}"))?;
    Ok(query.query_row([id.as_bytes()], read_version).optional()?)
}

/// All versions of a class that were not withdrawn, in the order in which they were made.
pub fn versions(db: &Db, utility: i64, class: TariffClass) -> Result<Vec<TariffVersion>, Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {TERMS} FROM tariff_version WHERE utility = ?1 AND class = ?2 AND {IN_USE} ORDER BY num"
    ))?;
    Ok(query.query_map(params![utility, class.as_str()], read_version)?.collect::<Result<_, _>>()?)
}

/// Every version of a class with who made it and whether it was withdrawn, in the order in which they were made.
pub fn listed(db: &Db, utility: i64, class: TariffClass) -> Result<Vec<TariffRow>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.class, t.effective_from, t.mode, t.blocks, t.monthly_fee, t.minimum_top_up, t.tax_per_mille, t.lifeline_per_day, t.decree,
           t.id, COALESCE(u.name, ''), t.at, w.at, COALESCE(b.name, '')
         FROM tariff_version t LEFT JOIN user u ON u.num = t.author LEFT JOIN tariff_withdrawal w ON w.version = t.num
         LEFT JOIN user b ON b.num = w.author WHERE t.utility = ?1 AND t.class = ?2 ORDER BY t.num",
    )?;
    let found = query.query_map(params![utility, class.as_str()], |row| {
        let withdrawn = row.get::<_, Option<i64>>(12)?.map(UtcMillis);
        let by = row.get(13)?;
        Ok(TariffRow {
            version: read_version(row)?,
            id: Uuid::from_bytes(row.get(9)?),
            author: row.get(10)?,
            at: UtcMillis(row.get(11)?),
            withdrawn: withdrawn.map(|at| Withdrawn { at, by }),
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Key and terms of a utility's version, withdrawn or not, and whether it is.
pub fn of_utility(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, TariffVersion, bool)>, Error> {
    let mut query =
        db.prepare_cached(&format!("SELECT {TERMS}, num, NOT ({IN_USE}) FROM tariff_version WHERE utility = ?1 AND id = ?2"))?;
    let found = query.query_row(params![utility, id.as_bytes()], |row| Ok((row.get(9)?, read_version(row)?, row.get(10)?)));
    Ok(found.optional()?)
}

/// Withdraws a version.
pub fn withdraw(tx: &mut Tx<'_>, version: i64, author: i64) -> Result<(), Error> {
    tx.db
        .prepare_cached("INSERT INTO tariff_withdrawal (version, author, at) VALUES (?1, ?2, ?3)")?
        .execute(params![version, author, tx.now.0])?;
    Ok(())
}

/// Whether anybody of a class used water on a day or later.
pub fn has_use_since(db: &Db, utility: i64, class: TariffClass, day: LocalDay) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM connection_class k JOIN connection c ON c.num = k.connection
           JOIN usage_day d ON d.connection = k.connection AND d.day >= ?3 WHERE k.class = ?2 AND c.utility = ?1)",
    )?;
    Ok(query.query_row(params![utility, class.as_str(), day.0], |row| row.get(0))?)
}

/// A version's utility and identifier, by its key.
pub fn utility_and_id(db: &Db, version: i64) -> Result<(i64, [u8; 16]), Error> {
    let mut query = db.prepare_cached("SELECT utility, id FROM tariff_version WHERE num = ?1")?;
    Ok(query.query_row([version], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The connections that have use from the month on in which a version begins, and were ever of its class.
pub fn connections_charged_by(db: &Db, utility: i64, version: &TariffVersion) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT m.connection FROM connection_class k JOIN usage_month m ON m.connection = k.connection
         JOIN connection c ON c.num = k.connection WHERE k.class = ?1 AND c.utility = ?2 AND m.month >= ?3",
    )?;
    let values = params![version.class.as_str(), utility, version.effective_from.month().0];
    Ok(query.query_map(values, |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// A tariff class of a connection from a local day on.
pub struct ClassPeriod {
    /// Its first day.
    pub since: LocalDay,
    /// The class.
    pub class: TariffClass,
}

/// Key of a connection's utility and the connection's classes by time; none before the connection is charged.
pub fn class_periods(db: &Db, connection: i64) -> Result<(i64, Vec<ClassPeriod>), Error> {
    let mut query = db.prepare_cached(
        "SELECT k.since, k.class, c.utility FROM connection_class k JOIN connection c ON c.num = k.connection
         WHERE k.connection = ?1 ORDER BY k.since",
    )?;
    let mut utility = 0;
    let periods = query.query_map([connection], |row| {
        utility = row.get(2)?;
        let class = TariffClass::from_word(&row.get::<_, String>(1)?).unwrap_or(TariffClass::Residential);
        Ok(ClassPeriod { since: LocalDay(row.get(0)?), class })
    })?;
    let periods = periods.collect::<Result<_, _>>()?;
    Ok((utility, periods))
}

/// The local day from which on a connection is charged.
pub fn charged_since(db: &Db, connection: i64) -> Result<Option<LocalDay>, Error> {
    let mut query = db.prepare_cached("SELECT MIN(since) FROM connection_class WHERE connection = ?1")?;
    let since: Option<i32> = query.query_row([connection], |row| row.get(0))?;
    Ok(since.map(LocalDay))
}

/// Gives a connection's first class to it from an earlier local day on.
pub fn begin_class(tx: &mut Tx<'_>, connection: i64, day: LocalDay) -> Result<(), Error> {
    tx.db.execute(
        "INSERT INTO connection_class (connection, since, class)
         SELECT connection, ?2, class FROM connection_class WHERE connection = ?1 ORDER BY since LIMIT 1
         ON CONFLICT (connection, since) DO NOTHING",
        params![connection, day.0],
    )?;
    Ok(())
}

/// The version that holds for a connection on a day.
///
/// # Errors
/// The database, or blocks that cannot be read.
pub fn on(db: &Db, connection: i64, day: LocalDay) -> Result<Option<TariffVersion>, Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {TERMS} FROM tariff_version WHERE (utility, class) = (SELECT c.utility, k.class FROM connection_class k JOIN connection c ON c.num = k.connection
           WHERE k.connection = ?1 AND k.since <= ?2 ORDER BY k.since DESC LIMIT 1)
         AND effective_from <= ?2 AND {IN_USE} ORDER BY effective_from DESC, num DESC LIMIT 1"
    ))?;
    Ok(query.query_row([connection, i64::from(day.0)], read_version).optional()?)
}

/// The counter of price changes.
pub fn price_epoch(db: &Db) -> Result<i64, Error> {
    Ok(db.prepare_cached("SELECT epoch FROM price_epoch")?.query_row([], |row| row.get(0))?)
}

//! Tariff versions, which are only ever added, and the tariff classes of connections in their time.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::tariff::{Block, BlockMode, TariffClass, TariffVersion};
use domain::{LocalDay, Millilitres, Rupiah, UtcMillis};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

const fn word(mode: BlockMode) -> &'static str {
    match mode {
        BlockMode::Marginal => "marginal",
        BlockMode::Flat => "flat",
        BlockMode::WholeVolume => "whole_volume",
    }
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
            tx.now.0
        ])?;
    Ok(())
}

/// Whether there is a version with an identifier.
pub fn exists(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM tariff_version WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// A version by its identifier.
pub fn find(db: &Db, id: Uuid) -> Result<Option<TariffVersion>, Error> {
    let mut query = db.prepare_cached(&format!("{VERSIONS} WHERE id = ?1"))?;
    Ok(query.query_row([id.as_bytes()], read_version).optional()?)
}

/// All versions of a class, in the order in which they were made.
pub fn versions(db: &Db, utility: i64, class: TariffClass) -> Result<Vec<TariffVersion>, Error> {
    let mut query = db.prepare_cached(&format!("{VERSIONS} WHERE utility = ?1 AND class = ?2 ORDER BY num"))?;
    Ok(query.query_map(params![utility, class.as_str()], read_version)?.collect::<Result<_, _>>()?)
}

/// Who made a version, and when.
pub struct Authorship {
    /// The version's identifier.
    pub id: Uuid,
    /// The author's name; empty for the server itself.
    pub author: String,
    /// When.
    pub at: UtcMillis,
}

/// Who made the versions of a class, in the order of [`versions`].
pub fn authorships(db: &Db, utility: i64, class: TariffClass) -> Result<Vec<Authorship>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.id, COALESCE(u.name, ''), t.at FROM tariff_version t LEFT JOIN user u ON u.num = t.author
         WHERE t.utility = ?1 AND t.class = ?2 ORDER BY t.num",
    )?;
    let found = query.query_map(params![utility, class.as_str()], |row| {
        Ok(Authorship { id: Uuid::from_bytes(row.get(0)?), author: row.get(1)?, at: UtcMillis(row.get(2)?) })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
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
        "{VERSIONS} WHERE (utility, class) = (SELECT c.utility, k.class FROM connection_class k JOIN connection c ON c.num = k.connection
           WHERE k.connection = ?1 AND k.since <= ?2 ORDER BY k.since DESC LIMIT 1)
         AND effective_from <= ?2 ORDER BY effective_from DESC, num DESC LIMIT 1"
    ))?;
    Ok(query.query_row([connection, i64::from(day.0)], read_version).optional()?)
}

/// The counter of price changes.
pub fn price_epoch(db: &Db) -> Result<i64, Error> {
    Ok(db.prepare_cached("SELECT epoch FROM price_epoch")?.query_row([], |row| row.get(0))?)
}

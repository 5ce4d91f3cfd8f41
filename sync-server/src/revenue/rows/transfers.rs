//! The transfers that sums are made of, found by the day and kind under which they are kept.

use crate::core::Db;
use crate::error::Error;
use domain::billing::ledger::Account;
use domain::revenue::{DayRange, Dimension};
use domain::{ConnectionId, CustomerId, LocalDay, LocalMonth, Rupiah, UtcMillis};
use protocol::revenue::{RevenuePosting, RevenueTransfer};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A value of a dimension as transfers have it: numbers stand for identifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// None.
    None,
    /// A number: a key, an hour or a month.
    Number(i64),
    /// A word.
    Word(String),
}

/// Key of a zone, campaign or user of a utility; none if there is none of this identifier.
///
/// # Errors
/// The database.
pub fn key_of(db: &Db, utility: i64, dimension: Dimension, id: Uuid) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached(match dimension {
        Dimension::Zone => "SELECT num FROM zone WHERE id = ?1 AND utility = ?2",
        Dimension::Campaign => "SELECT num FROM campaign WHERE id = ?1 AND utility = ?2",
        _ => "SELECT num FROM user WHERE id = ?1 AND utility = ?2",
    })?;
    Ok(query.query_row(params![id.as_bytes(), utility], |row| row.get(0)).optional()?)
}

/// A day and a kind on which there is something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The day.
    pub day: LocalDay,
    /// The kind's word.
    pub kind: String,
}

/// In which sums a question is looked up first.
pub struct Looked<'a> {
    /// Key of the utility.
    pub utility: i64,
    /// The dimension.
    pub dimension: Dimension,
    /// The value there; empty for the whole.
    pub value: &'a str,
    /// The account, if one is asked for.
    pub account: Option<Account>,
    /// The kind's word, if one is asked for.
    pub kind: Option<&'a str>,
}

/// The query of [`places`].
pub const PLACES: &str =
    "SELECT DISTINCT day, kind FROM revenue_sum WHERE utility = ?1 AND dimension = ?2 AND day BETWEEN ?3 AND ?4 AND value = ?5
  AND (?6 IS NULL OR account = ?6) AND (?7 IS NULL OR kind = ?7) ORDER BY day, kind LIMIT +?8";

/// The days and kinds on which the sums have something, in order, so many at most.
///
/// # Errors
/// The database.
pub fn places(db: &Db, looked: &Looked<'_>, days: DayRange, limit: i64) -> Result<Vec<Place>, Error> {
    let mut query = db.prepare_cached(PLACES)?;
    let values = params![
        looked.utility,
        looked.dimension.as_str(),
        days.from.0,
        days.to.0,
        looked.value,
        looked.account.map(Account::as_str),
        looked.kind,
        limit
    ];
    let found = query.query_map(values, |row| Ok(Place { day: LocalDay(row.get(0)?), kind: row.get(1)? }))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The query of [`at`], of a dimension.
pub fn at_query(dimension: Dimension) -> String {
    let column = match dimension {
        Dimension::All => "NULL",
        Dimension::Method => "method",
        Dimension::Class => "class",
        Dimension::Zone => "zone",
        Dimension::Campaign => "campaign",
        Dimension::Collector => "collector",
        Dimension::Hour => "hour",
        Dimension::Month => "month",
    };
    format!(
        "SELECT transfer, {column} FROM revenue_transfer WHERE utility = ?1 AND day = ?2 AND kind = ?3 AND transfer > ?4
         ORDER BY transfer LIMIT +?5"
    )
}

/// The transfers of a day and kind behind one of them, each with its value in a dimension, so many at most.
///
/// # Errors
/// The database.
pub fn at(
    db: &Db,
    (utility, dimension): (i64, Dimension),
    place: &Place,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Key)>, Error> {
    let mut query = db.prepare_cached(&at_query(dimension))?;
    let found = query.query_map(params![utility, place.day.0, place.kind, after, limit], |row| {
        let key = match row.get_ref(1)? {
            rusqlite::types::ValueRef::Integer(number) => Key::Number(number),
            rusqlite::types::ValueRef::Text(_) => Key::Word(row.get(1)?),
            _ => Key::None,
        };
        Ok((row.get(0)?, key))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The postings of a transfer, by account.
///
/// # Errors
/// The database.
pub fn postings(db: &Db, transfer: i64) -> Result<Vec<RevenuePosting>, Error> {
    let mut query = db.prepare_cached(
        "SELECT a.kind, o.amount FROM posting o JOIN account a ON a.num = o.account WHERE o.transfer = ?1 ORDER BY a.kind",
    )?;
    let mut rows = query.query([transfer])?;
    let mut postings = Vec::new();
    while let Some(row) = rows.next()? {
        let word: String = row.get(0)?;
        let account = Account::from_word(&word).ok_or_else(|| Error::Setup(format!("transfer {transfer} posts to {word}")))?;
        postings.push(RevenuePosting { account, amount: Rupiah(row.get(1)?) });
    }
    Ok(postings)
}

/// The query of [`load`]: one transfer by its key.
pub const LOAD: &str =
    "SELECT t.num, t.kind, t.at, f.day, f.hour, c.id, c.label, k.id, k.name, t.month, p.id, f.method, f.class, z.name, g.name,
    u.name, t.reason
  FROM transfer t JOIN revenue_transfer f ON f.utility = ?2 AND f.day = ?3 AND f.kind = ?4 AND f.transfer = t.num
    JOIN connection c ON c.num = t.connection JOIN customer k ON k.num = c.customer JOIN zone z ON z.num = f.zone
    LEFT JOIN purchase p ON p.num = t.purchase LEFT JOIN campaign g ON g.num = f.campaign
    LEFT JOIN user u ON u.num = COALESCE(t.who, f.collector) WHERE t.num = ?1";

/// A transfer with these postings, and what it did to an account.
///
/// # Errors
/// It is not counted at this place, or the database.
pub fn load(
    db: &Db,
    (utility, place): (i64, &Place),
    transfer: i64,
    (postings, account): (Vec<RevenuePosting>, Account),
) -> Result<RevenueTransfer, Error> {
    let on = postings.iter().find(|posting| posting.account == account);
    let amount = on.map_or(Rupiah(0), |posting| posting.amount);
    let mut query = db.prepare_cached(LOAD)?;
    let values = params![transfer, utility, place.day.0, place.kind];
    Ok(query.query_row(values, |row| shown(row, amount, postings))?)
}

fn shown(row: &Row<'_>, amount: Rupiah, postings: Vec<RevenuePosting>) -> rusqlite::Result<RevenueTransfer> {
    Ok(RevenueTransfer {
        no: row.get(0)?,
        kind: row.get(1)?,
        at: UtcMillis(row.get(2)?),
        day: LocalDay(row.get(3)?),
        hour: row.get(4)?,
        connection: ConnectionId(Uuid::from_bytes(row.get(5)?)),
        label: row.get(6)?,
        customer: CustomerId(Uuid::from_bytes(row.get(7)?)),
        customer_name: row.get(8)?,
        amount,
        postings,
        month: row.get::<_, Option<i32>>(9)?.map(LocalMonth),
        purchase: row.get::<_, Option<[u8; 16]>>(10)?.map(Uuid::from_bytes),
        method: row.get(11)?,
        class: row.get(12)?,
        zone: row.get(13)?,
        campaign: row.get(14)?,
        who: row.get(15)?,
        reason: row.get(16)?,
    })
}

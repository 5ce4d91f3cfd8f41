//! Cash by cashier and local day: what the ledger has of it, and what was counted.

use crate::core::{Db, Tx};
use crate::error::Error;
use crate::sales::rows::cut;
use domain::billing::ledger::Account;
use domain::sales::cash_day::Booked;
use domain::sales::cash_zone;
use domain::sales::cash_zone::ZoneDays;
use domain::{LocalDay, Rupiah, TimeZone, UserId, UtcMillis};
use protocol::sales::closing::{CashCount, CashRound};
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Some local days of a utility: from one on, up to another one, without it.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    /// Key of the utility.
    pub utility: i64,
    /// Its time zone: that of days of which none, and none behind them, was counted.
    pub zone: TimeZone,
    /// The first.
    pub from: LocalDay,
    /// The one behind the last.
    pub until: LocalDay,
}

/// Cash of a cashier and a day that was not counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open {
    /// How much.
    pub booked: Booked,
    /// The last transfer of it.
    pub last: i64,
}

/// The query of [`open`], of one account: the postings on it of transfers within days of one time zone. Cash is taken by the buyer of a cash purchase, and given
/// back by whoever the transfer names. The first of them can begin an hour or two before its own midnight.
pub const OPEN: &str =
    "SELECT COALESCE(t.who, b.buyer), MAX((t.at + ?6) / 86400000, ?8), SUM(ABS(o.amount)), COUNT(*), MAX(t.num)
    FROM account a CROSS JOIN posting o CROSS JOIN transfer t CROSS JOIN purchase b
    WHERE a.utility = ?1 AND a.kind = ?2 AND a.connection IS NULL AND o.account = a.num AND o.transfer >= ?3 AND o.transfer <= ?7
      AND t.num = o.transfer AND t.at >= ?4 AND t.at < ?5 AND b.num = t.purchase AND b.channel = 'cash'
      AND t.num > COALESCE((SELECT MAX(k.last) FROM cash_count k
        WHERE k.utility = ?1 AND k.day = MAX((t.at + ?6) / 86400000, ?8) AND k.cashier = COALESCE(t.who, b.buyer)), 0)
    GROUP BY 1, 2";

/// Days of a utility that were counted, from the day before some days on, each with the time zone of its first count. What counts behind these days is
/// the next one alone.
fn counted_zones(db: &Db, days: Days) -> Result<Vec<(LocalDay, TimeZone)>, Error> {
    let from = days.from.plus(-1);
    let most = i64::from(days.until.0) - i64::from(from.0) + 1;
    // Of a row that is not aggregated SQLite takes the one that has the minimum.
    let mut query = db.prepare_cached(
        "SELECT day, time_zone, MIN(num) FROM cash_count WHERE utility = ?1 AND day >= ?2 GROUP BY day ORDER BY day LIMIT +?3",
    )?;
    let found = query.query_map(params![days.utility, from.0, most], |row| {
        let zone: String = row.get(1)?;
        Ok((LocalDay(row.get(0)?), TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta)))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The time zone of a day of a utility, whose own zone is known.
pub fn zone_of_day(db: &Db, (utility, zone): (i64, TimeZone), day: LocalDay) -> Result<TimeZone, Error> {
    let counted = counted_zones(db, Days { utility, zone, from: day, until: day.plus(1) })?;
    Ok(cash_zone::zone_of(&counted, zone, day))
}

/// What is booked and was not counted, by day and key of the cashier.
pub fn open(db: &Db, days: Days) -> Result<BTreeMap<(LocalDay, i64), Open>, Error> {
    let counted = counted_zones(db, days)?;
    let mut found: BTreeMap<(LocalDay, i64), Open> = BTreeMap::new();
    for one in cash_zone::by_zone(&counted, days.zone, (days.from, days.until)) {
        add_open(db, days.utility, one, &mut found)?;
    }
    Ok(found)
}

fn add_open(db: &Db, utility: i64, days: ZoneDays, found: &mut BTreeMap<(LocalDay, i64), Open>) -> Result<(), Error> {
    let (from, until) = (days.begins, days.ends());
    // Of days that are long over nobody reads what was posted since.
    let (first, last) = (cut::at(db, utility, from, i64::MAX)?.first, cut::at(db, utility, until, i64::MAX)?.last());
    let mut query = db.prepare_cached(OPEN)?;
    for account in [Account::Cash, Account::Refunds] {
        let values = params![utility, account.as_str(), first, from.0, until.0, days.zone.offset_ms(), last, days.from.0];
        let rows = query.query_map(values, |row| {
            let key = (LocalDay(row.get(1)?), row.get::<_, i64>(0)?);
            Ok((key, Rupiah(row.get(2)?), row.get::<_, i64>(3)?, row.get::<_, i64>(4)?))
        })?;
        for row in rows {
            let (key, amount, transfers, last) = row?;
            let nothing = Rupiah(0);
            let (taken, given_back) = if account == Account::Cash { (amount, nothing) } else { (nothing, amount) };
            let open = found.entry(key).or_default();
            open.booked = open.booked.with(Booked { taken, given_back, transfers });
            open.last = open.last.max(last);
        }
    }
    Ok(())
}

/// A round of counting, with whose and of which day it is.
pub struct Round {
    /// The day.
    pub day: LocalDay,
    /// Key of the cashier.
    pub cashier: i64,
    /// What was counted.
    pub round: CashRound,
}

/// What was counted of some days, the first round of each first.
pub fn rounds(db: &Db, days: Days) -> Result<Vec<Round>, Error> {
    let mut query = db.prepare_cached(
        "SELECT k.day, k.cashier, k.taken, k.given_back, k.transfers, k.counted, k.reason, u.name, k.at, k.by = k.cashier
         FROM cash_count k JOIN user u ON u.num = k.by WHERE k.utility = ?1 AND k.day >= ?2 AND k.day < ?3
         ORDER BY k.day, k.cashier, k.part",
    )?;
    let found = query.query_map(params![days.utility, days.from.0, days.until.0], |row| {
        let booked = Booked { taken: Rupiah(row.get(2)?), given_back: Rupiah(row.get(3)?), transfers: row.get(4)? };
        let (counted, reason, by_name) = (Rupiah(row.get(5)?), row.get(6)?, row.get(7)?);
        let round = CashRound { booked, counted, reason, by_name, is_own: row.get(9)?, at: UtcMillis(row.get(8)?) };
        Ok(Round { day: LocalDay(row.get(0)?), cashier: row.get(1)?, round })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Identifier and name of a user.
pub fn name(db: &Db, user: i64) -> Result<(UserId, String), Error> {
    let mut query = db.prepare_cached("SELECT id, name FROM user WHERE num = ?1")?;
    Ok(query.query_row([user], |row| Ok((UserId(Uuid::from_bytes(row.get(0)?)), row.get(1)?)))?)
}

/// Key of a user of a utility.
pub fn cashier(db: &Db, utility: i64, id: UserId) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM user WHERE id = ?1 AND utility = ?2")?;
    Ok(query.query_row(params![id.0.as_bytes(), utility], |row| row.get(0)).optional()?)
}

/// What a request has counted: cashier, day, round and amount.
pub type Counted = (i64, LocalDay, u32, Rupiah);

/// What was counted under a key.
pub fn counted(db: &Db, utility: i64, key: Uuid) -> Result<Option<Counted>, Error> {
    let mut query = db.prepare_cached("SELECT cashier, day, part, counted FROM cash_count WHERE id = ?1 AND utility = ?2")?;
    let found = query.query_row(params![key.as_bytes(), utility], |row| {
        Ok((row.get(0)?, LocalDay(row.get(1)?), row.get(2)?, Rupiah(row.get(3)?)))
    });
    Ok(found.optional()?)
}

/// Whether there is a count of an identifier, in whichever utility.
pub fn is_taken(db: &Db, id: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM cash_count WHERE id = ?1)")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0))?)
}

/// How often a cashier's day was counted.
pub fn done(db: &Db, utility: i64, (day, cashier): (LocalDay, i64)) -> Result<u32, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM cash_count WHERE utility = ?1 AND day = ?2 AND cashier = ?3")?;
    Ok(query.query_row(params![utility, day.0, cashier], |row| row.get(0))?)
}

/// Writes what was counted. Its identifier is the key of the request.
pub fn insert(
    tx: &mut Tx<'_>,
    (utility, zone, by): (i64, TimeZone, i64),
    (cashier, asked): (i64, &CashCount),
    open: Open,
) -> Result<(), Error> {
    let Booked { taken, given_back, transfers } = open.booked;
    tx.db
        .prepare_cached(
            "INSERT INTO cash_count (id, utility, cashier, day, time_zone, part, last, taken, given_back, transfers, counted, reason, by, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            asked.key.as_bytes(),
            utility,
            cashier,
            asked.day.0,
            zone.iana(),
            asked.round,
            open.last,
            taken.0,
            given_back.0,
            transfers,
            asked.counted.0,
            asked.reason.trim(),
            by,
            tx.now.0
        ])?;
    Ok(())
}

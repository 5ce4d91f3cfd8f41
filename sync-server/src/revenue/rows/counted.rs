//! What transfers count for: read from the ledger once, and kept as it was then.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::ledger::{Account, Posting};
use domain::billing::tariff::TariffClass;
use domain::revenue::{CountedTransfer, TransferKind};
use domain::{LocalMonth, Rupiah, TimeZone, UserId, UtcMillis, ZoneId};
use rusqlite::{Row, params};
use uuid::Uuid;

/// A transfer with what it counts for, and the keys by which that is stored.
pub struct Counted {
    /// Its key.
    pub num: i64,
    /// Key of the utility.
    pub utility: i64,
    /// Key of the connection.
    pub connection: i64,
    /// Key of the zone.
    pub zone: i64,
    /// Key of the campaign.
    pub campaign: Option<i64>,
    /// Key of who took or gave the cash.
    pub collector: Option<i64>,
    /// What it counts for. Its postings come by [`postings`].
    pub counts: CountedTransfer,
    /// What the connection's posted credit was before it, where it changes that.
    pub credit_before: Option<Rupiah>,
}

/// The query of [`after`]: transfers by key. The way to pay of what came by the payment gateway is that of the order in the transfer's key
/// (`settle:{order}:{no}`, `back:{order}:{no}`); where that names none, that of the first payment of the purchase that was credited. A campaign
/// counts what purchases that got its voucher did, as its own page has it.
pub const AFTER: &str = "SELECT t.num, t.utility, t.connection, t.kind, t.at, t.month, c.zone, z.id, z.time_zone, c.tariff_class,
    CASE p.channel WHEN 'cash' THEN 'cash' WHEN 'gateway' THEN COALESCE(
      (SELECT y.method FROM payment y WHERE y.order_id = rtrim(rtrim(substr(t.key, instr(t.key, ':') + 1), '0123456789'), ':')),
      (SELECT y.method FROM payment y WHERE y.purchase = p.id AND EXISTS (
         SELECT 1 FROM payment_effect e WHERE e.payment = y.num AND e.kind = 'credit') ORDER BY y.num LIMIT 1), 'gateway') END,
    k.num, k.id, u.num, u.id
  FROM transfer t CROSS JOIN connection c ON c.num = t.connection CROSS JOIN zone z ON z.num = c.zone LEFT JOIN purchase p ON p.num = t.purchase
    LEFT JOIN voucher_use w ON w.purchase = CASE WHEN p.voucher IS NOT NULL THEN p.num END AND w.state = 'consumed' LEFT JOIN voucher v ON v.num = w.voucher
    LEFT JOIN campaign k ON k.num = v.series
    LEFT JOIN user u ON u.num = CASE p.channel WHEN 'cash' THEN COALESCE(t.who, p.buyer) END
  WHERE t.num > ?1 ORDER BY t.num LIMIT ?2";

/// Transfers behind a key, in order, so many at most.
///
/// # Errors
/// The database.
pub fn after(db: &Db, transfer: i64, limit: i64) -> Result<Vec<Counted>, Error> {
    let mut query = db.prepare_cached(AFTER)?;
    let mut found: Vec<Counted> = query.query_map([transfer, limit], counted)?.collect::<Result<_, _>>()?;
    if let Some(last) = found.last().map(|last| last.num) {
        postings(db, (transfer, last), &mut found)?;
    }
    Ok(found)
}

fn counted(row: &Row<'_>) -> rusqlite::Result<Counted> {
    let zone: String = row.get(8)?;
    // The schema's own CHECK allows no other word.
    let zone = TimeZone::from_iana(&zone).unwrap_or(TimeZone::Jakarta);
    let at = UtcMillis(row.get(4)?);
    let (kind, class): (String, String) = (row.get(3)?, row.get(9)?);
    let id = |column: usize| row.get::<_, Option<[u8; 16]>>(column).map(|id| id.map(Uuid::from_bytes));
    Ok(Counted {
        num: row.get(0)?,
        utility: row.get(1)?,
        connection: row.get(2)?,
        zone: row.get(6)?,
        campaign: row.get(11)?,
        collector: row.get(13)?,
        counts: CountedTransfer {
            day: zone.day_of(at),
            hour: zone.hour_of(at) as u8,
            kind: TransferKind::from_word(&kind),
            method: row.get(10)?,
            class: TariffClass::from_word(&class),
            zone: ZoneId(Uuid::from_bytes(row.get(7)?)),
            campaign: id(12)?,
            collector: id(14)?.map(UserId),
            month: row.get::<_, Option<i32>>(5)?.map(LocalMonth),
            postings: Vec::new(),
        },
        credit_before: None,
    })
}

/// The query of [`postings`].
pub const POSTINGS: &str = "SELECT o.transfer, a.kind, o.amount, o.after FROM posting o INDEXED BY posting_transfer
  CROSS JOIN account a WHERE o.transfer > ?1 AND o.transfer <= ?2 AND a.num = o.account ORDER BY o.transfer";

/// Adds to transfers what they post: those behind one key, up to another.
fn postings(db: &Db, (after, last): (i64, i64), to: &mut [Counted]) -> Result<(), Error> {
    let mut query = db.prepare_cached(POSTINGS)?;
    let mut rows = query.query([after, last])?;
    let mut place = 0;
    while let Some(row) = rows.next()? {
        let transfer: i64 = row.get(0)?;
        while to.get(place).is_some_and(|counted| counted.num < transfer) {
            place += 1;
        }
        let word: String = row.get(1)?;
        let (Some(counted), Some(account)) = (to.get_mut(place), Account::from_word(&word)) else {
            return Err(Error::Setup(format!("transfer {transfer} has a posting that cannot be counted")));
        };
        let (amount, after) = (Rupiah(row.get(2)?), Rupiah(row.get(3)?));
        counted.counts.postings.push(Posting { account, amount });
        if account == Account::Credit {
            counted.credit_before = Some(Rupiah(after.0 - amount.0));
        }
    }
    Ok(())
}

/// Keeps what a transfer counts for.
///
/// # Errors
/// It is counted already, or the database.
pub fn keep(tx: &mut Tx<'_>, counted: &Counted) -> Result<(), Error> {
    let counts = &counted.counts;
    tx.db
        .prepare_cached(
            "INSERT INTO revenue_transfer (utility, day, kind, transfer, hour, method, class, zone, campaign, collector, month)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            counted.utility,
            counts.day.0,
            counts.kind.as_str(),
            counted.num,
            counts.hour,
            counts.method,
            counts.class.map(TariffClass::as_str),
            counted.zone,
            counted.campaign,
            counted.collector,
            counts.month.map(|month| month.0)
        ])?;
    Ok(())
}

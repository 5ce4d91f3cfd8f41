//! What transfers count for: read from the ledger once, and kept as it was then.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::billing::ledger::{Account, Posting};
use domain::billing::tariff::TariffClass;
use domain::revenue::{CountedTransfer, TransferKind};
use domain::{LocalMonth, Rupiah, TimeZone, UserId, UtcMillis, ZoneId};
use rusqlite::{Row, Statement};
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
/// (`settle:{order}:{no}`, `back:{order}:{no}`, `gateway_fee:{order}`); where that names none, that of the first payment of the purchase that was
/// credited. A campaign counts what purchases that got its voucher did, as its own page has it.
pub const AFTER: &str = "SELECT t.num, t.utility, t.connection, t.kind, t.at, t.month, c.zone, z.id, z.time_zone, c.tariff_class,
    CASE p.channel WHEN 'cash' THEN 'cash' WHEN 'gateway' THEN COALESCE(
      (SELECT y.method FROM payment y WHERE y.order_id = CASE t.kind WHEN 'gateway_fee' THEN substr(t.key, 13)
         ELSE rtrim(rtrim(substr(t.key, instr(t.key, ':') + 1), '0123456789'), ':') END),
      (SELECT y.method FROM payment y WHERE y.purchase = p.id AND EXISTS (
         SELECT 1 FROM payment_effect e WHERE e.payment = y.num AND e.kind = 'credit') ORDER BY y.num LIMIT 1), 'gateway') END,
    k.num, k.id, u.num, u.id
  FROM transfer t CROSS JOIN connection c ON c.num = t.connection CROSS JOIN zone z ON z.num = c.zone LEFT JOIN purchase p ON p.num = t.purchase
    LEFT JOIN voucher_use w ON w.purchase = CASE WHEN p.voucher IS NOT NULL THEN p.num END AND w.state = 'consumed' LEFT JOIN voucher v ON v.num = w.voucher
    LEFT JOIN campaign k ON k.num = v.series
    LEFT JOIN user u ON u.num = CASE p.channel WHEN 'cash' THEN COALESCE(t.who, p.buyer) END
  WHERE t.num > ?1 ORDER BY t.num LIMIT +?2";

/// Transfers behind a key, in order, so many at most. What they post is read from the ledger only where the transaction has not posted it itself.
///
/// # Errors
/// The database.
pub fn after(tx: &Tx<'_>, transfer: i64, limit: i64) -> Result<Vec<Counted>, Error> {
    let mut query = tx.db.prepare_cached(AFTER)?;
    let mut found: Vec<Counted> = query.query_map([transfer, limit], counted)?.collect::<Result<_, _>>()?;
    if let Some(last) = found.last().map(|last| last.num)
        && !take_posted(tx, &mut found)
    {
        postings(tx, (transfer, last), &mut found)?;
    }
    Ok(found)
}

/// A text of a row, where it lies.
fn text<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<&'r str> {
    row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)
}

fn counted(row: &Row<'_>) -> rusqlite::Result<Counted> {
    // The schema's own CHECK allows no other word.
    let zone = TimeZone::from_iana(text(row, 8)?).unwrap_or(TimeZone::Jakarta);
    let at = UtcMillis(row.get(4)?);
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
            kind: TransferKind::from_word(text(row, 3)?),
            method: row.get(10)?,
            class: TariffClass::from_word(text(row, 9)?),
            zone: ZoneId(Uuid::from_bytes(row.get(7)?)),
            campaign: id(12)?,
            collector: id(14)?.map(UserId),
            month: row.get::<_, Option<i32>>(5)?.map(LocalMonth),
            postings: Vec::new(),
        },
        credit_before: None,
    })
}

impl Counted {
    /// Adds a posting, with the balance of its account after it.
    fn add(&mut self, posting: Posting, after: Rupiah) {
        self.counts.postings.push(posting);
        if posting.account == Account::Credit {
            self.credit_before = Some(Rupiah(after.0 - posting.amount.0));
        }
    }
}

/// Adds to transfers what they post, if the transaction has posted all of them itself; returns whether it has. To find that again in the ledger would
/// cost as much as to find the transfers.
fn take_posted(tx: &Tx<'_>, to: &mut [Counted]) -> bool {
    let Some(first) = to.first().map(|first| first.num) else { return true };
    let posted = tx.posted();
    let posted = &posted[posted.partition_point(|transfer| transfer.num < first)..];
    let is_all = posted.len() >= to.len() && to.iter().zip(posted).all(|(counted, transfer)| counted.num == transfer.num);
    if is_all {
        for (counted, transfer) in to.iter_mut().zip(posted) {
            transfer.postings.iter().for_each(|(posting, after)| counted.add(*posting, *after));
        }
    }
    is_all
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
        let (Some(counted), Some(account)) = (to.get_mut(place), Account::from_word(text(row, 1)?)) else {
            return Err(Error::Setup(format!("transfer {transfer} has a posting that cannot be counted")));
        };
        counted.add(Posting { account, amount: Rupiah(row.get(2)?) }, Rupiah(row.get(3)?));
    }
    Ok(())
}

/// Transfers that one statement keeps, where there are as many: a statement of its own costs about as much as the row.
const AT_ONCE: usize = 10;

/// The columns of a row of [`keep`], in the order in which [`bind`] has them.
const COLUMNS: &str = "utility, day, kind, transfer, hour, method, class, zone, campaign, collector, month";

/// How many they are.
const WIDTH: usize = 11;

/// The statement that keeps so many transfers.
fn insert(rows: usize) -> String {
    let row = format!("({})", ["?"; WIDTH].join(", "));
    format!("INSERT INTO revenue_transfer ({COLUMNS}) VALUES {}", vec![row; rows].join(", "))
}

/// Keeps what transfers count for.
///
/// # Errors
/// One is counted already, or the database.
pub fn keep(tx: &mut Tx<'_>, all: &[Counted]) -> Result<(), Error> {
    let whole = all.len() - all.len() % AT_ONCE;
    for (part, rows) in [(&all[..whole], AT_ONCE), (&all[whole..], 1)] {
        if part.is_empty() {
            continue;
        }
        let mut statement = tx.db.prepare_cached(&insert(rows))?;
        for together in part.chunks(rows) {
            for (place, counted) in together.iter().enumerate() {
                bind(&mut statement, place * WIDTH, counted)?;
            }
            statement.raw_execute()?;
        }
    }
    Ok(())
}

/// Binds the columns of a transfer behind so many parameters.
fn bind(statement: &mut Statement<'_>, before: usize, counted: &Counted) -> rusqlite::Result<()> {
    let counts = &counted.counts;
    statement.raw_bind_parameter(before + 1, counted.utility)?;
    statement.raw_bind_parameter(before + 2, counts.day.0)?;
    statement.raw_bind_parameter(before + 3, counts.kind.as_str())?;
    statement.raw_bind_parameter(before + 4, counted.num)?;
    statement.raw_bind_parameter(before + 5, counts.hour)?;
    statement.raw_bind_parameter(before + 6, counts.method.as_deref())?;
    statement.raw_bind_parameter(before + 7, counts.class.map(TariffClass::as_str))?;
    statement.raw_bind_parameter(before + 8, counted.zone)?;
    statement.raw_bind_parameter(before + 9, counted.campaign)?;
    statement.raw_bind_parameter(before + 10, counted.collector)?;
    statement.raw_bind_parameter(before + 11, counts.month.map(|month| month.0))
}

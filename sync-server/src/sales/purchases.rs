//! Purchases until they are paid: a quote that binds for 15 minutes, and a checkout that reserves its voucher in one transaction.
//! What happens once there is news of the money is [`crate::sales::settlement`]'s.

use crate::billing::{charging, tariffs};
use crate::core::Tx;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::sales::{settlement, vouchers};
use domain::billing::ledger::Channel;
use domain::billing::tariff::{TariffVersion, charge};
use domain::people::Role;
use domain::sales::voucher::{Grant, Occasion, Refusal, VoucherCode, grant};
use domain::{ConnectionId, CustomerId, Millilitres, Rupiah, UtcMillis};
use protocol::core::problem::Code;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// A quote binds for this long.
pub const QUOTE_MS: i64 = 15 * domain::core::local_time::MINUTE_MS;
/// A purchase can be paid, and holds its voucher, for this long after checkout.
pub const PAYABLE_MS: i64 = 60 * domain::core::local_time::MINUTE_MS;
/// The most that one purchase can be for.
pub const MOST: Rupiah = Rupiah(50_000_000);

/// Where a purchase stands. What went back after it settled is [`Purchase::returned`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Offered.
    Quoted,
    /// Waits for its payment.
    Pending,
    /// Paid and credited.
    Settled,
    /// Neither taken nor paid in time.
    Expired,
    /// Its payment failed.
    Failed,
}

impl State {
    /// The state as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quoted => "quoted",
            Self::Pending => "pending",
            Self::Settled => "settled",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: Uuid,
    /// Key of the connection.
    pub connection: i64,
    /// Key of the customer.
    pub customer: i64,
    /// Key of the user who asked for it.
    pub buyer: i64,
    /// How it is paid.
    pub channel: Channel,
    /// Its face.
    pub amount: Rupiah,
    /// What its voucher gives.
    pub granted: Grant,
    /// Key of its voucher.
    pub voucher: Option<i64>,
    /// Where it stands.
    pub state: State,
    /// Until when it can be taken or paid.
    pub expires_at: UtcMillis,
    /// What came for it.
    pub paid: Rupiah,
    /// What came on top: paid twice, or too much.
    pub extra: Rupiah,
    /// What of both went back.
    pub returned: Rupiah,
    /// Identifier of the connection.
    pub of: ConnectionId,
    /// The voucher's code.
    pub code: Option<VoucherCode>,
    /// How it is paid through the gateway, once that was chosen, and its order there.
    pub method: Option<String>,
    /// See `method`.
    pub order: Option<String>,
    /// Whether no money moves.
    pub simulated: bool,
    /// When it was quoted.
    pub quoted_at: UtcMillis,
    /// When it was credited.
    pub settled_at: Option<UtcMillis>,
}

impl Purchase {
    /// As it is told.
    pub fn told(&self) -> protocol::sales::money::Purchase {
        protocol::sales::money::Purchase {
            id: self.id,
            connection: self.of,
            state: self.state.as_str().into(),
            channel: self.channel.as_str().into(),
            method: self.method.clone(),
            order: self.order.clone(),
            simulated: self.simulated,
            amount: self.amount,
            code: self.code.clone(),
            discount: self.granted.discount,
            bonus: self.granted.bonus,
            to_pay: self.to_pay(),
            paid: Rupiah(self.paid.0 + self.extra.0),
            returned: self.returned,
            at: self.quoted_at,
            expires_at: self.expires_at,
            settled_at: self.settled_at,
        }
    }

    /// What is to be paid.
    pub const fn to_pay(&self) -> Rupiah {
        Rupiah(self.amount.0 - self.granted.discount.0)
    }
}

const COLUMNS: &str =
    "SELECT p.num, p.id, p.connection, p.customer, p.channel, p.amount, p.discount, p.bonus, p.voucher, p.state, p.expires_at, p.paid,
       p.extra, p.returned, c.id, v.code, m.method, p.quoted_at, p.settled_at, m.order_id,
       json_extract(m.instructions, '$.simulator') IS NOT NULL, p.buyer
     FROM purchase p JOIN connection c ON c.num = p.connection LEFT JOIN voucher v ON v.num = p.voucher
     LEFT JOIN payment m ON m.num = (SELECT num FROM payment WHERE purchase = p.id ORDER BY num DESC LIMIT 1)";

fn read(row: &Row<'_>) -> rusqlite::Result<Purchase> {
    let (channel, state): (String, String) = (row.get(4)?, row.get(9)?);
    let states = [State::Quoted, State::Pending, State::Settled, State::Expired];
    Ok(Purchase {
        num: row.get(0)?,
        id: Uuid::from_bytes(row.get(1)?),
        connection: row.get(2)?,
        customer: row.get(3)?,
        channel: if channel == Channel::Cash.as_str() { Channel::Cash } else { Channel::Gateway },
        amount: Rupiah(row.get(5)?),
        granted: Grant { discount: Rupiah(row.get(6)?), bonus: Rupiah(row.get(7)?) },
        voucher: row.get(8)?,
        // The schema's own CHECK allows no other word.
        state: states.into_iter().find(|known| known.as_str() == state).unwrap_or(State::Failed),
        expires_at: UtcMillis(row.get(10)?),
        paid: Rupiah(row.get(11)?),
        extra: Rupiah(row.get(12)?),
        returned: Rupiah(row.get(13)?),
        of: ConnectionId(Uuid::from_bytes(row.get(14)?)),
        code: row.get::<_, Option<String>>(15)?.and_then(|code| code.parse().ok()),
        method: row.get(16)?,
        quoted_at: UtcMillis(row.get(17)?),
        settled_at: row.get::<_, Option<i64>>(18)?.map(UtcMillis),
        order: row.get(19)?,
        simulated: row.get(20)?,
        buyer: row.get(21)?,
    })
}

/// A purchase by its identifier.
///
/// # Errors
/// The database.
pub fn find(db: &Connection, id: Uuid) -> Result<Option<Purchase>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE p.id = ?1"))?;
    Ok(query.query_row([id.as_bytes()], read).optional()?)
}

/// The purchases of a connection, the newest first.
///
/// # Errors
/// The database.
pub fn of_connection(db: &Connection, connection: i64, limit: u32) -> Result<Vec<Purchase>, Error> {
    let mut query =
        db.prepare_cached(&format!("{COLUMNS} WHERE p.connection = ?1 AND p.state <> 'quoted' ORDER BY p.num DESC LIMIT ?2"))?;
    Ok(query.query_map(params![connection, limit], read)?.collect::<Result<_, _>>()?)
}

/// Keys of a connection and its customer, and the customer's identifier: if the caller may buy for it, or may see its money.
///
/// # Errors
/// [`Code::NotFound`] if there is none in the caller's scope, or the database.
pub fn in_scope(db: &Connection, caller: &Caller, id: ConnectionId) -> Result<(i64, i64, CustomerId), Error> {
    let sql = match caller.role {
        Role::Admin => {
            "SELECT c.num, c.customer, cu.id FROM connection c JOIN customer cu ON cu.num = c.customer
             WHERE c.id = ?1 AND c.utility = ?2 AND ?3 = ?3"
        }
        Role::Customer => {
            "SELECT c.num, c.customer, cu.id FROM connection c JOIN customer cu ON cu.num = c.customer
             JOIN user_customer l ON l.customer = c.customer WHERE c.id = ?1 AND c.utility = ?2 AND l.user = ?3"
        }
        Role::Technician => return Err(Error::problem(Code::NotFound, "there is no such connection")),
    };
    let mut query = db.prepare_cached(sql)?;
    let found = query
        .query_row(params![id.0.as_bytes(), caller.utility, caller.num], |row| {
            Ok((row.get(0)?, row.get(1)?, CustomerId(Uuid::from_bytes(row.get(2)?))))
        })
        .optional()?;
    found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such connection"))
}

/// What somebody wants to buy.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The identifier of the quote, chosen by who asks: the same again is the same quote.
    pub id: Uuid,
    /// For which connection.
    pub connection: ConnectionId,
    /// For how much.
    pub amount: Rupiah,
    /// With a voucher.
    pub code: Option<VoucherCode>,
    /// How it is to be paid.
    pub channel: Channel,
}

/// Makes a quote, which binds for 15 minutes: its amounts stay, whatever becomes of tariff and voucher. Nothing is reserved yet.
///
/// # Errors
/// The connection is not in the caller's scope, the amount is outside the tariff's limits, or the voucher cannot be used: the detail then
/// begins with the word of the [`Refusal`].
pub fn quote(tx: &mut Tx<'_>, caller: &Caller, wanted: &Wanted) -> Result<Purchase, Error> {
    let now = tx.now;
    let (connection, customer, customer_id) = in_scope(tx, caller, wanted.connection)?;
    if let Some(known) = find(tx, wanted.id)? {
        return again(tx, caller, wanted, known);
    }
    let today = charging::zone(tx, connection)?.day_of(now);
    let version = tariffs::on(tx, connection, today)?;
    let version = version.ok_or_else(|| Error::problem(Code::BadRequest, "the connection has no tariff yet"))?;
    if wanted.amount < version.minimum_top_up.max(Rupiah(1)) || wanted.amount > MOST {
        return Err(Error::problem(
            Code::BadRequest,
            format!("amount: a purchase is for Rp{} to Rp{}", version.minimum_top_up.0, MOST.0),
        ));
    }
    let (voucher, granted) = match &wanted.code {
        None => (None, Grant::default()),
        Some(code) => {
            let stored = vouchers::by_code(tx, caller.utility, code)?;
            let stored = stored.ok_or_else(|| Error::problem(Code::NotFound, "no_voucher: there is no such voucher"))?;
            let taken = vouchers::taken(tx, &stored, customer)?;
            let occasion = Occasion { customer: customer_id, class: version.class, amount: wanted.amount, now, taken };
            let used = charging::days(tx, connection, today.month())?.iter().map(|day| day.volume).sum();
            let granted = grant(&stored.voucher, &occasion, |volume| bonus_worth(&version, used, volume)).map_err(refused)?;
            (Some(stored.num), granted)
        }
    };
    let expires_at = now.plus(QUOTE_MS);
    tx.db.prepare_cached(
        "INSERT INTO purchase (id, utility, connection, customer, buyer, channel, amount, discount, bonus, voucher, state, quoted_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'quoted', ?11, ?12)",
    )?
    .execute(params![
        wanted.id.as_bytes(),
        caller.utility,
        connection,
        customer,
        caller.num,
        wanted.channel.as_str(),
        wanted.amount.0,
        granted.discount.0,
        granted.bonus.0,
        voucher,
        now.0,
        expires_at.0
    ])?;
    Ok(Purchase {
        num: tx.db.last_insert_rowid(),
        id: wanted.id,
        connection,
        customer,
        buyer: caller.num,
        channel: wanted.channel,
        amount: wanted.amount,
        granted,
        voucher,
        state: State::Quoted,
        expires_at,
        paid: Rupiah(0),
        extra: Rupiah(0),
        returned: Rupiah(0),
        of: wanted.connection,
        code: wanted.code.clone(),
        method: None,
        order: None,
        simulated: false,
        quoted_at: now,
        settled_at: None,
    })
}

/// The quote that is asked for again.
fn again(tx: &mut Tx<'_>, caller: &Caller, wanted: &Wanted, known: Purchase) -> Result<Purchase, Error> {
    let voucher = wanted.code.as_ref().map(|code| vouchers::by_code(tx, caller.utility, code)).transpose()?.flatten();
    let asked = (caller.num, wanted.connection, wanted.amount, wanted.channel, voucher.map(|voucher| voucher.num));
    if asked == (known.buyer, known.of, known.amount, known.channel, known.voucher) {
        return Ok(known);
    }
    Err(Error::problem(Code::BadRequest, "this identifier is of another purchase"))
}

/// What a volume on top of the month's use costs by today's version.
pub(crate) fn bonus_worth(version: &TariffVersion, used: Millilitres, volume: Millilitres) -> Rupiah {
    Rupiah(charge(version, used + volume).0 - charge(version, used).0)
}

fn refused(refusal: Refusal) -> Error {
    Error::problem(Code::BadRequest, format!("{}: the voucher cannot be used", refusal.as_str()))
}

/// A purchase of the caller's own.
///
/// # Errors
/// There is none, or the database.
pub fn of_buyer(db: &Connection, caller: &Caller, id: Uuid) -> Result<Purchase, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE p.id = ?1 AND p.buyer = ?2"))?;
    let found = query.query_row(params![id.as_bytes(), caller.num], read).optional()?;
    found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such quote"))
}

/// Takes a quote: its voucher is reserved in the same transaction, and the purchase waits for its payment. The same again changes nothing.
/// What is free of charge settles at once.
///
/// # Errors
/// There is no such quote of the caller's, it is over, no use of the voucher is left (`depleted`), or it was paused (`not_active`).
pub fn checkout(tx: &mut Tx<'_>, caller: &Caller, id: Uuid) -> Result<Purchase, Error> {
    take(tx, of_buyer(tx, caller, id)?)
}

/// The same of a purchase that was just found.
pub(crate) fn take(tx: &mut Tx<'_>, mut purchase: Purchase) -> Result<Purchase, Error> {
    let now = tx.now;
    match purchase.state {
        State::Pending | State::Settled => return Ok(purchase),
        State::Expired | State::Failed => return Err(over()),
        State::Quoted if now >= purchase.expires_at => return Err(over()),
        State::Quoted => {}
    }
    if let Some(voucher) = purchase.voucher {
        vouchers::reserve(tx, voucher, purchase.num, purchase.customer)?.map_err(refused)?;
    }
    (purchase.state, purchase.expires_at) = (State::Pending, now.plus(PAYABLE_MS));
    tx.db
        .prepare_cached("UPDATE purchase SET state = 'pending', expires_at = ?2 WHERE num = ?1")?
        .execute(params![purchase.num, purchase.expires_at.0])?;
    if purchase.to_pay() == Rupiah(0) {
        let key = format!("free:{}", purchase.id);
        settlement::settle_found(tx, &mut purchase, &key, Rupiah(0))?;
    }
    Ok(purchase)
}

fn over() -> Error {
    Error::problem(Code::BadRequest, "expired: the quote is over, ask for another")
}

//! Purchases until they are checked out: a quote that binds for 15 minutes; and purchases as people and devices see them.

use crate::billing::{charging, credit, prices};
use crate::core::feed::RowId;
use crate::core::scope::{Caller, ConnectionInScope};
use crate::core::{Db, Tx, scope};
use crate::error::Error;
use crate::sales::rows::purchases as rows;
use crate::sales::rows::vouchers::{StoredVoucher, by_code};
use crate::sales::vouchers;
use domain::billing::ledger::Channel;
use domain::billing::tariff::{DayVolume, TariffClass, TariffVersion, worth_on_top};
use domain::sales::payment::MOST_PURCHASE;
use domain::sales::voucher::{Grant, Occasion, Refusal, VoucherCode, grant};
use domain::{ConnectionId, LocalDay, Rupiah};
use protocol::core::problem::Code;
use protocol::sales::admin::{PURCHASES, PurchasePage, PurchaseRow};
use protocol::sales::money;
use protocol::sync::rows::Entity;
use serde_json::value::RawValue;
use uuid::Uuid;

pub use crate::sales::rows::purchases::{Purchase, PurchaseState, find};

/// A quote binds for this long.
pub const QUOTE_MS: i64 = 15 * domain::core::local_time::MINUTE_MS;
/// Quotes of one connection that bind at a time.
const OPEN_QUOTES: i64 = 20;

impl Purchase {
    /// As it is sent.
    pub fn to_wire(&self) -> money::Purchase {
        money::Purchase {
            id: self.id,
            connection: self.connection_id,
            state: self.state.as_str().into(),
            channel: self.channel.as_str().into(),
            method: self.method.clone(),
            order: self.order.clone(),
            payment: self.payment.clone(),
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
            how: self.instructions.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        }
    }

    /// What is to be paid.
    pub const fn to_pay(&self) -> Rupiah {
        Rupiah(self.amount.0 - self.granted.discount.0)
    }

    /// What was paid and did not go back.
    pub const fn left(&self) -> Rupiah {
        Rupiah(self.paid.0 + self.extra.0 - self.returned.0)
    }
}

fn not_found() -> Error {
    Error::problem(Code::NotFound, "there is no such purchase")
}

/// A purchase by its identifier.
///
/// # Errors
/// There is none, or the database.
pub fn existing(db: &Db, id: Uuid) -> Result<Purchase, Error> {
    find(db, id)?.ok_or_else(not_found)
}

/// A purchase of the caller's own.
///
/// # Errors
/// There is none, or the database.
pub fn of_buyer(db: &Db, caller: &Caller, id: Uuid) -> Result<Purchase, Error> {
    let found = rows::find_of_buyer(db, caller.num, id)?;
    found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such quote"))
}

/// A purchase for a connection that is in the caller's scope, whoever of its customer's users has asked for it.
///
/// # Errors
/// There is none, or the database.
pub fn in_scope(db: &Db, caller: &Caller, id: Uuid) -> Result<Purchase, Error> {
    let found = existing(db, id)?;
    scope::connection(db, caller, found.connection_id).map_err(|_| not_found())?;
    Ok(found)
}

/// What somebody wants to buy.
#[derive(Clone, Debug)]
pub struct PurchaseRequest {
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

impl PurchaseRequest {
    /// What was asked for over HTTP, paid by a channel.
    pub fn of(asked: money::QuoteAsked, channel: Channel) -> Self {
        let money::QuoteAsked { id, connection, amount, code } = asked;
        Self { id, connection, amount, code, channel }
    }
}

/// Makes a quote, which binds for 15 minutes: its amounts stay, whatever becomes of tariff and voucher. Nothing is reserved yet.
///
/// # Errors
/// The connection is not in the caller's scope, it has too many quotes (`too_many_quotes`), the amount is outside the tariff's limits, or the voucher cannot be used: the detail then
/// begins with the word of the [`domain::sales::voucher::Refusal`].
pub fn quote(tx: &mut Tx<'_>, caller: &Caller, request: &PurchaseRequest) -> Result<Purchase, Error> {
    let held = scope::connection(tx, caller, request.connection)?;
    if let Some(known) = find(tx, request.id)? {
        return repeated(caller, request, known);
    }
    let is_by_gateway = request.channel == Channel::Gateway;
    if is_by_gateway && rows::open_of(tx, held.num, PurchaseState::Quoted, tx.now)? >= OPEN_QUOTES {
        let detail =
            format!("too_many_quotes: {OPEN_QUOTES} quotes of this connection bind; take one, or wait until one is over");
        return Err(Error::problem(Code::RateLimited, detail));
    }
    let today = charging::time_zone(tx, held.num)?.day_of(tx.now);
    let version = prices::on(tx, held.num, today)?;
    let version = version.ok_or_else(|| Error::problem(Code::BadRequest, "the connection has no tariff yet"))?;
    if request.amount < version.minimum_top_up.max(Rupiah(1)) || request.amount > MOST_PURCHASE {
        let detail = format!("amount: a purchase is for Rp{} to Rp{}", version.minimum_top_up.0, MOST_PURCHASE.0);
        return Err(Error::problem(Code::BadRequest, detail));
    }
    let (voucher, granted) = match &request.code {
        None => (None, Grant::default()),
        Some(code) => {
            let stored = by_code(tx, caller.utility, code)?;
            let stored = stored.ok_or_else(|| Error::problem(Code::NotFound, "no_voucher: there is no such voucher"))?;
            let granted = granted_to(tx, &held, &stored, (version.class, request.amount, today))?;
            (Some(stored.num), granted)
        }
    };
    let mut quote = Purchase {
        num: 0,
        id: request.id,
        connection: held.num,
        customer: held.customer,
        buyer: caller.num,
        channel: request.channel,
        amount: request.amount,
        granted,
        voucher,
        state: PurchaseState::Quoted,
        expires_at: tx.now.plus(QUOTE_MS),
        paid: Rupiah(0),
        extra: Rupiah(0),
        returned: Rupiah(0),
        connection_id: request.connection,
        code: request.code.clone(),
        method: None,
        order: None,
        payment: None,
        simulated: false,
        instructions: None,
        quoted_at: tx.now,
        settled_at: None,
    };
    rows::insert_quote(tx, caller.utility, &mut quote)?;
    Ok(quote)
}

/// What a voucher gives for an amount that a connection buys.
fn granted_to(
    tx: &Tx<'_>,
    held: &ConnectionInScope,
    voucher: &StoredVoucher,
    (class, amount, today): (TariffClass, Rupiah, LocalDay),
) -> Result<Grant, Error> {
    let taken = vouchers::taken(tx, voucher, held.customer)?;
    let occasion = Occasion { customer: held.customer_id, class, amount, now: tx.now, taken };
    MonthSoFar::load(tx, held.num, today)?.granted_by(voucher, &occasion).map_err(vouchers::refused)
}

/// A connection's month as far as it has come: what a volume on top of it is worth depends on it.
pub(crate) struct MonthSoFar {
    /// The versions that hold for the connection.
    pub prices: Vec<TariffVersion>,
    days: Vec<DayVolume>,
    today: LocalDay,
}

impl MonthSoFar {
    /// The month of a local day.
    pub fn load(db: &Db, connection: i64, today: LocalDay) -> Result<Self, Error> {
        let prices = prices::of_connection(db, connection)?;
        Ok(Self { prices, days: charging::days(db, connection, today.month())?, today })
    }

    /// What a voucher gives on an occasion. A volume is worth what it would cost on top of the month's use, with its tax.
    pub fn granted_by(&self, stored: &StoredVoucher, occasion: &Occasion) -> Result<Grant, Refusal> {
        grant(&stored.voucher, occasion, |volume| worth_on_top(&self.prices, &self.days, self.today, volume))
    }
}

/// The quote that was made under the same identifier, if it is for the same.
fn repeated(caller: &Caller, request: &PurchaseRequest, known: Purchase) -> Result<Purchase, Error> {
    // A code that there is not is no quote without one.
    let is_same = (caller.num, request.connection, request.amount, request.channel, request.code.as_ref())
        == (known.buyer, known.connection_id, known.amount, known.channel, known.code.as_ref());
    if is_same {
        return Ok(known);
    }
    Err(Error::problem(Code::BadRequest, "this identifier is of another purchase"))
}

/// A connection's purchases, the newest first.
///
/// # Errors
/// The connection is not in the caller's scope, or the database.
pub fn page(db: &Db, caller: &Caller, (connection, before): (ConnectionId, Option<i64>)) -> Result<PurchasePage, Error> {
    let connection = scope::connection(db, caller, connection)?.num;
    let listed = rows::list(db, connection, before, PURCHASES)?;
    let next = listed.last().map(|last| last.num).filter(|_| listed.len() == PURCHASES);
    let rows = listed.into_iter().map(|listed| {
        let found = existing(db, listed.id)?;
        let (purchase, extra) = (found.to_wire(), found.extra);
        let rows::Listed { order, payment, buyer, review, fee, .. } = listed;
        let returns = if purchase.returned > Rupiah(0) { credit::lines_of_returns(db, purchase.id)? } else { Vec::new() };
        Ok(PurchaseRow { purchase, order, payment, buyer, review, fee, extra, returns })
    });
    Ok(PurchasePage { rows: rows.collect::<Result<_, Error>>()?, next })
}

/// Publishes a purchase that has changed to its customer's devices.
pub(crate) fn publish(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let revision = rows::next_revision(tx, num)?;
    let bucket = tx.bucket(revision.utility, format!("customer:{}", revision.customer))?;
    tx.put(bucket, Entity::Purchase, &RowId::of(revision.id), revision.rev)
}

/// The body of a purchase's row; none if it is not there.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<Box<RawValue>>, Error> {
    let body = find(db, id)?.map(|purchase| serde_json::value::to_raw_value(&purchase.to_wire())).transpose();
    body.map_err(|error| Error::Setup(format!("a row cannot be written as JSON: {error}")))
}

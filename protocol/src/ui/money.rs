//! What customers do with money on a screen.

use crate::sales::money::{
    BalanceNow, CheckoutAsked, LoanAsked, Offer, OffersAsked, PayAsked, Paying, Purchase, PurchaseNamed, QuoteAsked,
    VoucherAsked, Why, WhyAsked,
};
use crate::sales::review::MethodLimits;
use crate::sync::rows::{Credit, StatementLine};
use crate::ui::ConnectionRef;
use domain::billing::forecast::ForecastBasis;
use domain::billing::tariff::{DayVolume, TariffVersion};
use domain::metering::meter::Valve;
use domain::sales::payment::Method;
use domain::sales::voucher::VoucherCode;
use domain::{ConnectionId, LocalDay, Millilitres, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a screen asks about money. Reading is from the cache; buying waits for the server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "money")]
pub enum MoneyRequest {
    /// Beli.
    Buying {
        /// For which supply point; the chosen one if none is named, or the first.
        connection: Option<ConnectionId>,
    },
    /// Keep what is being bought; none forgets it.
    Keep {
        /// For which supply point.
        connection: ConnectionId,
        /// What.
        draft: Option<Draft>,
    },
    /// The vouchers that are offered.
    Offers(OffersAsked),
    /// What a code gives; without a network by what was received of it before.
    Voucher(VoucherAsked),
    /// The limits of the ways to pay; an answer received before is given without a network as well.
    Methods,
    /// A quote, which binds.
    Quote(QuoteAsked),
    /// Take it.
    Checkout(CheckoutAsked),
    /// Begin to pay.
    Pay(PayAsked),
    /// The purchases that wait for their payment, of every supply point.
    Waiting,
    /// Go on with a purchase: Beli shows it, whatever was being prepared for its supply point before.
    Resume(PurchaseNamed),
    /// Cancel a purchase that waits.
    Cancel(PurchaseNamed),
    /// Have the gateway asked whether it was paid.
    Check(PurchaseNamed),
    /// Akun → Riwayat.
    History {
        /// Of which supply point; the chosen one if none is named, or the first.
        connection: Option<ConnectionId>,
    },
    /// Why a month costs what it costs; an answer received before is given without a network as well.
    Why(WhyAsked),
    /// Emergency credit.
    Lend(LoanAsked),
    /// The receipt of a purchase, on paper.
    Receipt {
        /// Which.
        purchase: Uuid,
    },
}

/// The answer to [`MoneyRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyResponse {
    /// To [`MoneyRequest::Buying`]; `None` if the customer has no supply point.
    Buying(Option<Box<Buying>>),
    /// To [`MoneyRequest::Keep`] and [`MoneyRequest::Resume`].
    Kept,
    /// To [`MoneyRequest::Offers`].
    Offers(Vec<Offer>),
    /// To [`MoneyRequest::Voucher`].
    Voucher {
        /// The voucher.
        offer: Offer,
        /// When it was received, where the server cannot be reached now: how often it is taken is as of then.
        since: Option<UtcMillis>,
    },
    /// To [`MoneyRequest::Methods`].
    Methods(MethodLimits),
    /// To [`MoneyRequest::Quote`], [`MoneyRequest::Checkout`], [`MoneyRequest::Cancel`] and [`MoneyRequest::Check`].
    Purchase(Purchase),
    /// To [`MoneyRequest::Pay`].
    Paying(Paying),
    /// To [`MoneyRequest::Waiting`]: the one whose time is over first comes first.
    Waiting(Vec<WaitingPayment>),
    /// To [`MoneyRequest::History`]; `None` if the customer has no supply point.
    History(Option<Box<History>>),
    /// To [`MoneyRequest::Why`].
    Why(Box<Why>),
    /// To [`MoneyRequest::Lend`].
    Lent(BalanceNow),
    /// To [`MoneyRequest::Receipt`].
    Document(Document),
}

/// Something that somebody wants to buy: it survives the end of the app, and waits while there is no network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The purchase's identifier, chosen here.
    pub id: Uuid,
    /// How much credit.
    pub amount: Rupiah,
    /// With a voucher.
    pub code: Option<VoucherCode>,
    /// How it is to be paid.
    pub method: Method,
}

/// A purchase that waits for its payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingPayment {
    /// The purchase.
    pub purchase: Purchase,
    /// For which supply point.
    pub place: ConnectionRef,
    /// How to pay it; `None` if that was not begun.
    pub paying: Option<Paying>,
}

/// A file that was made here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What to call it.
    pub name: String,
    /// Its bytes.
    pub base64: String,
}

/// Beli.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buying {
    /// The supply point shown.
    pub place: ConnectionRef,
    /// All of this customer's.
    pub places: Vec<ConnectionRef>,
    /// Its credit; `None` until that has come.
    pub credit: Option<Credit>,
    /// Its prices, past and to come; none until they have come.
    pub prices: Vec<TariffVersion>,
    /// The local day it is.
    pub today: LocalDay,
    /// What the charge of this month needs to be known of its days.
    pub so_far: Vec<DayVolume>,
    /// What a forecast is computed from.
    pub basis: Option<ForecastBasis>,
    /// What a usual day takes.
    pub usual: Option<Millilitres>,
    /// Its valve, as its meter reported it last.
    pub valve: Valve,
    /// The method that this customer used last.
    pub last_method: Option<Method>,
    /// What is being bought.
    pub draft: Option<Draft>,
    /// The purchase as the server has it.
    pub purchase: Option<Purchase>,
    /// How to pay it.
    pub paying: Option<Paying>,
}

/// Riwayat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The supply point shown.
    pub place: ConnectionRef,
    /// All of this customer's.
    pub places: Vec<ConnectionRef>,
    /// Its credit.
    pub credit: Option<Credit>,
    /// What was bought, or is waited for, the newest first; without quotes that nobody took.
    pub purchases: Vec<Purchase>,
    /// The statement, the newest line first.
    pub lines: Vec<StatementLine>,
}

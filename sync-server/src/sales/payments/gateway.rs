//! What any payment gateway does for us.

use crate::error::Error;
use crate::sales::payments::store::{GatewayMessage, Source};
use domain::Rupiah;
use domain::sales::payment::{GatewayReport, Method, OrderId};
use futures_util::future::BoxFuture;
use protocol::core::problem::Code;
pub use protocol::sales::money::Instructions;
use uuid::Uuid;

/// A payment gateway. Every call can be repeated: what was done already is not done again.
pub trait Gateway: Send + Sync {
    /// Begins a payment.
    fn start(&self, wanted: Wanted) -> BoxFuture<'_, Result<Instructions, Failure>>;
    /// How a payment stands.
    fn status(&self, order: OrderId) -> BoxFuture<'_, Result<Report, Failure>>;
    /// Ends a payment that was not made.
    fn cancel(&self, order: OrderId) -> BoxFuture<'_, Result<(), Failure>>;
    /// Gives money back.
    fn refund(&self, order: OrderId, wanted: GiveBack) -> BoxFuture<'_, Result<(), Failure>>;
}

/// A payment to begin.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name.
    pub order: OrderId,
    /// How much.
    pub gross: Rupiah,
    /// How.
    pub method: Method,
    /// For how long it can be paid.
    pub lifetime_ms: i64,
    /// The same key is the same payment.
    pub key: Uuid,
}

/// Money to give back.
#[derive(Clone, Debug)]
pub struct GiveBack {
    /// The same key is the same refund.
    pub key: String,
    /// How much.
    pub amount: Rupiah,
    /// Why.
    pub reason: String,
}

/// How a payment stands at the gateway.
#[derive(Clone, Debug)]
pub struct Report {
    /// The amount it has.
    pub gross: Rupiah,
    /// What it came to; `None` for a word that we do not know.
    pub heard: Option<GatewayReport>,
    /// The answer as it came.
    pub body: String,
}

impl Report {
    /// The same as something that was said of an order.
    pub fn into_said(self, order: OrderId, source: Source) -> GatewayMessage {
        GatewayMessage { source, order, gross: self.gross, heard: self.heard, body: self.body }
    }
}

/// Why a gateway did not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No answer: whether it was done is not known.
    #[error("the gateway cannot be reached: {0}")]
    Unreachable(String),
    /// An answer that cannot be read: whether it was done is not known.
    #[error("the gateway's answer cannot be read: {0}")]
    Unreadable(String),
    /// It is busy, or broken: whether it was done is not known.
    #[error("the gateway is out of order: {0}")]
    Broken(String),
    /// Our key is wrong: an operator has to look.
    #[error("the gateway does not take our key")]
    Key,
    /// It knows no such order.
    #[error("the gateway knows no such order")]
    Unknown,
    /// It will not do it.
    #[error("the gateway refuses: {code} {message}")]
    Refused {
        /// Its code.
        code: String,
        /// Its sentence.
        message: String,
    },
}

impl Failure {
    /// Whether it was certainly not done, and will not be.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { .. } => Self::problem(Code::BadRequest, failure.to_string()),
            Failure::Unknown => Self::problem(Code::NotFound, failure.to_string()),
            Failure::Unreachable(_) | Failure::Unreadable(_) | Failure::Broken(_) => {
                Self::problem(Code::Unreachable, "the payment gateway cannot be reached; nothing was charged, try again")
            }
            Failure::Key => Self::Setup(failure.to_string()),
        }
    }
}

//! What any payment gateway can do, and how it fails.

use crate::error::Error;
use crate::sales::payments::particulars::Particulars;
use crate::sales::payments::reports::GatewayMessage;
use crate::sales::rows::payments::Source;
use domain::sales::payment::{GatewayReport, Method, OrderId};
use domain::{Rupiah, UtcMillis};
use futures_util::future::BoxFuture;
use protocol::core::problem::Code;
pub use protocol::sales::money::Instructions;
use uuid::Uuid;

/// A payment gateway. Every call can be repeated: nothing is done twice.
pub trait Gateway: Send + Sync {
    /// Begins a payment.
    fn start(&self, request: PaymentRequest) -> BoxFuture<'_, Result<Started, Failure>>;
    /// The status of a payment.
    fn status(&self, order: OrderId) -> BoxFuture<'_, Result<StatusAnswer, Failure>>;
    /// Ends a payment that was not made.
    fn cancel(&self, order: OrderId) -> BoxFuture<'_, Result<(), Failure>>;
    /// Gives money back.
    fn refund(&self, order: OrderId, request: RefundRequest) -> BoxFuture<'_, Result<(), Failure>>;
}

/// A payment to begin.
#[derive(Clone, Debug)]
pub struct PaymentRequest {
    /// Its name.
    pub order: OrderId,
    /// How much.
    pub gross: Rupiah,
    /// How.
    pub method: Method,
    /// From when it can be paid, and for how many minutes.
    pub span: (UtcMillis, i64),
    /// When that is over.
    pub expires_at: UtcMillis,
    /// Where the customer comes back to from the gateway's page.
    pub back: Option<String>,
    /// The same key is the same payment.
    pub key: Uuid,
}

/// A payment that the gateway has begun.
#[derive(Clone, Debug)]
pub struct Started {
    /// What the customer needs to pay.
    pub how: Instructions,
    /// The gateway's own name for the transaction; a page has none before somebody pays on it.
    pub gateway_id: Option<String>,
}

/// Money to give back.
#[derive(Clone, Debug)]
pub struct RefundRequest {
    /// The same key is the same refund.
    pub key: String,
    /// How much.
    pub amount: Rupiah,
    /// Why.
    pub reason: String,
}

/// The gateway's answer to a status call.
#[derive(Clone, Debug)]
pub struct StatusAnswer {
    /// The amount it names; nought where that is none.
    pub gross: Rupiah,
    /// What else it says of the transaction.
    pub particulars: Particulars,
    /// What it reports; `None` for a word that is not known here.
    pub report: Option<GatewayReport>,
    /// The answer as it came.
    pub body: String,
}

impl StatusAnswer {
    /// The same as a message about an order.
    pub fn into_message(self, order: OrderId, source: Source) -> GatewayMessage {
        let Self { gross, particulars, report, body } = self;
        GatewayMessage { source, order, gross, particulars, report, body }
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
    /// Our key is wrong: a case for an operator.
    #[error("the gateway does not take our key")]
    Key,
    /// It knows no such order.
    #[error("the gateway knows no such order")]
    Unknown,
    /// It refuses.
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

//! What a payment gateway says of a payment, and what follows from it. The words are Midtrans' (product.md, 2a); the rules are pure, so
//! that the server and the stand-in of the gateway sign, read and judge alike.

mod amount;
mod limits;
mod machine;
#[cfg(test)]
mod machine_tests;
mod method;
mod order;
pub mod qris;
mod signature;
mod status;

pub use amount::{BadAmount, GrossAmount};
pub use limits::{BadLimit, MOST_PURCHASE, MethodLimit, default_limit, purchase_range};
pub use machine::{Effect, GatewayReport, PaymentFact, PaymentHistory, State, Tries, Why};
pub use method::{Bank, Method};
pub use order::{BadOrder, OrderId};
pub use signature::{sign, verify};
pub use status::{Fraud, Status};

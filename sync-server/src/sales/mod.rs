//! Sales: purchases, vouchers and campaigns, payments through a gateway or in cash, refunds.
//!
//! `rows` <- `vouchers` <- `campaigns`, `purchases` <- `settlement` <- `checkout` <- `payments`, `counter` <- `refunds` <- `http`.

pub mod campaigns;
pub mod check;
pub mod checkout;
pub mod counter;
pub mod http;
pub mod offers;
pub mod payments;
pub mod purchases;
pub mod refunds;
pub(crate) mod rows;
pub mod settlement;
pub mod vouchers;

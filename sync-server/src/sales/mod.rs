//! Sales: purchases, vouchers and campaigns, payments through a gateway or in cash, refunds; what stands on receipts.
//!
//! `rows` <- `limits`, `vouchers` <- `campaigns`, `purchases` <- `settlement` <- `checkout` <- `counter` <- `cases`, `bank_refunds`, `openings`
//! <- `payments` <- `refunds`, `settlements` <- `http`; `cash_days` <- `months`; `purchases`, `vouchers` <- `offers` <- `http`; `summary`, `utility`
//! and `unnamed`, which `settlements` uses, use `rows` alone.

pub mod bank_refunds;
pub mod campaigns;
pub mod cases;
pub mod cash_days;
pub mod check;
pub mod checkout;
pub mod counter;
pub mod http;
pub mod limits;
pub mod months;
pub mod offers;
pub mod openings;
pub mod payments;
pub mod purchases;
pub mod refunds;
pub(crate) mod rows;
pub mod settlement;
pub mod settlements;
pub mod summary;
#[cfg(test)]
mod tests;
mod unnamed;
pub mod utility;
pub mod vouchers;

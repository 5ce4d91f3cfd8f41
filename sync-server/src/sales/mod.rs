//! Sales: purchases, vouchers and campaigns, payments through a gateway or in cash, refunds.

pub mod admin;
pub mod campaigns;
pub mod counter;
pub mod http;
pub mod offers;
pub mod payments;
pub mod purchases;
pub mod settlement;
pub mod vouchers;

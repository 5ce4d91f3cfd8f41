//! Sales: vouchers, campaigns, payments and receipts.

pub mod campaign;
pub mod payment;
pub mod receipt;
pub mod voucher;

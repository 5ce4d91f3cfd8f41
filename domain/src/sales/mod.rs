//! Sales: vouchers, campaigns, payments and receipts.

pub mod campaign;
pub mod payment;
pub mod purchase;
pub mod receipt;
pub mod voucher;

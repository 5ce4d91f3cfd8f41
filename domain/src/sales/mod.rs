//! Sales: vouchers, campaigns, payments, receipts and what a utility puts on them.

pub mod campaign;
pub mod letterhead;
pub mod payment;
pub mod purchase;
pub mod receipt;
pub mod voucher;

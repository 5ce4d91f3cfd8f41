//! Sales: vouchers, campaigns, payments, receipts and what a utility puts on them; days and months that are closed, and the settlement file of the gateway.

pub mod campaign;
pub mod cash_day;
pub mod cash_zone;
pub mod letterhead;
pub mod month_close;
pub mod payment;
pub mod purchase;
pub mod receipt;
pub mod reconciliation;
pub mod settlement_file;
pub mod voucher;

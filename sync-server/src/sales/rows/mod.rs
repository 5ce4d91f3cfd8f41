//! All SQL of sales: small functions, each named for what it reads or writes. What the values mean is decided in the topic files.

pub mod bank_refunds;
pub mod campaigns;
pub mod cases;
pub mod cash;
pub mod cut;
pub mod limits;
pub mod months;
pub mod opening_lists;
pub mod openings;
pub mod payments;
pub mod purchases;
pub mod receipts;
pub mod refunds;
pub mod settlement_lists;
pub mod settlements;
pub mod time_zone;
pub mod utility;
pub mod vouchers;
pub mod waiting;

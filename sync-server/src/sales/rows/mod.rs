//! All SQL of sales: small functions, each named for what it reads or writes. What the values mean is decided in the topic files.

pub mod bank_refunds;
pub mod campaigns;
pub mod cases;
pub mod limits;
pub mod opening_lists;
pub mod openings;
pub mod payments;
pub mod purchases;
pub mod receipts;
pub mod refunds;
pub mod utility;
pub mod vouchers;
pub mod waiting;

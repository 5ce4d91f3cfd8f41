//! Routes of buying credit and paying, of vouchers and campaigns, and of money at the counter; the utility as receipts name it.

pub mod admin;
pub mod campaigns;
pub mod money;
pub mod openings;
pub mod payments;
pub mod review;
pub mod utility;

//! Routes of buying credit and paying, of vouchers and campaigns, and of money at the counter.

pub mod admin;
pub mod campaigns;
pub mod money;
pub mod openings;
pub mod payments;
pub mod review;

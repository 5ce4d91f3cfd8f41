//! Routes of buying credit and paying, of vouchers and campaigns, and of money at the counter; of days and months that are closed, and of
//! settlement files; the utility as receipts name it.

pub mod admin;
pub mod campaigns;
pub mod closing;
pub mod money;
pub mod openings;
pub mod payments;
pub mod review;
pub mod settlements;
pub mod utility;

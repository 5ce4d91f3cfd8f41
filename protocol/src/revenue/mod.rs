//! Admin's client ⇄ server: the transfers behind a figure of revenue, and customers by their use and their purchases.

mod customers;
mod transfers;

pub use customers::{HabitGroup, MONTHS, RevenueCustomers, RevenueCustomersAsked, TOP, TopCustomer, UseGroup};
pub use transfers::{PAGE, RevenuePosting, RevenueTransfer, RevenueTransfers, RevenueTransfersAsked};
